"""Settings: every `WAYFARE_*` environment variable, read once at start.

`docs/configuration.md` is generated from this file by `wayfare settings --markdown`; a test keeps it fresh.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import PydanticBaseSettingsSource as Source

from wayfare.bootstrap.edge_settings import EdgeSettings
from wayfare.bootstrap.on_sale_settings import OnSaleSettings
from wayfare.bootstrap.peer_settings import PeerSettings
from wayfare.bootstrap.secret_sources import SecretsSource, file_variables
from wayfare.bootstrap.setting_types import EventsUrl, HttpUrl, Instant, PostgresUrl, RatesUrl
from wayfare.bootstrap.store_settings import StoreSettings
from wayfare.bootstrap.web_settings import WebSettings
from wayfare.kernel.errors import ConfigurationError

SERVICES = (
    "catalogue",
    "offers",
    "inventory",
    "bookings",
    "payments",
    "documents",
    "notifications",
    "audit",
    "customers",
    "waiting",
)
GATEWAY = "gateway"
"""What stands for the edge alone among names of services to run."""


def _default_data_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/wayfare")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "wayfare"


class Settings(EdgeSettings, OnSaleSettings, PeerSettings, StoreSettings, WebSettings):
    """Configuration of one Wayfare process. Everything has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="WAYFARE_", extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: Source,
        env_settings: Source,
        dotenv_settings: Source,  # noqa: ARG003  there is no .env file
        file_secret_settings: Source,  # noqa: ARG003  ours reads files too
    ) -> tuple[Source, ...]:
        return init_settings, env_settings, SecretsSource(settings_cls)

    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="Folder for the embedded database, keys and timetable snapshots.",
    )
    database_url: PostgresUrl = Field(
        None,
        description="PostgreSQL to use instead of the embedded one: postgresql://user:password@host/name. "
        "Over TLS, also for those below: ?sslmode=verify-full&sslrootcert=/etc/ca.pem (sslcert, sslkey: our own).",
    )
    catalogue_database_url: PostgresUrl = Field(default=None, description="A database of its own for the catalogue.")
    offers_database_url: PostgresUrl = Field(default=None, description="A database of its own for offers.")
    inventory_database_url: PostgresUrl = Field(default=None, description="A database of its own for inventory.")
    bookings_database_url: PostgresUrl = Field(default=None, description="A database of its own for bookings.")
    payments_database_url: PostgresUrl = Field(default=None, description="A database of its own for payments.")
    notifications_database_url: PostgresUrl = Field(
        default=None, description="A database of its own for notifications."
    )
    audit_database_url: PostgresUrl = Field(default=None, description="A database of its own for the audit log.")
    customers_database_url: PostgresUrl = Field(default=None, description="A database of its own for customers.")
    pool_size: int = Field(
        8, ge=1, le=500, description="Database connections per process for ordinary work; hot lanes have their own."
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Processes that answer requests.")
    services: str = Field(default="", description="Services this process runs, comma-separated; empty: all of them.")
    drain_s: int = Field(20, ge=0, le=600, description="How long accepted requests may take to finish at shutdown.")
    drain_notice_s: int = Field(
        0,
        ge=0,
        le=300,
        description="How long a process that is told to end (SIGTERM) still takes requests while /readyz says 503, so "
        "that whoever sends them hears of it first.",
    )

    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Seals offers and guest tokens; shared by all processes. Default: generated in the data folder.",
    )
    now: Instant = Field(
        None, description="Start the business clock here, to sell a timetable of the past: 2016-06-10T08:00:00Z."
    )
    hold_ttl_s: int = Field(600, ge=5, le=86_400, description="How long a hold keeps its seats, in seconds.")
    holds_kept_days: int = Field(30, ge=1, le=3650, description="How long holds that came to nothing are kept.")
    bookings_kept_days: int = Field(
        1095,
        ge=1,
        le=36_500,
        description="Days after the journey when a booking forgets who travelled; claims lapse in three years.",
    )
    sales_horizon_days: int = Field(365, ge=1, le=730, description="How far ahead departures are on sale.")
    rates_url: RatesUrl = Field(
        default=None,
        description="Where exchange rates come from: the ECB's eurofxref (CSV, XML or zip), https:// or file:///. "
        "None: only `wayfare import fx` brings some in.",
    )
    rates_every_s: int = Field(21_600, ge=60, le=604_800, description="How often they are fetched, in seconds.")
    rates_old_days: int = Field(
        7, ge=1, le=365, description="Exchange rates older than this are warned of; they are sold at all the same."
    )
    payment_timeout_s: float = Field(5.0, gt=0, le=60, description="How long to wait for the payment gateway.")

    payment_gateway: Literal["simulated", "simulated_http", "stripe", "paypal"] = Field(
        "simulated", description="Who moves the money; `simulated` needs nothing, `simulated_http` a `gateway-sim`."
    )
    payment_routes: str = Field(
        default="",
        description="Gateways by method, the first that is up takes it: card=stripe,simulated_http; paypal=paypal.",
    )
    payment_return_url: HttpUrl = Field(
        default=None,
        description="Where customers come back to after 3-D Secure or an approval. Default: /checkout of the web app.",
    )
    payment_simulated_url: HttpUrl = Field("http://127.0.0.1:8090", description="Where `wayfare gateway-sim` answers.")
    payment_simulated_key: SecretStr = Field(
        SecretStr("sim_key"), description="What the simulated gateway asks its callers for."
    )
    payment_simulated_webhook_secret: SecretStr = Field(
        SecretStr("sim_webhook_secret"), description="Signs the simulated gateway's webhooks."
    )
    payment_stripe_url: HttpUrl = Field("https://api.stripe.com", description="Stripe's API.")
    payment_stripe_key: SecretStr = Field(SecretStr(""), description="Stripe's secret key: sk_….")
    payment_stripe_webhook_secret: SecretStr = Field(
        SecretStr(""), description="The signing secret of Stripe's webhook endpoint: whsec_…."
    )
    payment_paypal_url: HttpUrl = Field(
        "https://api-m.paypal.com", description="PayPal's API; for tests https://api-m.sandbox.paypal.com."
    )
    payment_paypal_client_id: str = Field(default="", description="PayPal's client id.")
    payment_paypal_secret: SecretStr = Field(SecretStr(""), description="PayPal's client secret.")
    payment_paypal_webhook_id: str = Field(default="", description="The id PayPal gave the webhook.")
    payment_concurrent_max: int = Field(
        64, ge=1, le=10_000, description="Calls to one gateway at the same time; four times as many may wait."
    )
    payment_attempts: int = Field(3, ge=1, le=10, description="Tries of one call to a gateway that answers errors.")
    payment_failures_max: int = Field(
        5, ge=1, le=1000, description="Failed calls in a row after which a gateway is left alone for a while."
    )
    payment_circuit_open_s: float = Field(
        15.0, gt=0, le=3600, description="How long a failing gateway is left alone before one call probes it."
    )
    gateway_sim_file: Path | None = Field(
        None, description="Where `gateway-sim` keeps its charges. Default: gateway-sim.sqlite in the data folder."
    )
    gateway_sim_fee_share: Decimal = Field(
        Decimal(0), ge=0, le=1, description="What `gateway-sim` keeps of each capture: 0.014."
    )
    gateway_sim_webhook_url: HttpUrl = Field(
        "http://127.0.0.1:8000/v1/webhooks/payments/simulated_http",
        description="Where `gateway-sim` sends its webhooks.",
    )

    public_url: str = Field(
        "http://127.0.0.1:8000",
        pattern=r"^https?://[^\s#?]+$",
        description="Where customers reach this system: links in letters begin with it, and it issues access tokens.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server: smtp://user:password@host:587 or smtps://host:465. "
        "None: letters are written to mail/ in the data folder.",
    )
    mail_from: str = Field("Wayfare <no-reply@localhost>", description="Who letters come from.")
    data_keys_file: Path | None = Field(
        None,
        description="Keys that encrypt personal data; all processes need the same file. "
        "Default: data-keys.json in the data folder.",
    )
    data_keys_kms: str = Field(
        default="",
        description="AWS KMS key (id, ARN or alias) that wraps the keys of that file. None: they are in the clear.",
    )
    secrets_dir: Path | None = Field(
        None,
        description="Folder with a file per secret, named as its variable. WAYFARE_…_FILE names one for any setting.",
    )
    secrets_manager_id: str = Field(
        default="", description="Secret of AWS Secrets Manager: a JSON object of settings by their variables' names."
    )
    password_hashes_max: int = Field(
        2, ge=1, le=64, description="Passwords checked at the same time, 19 MiB each; eight times as many may wait."
    )
    token_key_days: int = Field(30, ge=1, le=365, description="Days after which another key signs access tokens.")

    staff_second_factor: bool = Field(
        default=True,
        description="Staff have their rights only where they showed a second factor; until then they are customers.",
    )
    oidc_issuer: HttpUrl = Field(
        default=None,
        description="An OIDC issuer that logs people in (Cognito, Keycloak, Google): the `iss` of its tokens.",
    )
    oidc_jwks_url: HttpUrl = Field(
        default=None, description="Where its keys are. Default: where its discovery document says."
    )
    oidc_audiences: str = Field(
        default="",
        description="Whom its tokens must be for, comma-separated: an `aud`, or the `client_id` of tokens without one.",
    )
    oidc_tokens: Literal["access", "id"] = Field(
        "access", description="Which of its tokens the API accepts; `id` where access tokens are no JWTs (Google)."
    )
    oidc_groups_claim: str = Field(
        "cognito:groups", description="Where its groups stand; for Keycloak realm_access.roles."
    )
    oidc_roles: str = Field(
        default="",
        description="What its groups may do, comma-separated: admins=administrator,ice=operator_staff:db:8011160.",
    )
    oidc_link_email: bool = Field(
        default=False,
        description="Somebody new whose e-mail address the issuer confirmed gets the account that has it, unless it is "
        "of staff.",
    )
    oidc_asks_second_factor: bool = Field(
        default=False,
        description="The issuer asks staff for a second factor. Otherwise only log-ins count whose `amr` tells of one.",
    )
    oidc_only: bool = Field(default=False, description="Nobody logs in by password; the issuer alone does it.")

    events_url: EventsUrl = Field(
        "postgres:",
        description="How events travel: postgres:, kafka://host:9092, nats://host:4222, amqp://user:password@host, "
        "redis://host:6379, or aws://?region=eu-central-1 (SNS and SQS). Over TLS: kafka://…?security.protocol=ssl, "
        "tls://, amqps://, rediss://; ADR 35 says how to name certificates.",
    )
    events_kept_days: int = Field(7, ge=1, le=90, description="How long events can be replayed, in days.")

    webhooks_http: bool = Field(default=False, description="Webhooks may go to addresses without TLS, for tests.")
    webhooks_private: bool = Field(
        default=False,
        description="Webhooks may go to loopback, private and other addresses outside the public internet.",
    )
    webhooks_timeout_s: float = Field(15.0, gt=0, le=60, description="How long an endpoint may take to answer.")
    webhooks_kept_days: int = Field(
        30, ge=4, le=365, description="How long deliveries and their attempts are kept, to look at and to send again."
    )

    audit_keys_dir: Path | None = Field(
        None,
        description="Folder with the keys of the audit log, the same on all machines that share it. "
        "Default: audit in the data folder.",
    )

    otlp_url: HttpUrl = Field(
        default=None,
        description="Collector that gets traces by OTLP over HTTP: http://127.0.0.1:4318. None: nothing is traced. "
        "Headers, certificates and sampling follow the OTEL_ variables of the OpenTelemetry SDK.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="JSON lines, coloured lines, or coloured only at a terminal."
    )

    @classmethod
    def load(cls) -> Settings:
        """Read the environment. Raises `ConfigurationError` that names the variables that are wrong."""
        try:
            settings = cls()
        except ValidationError as error:
            parts = [
                f"WAYFARE_{str(item['loc'][0]).upper()}: {item['msg'].removeprefix('Value error, ')}"
                for item in error.errors()
            ]
            raise ConfigurationError("; ".join(parts)) from None
        known = {f"WAYFARE_{name.upper()}" for name in cls.model_fields} | file_variables(cls)
        unknown = sorted(name for name in os.environ if name.startswith("WAYFARE_") and name not in known | _OTHERS)
        if unknown:
            raise ConfigurationError(f"unknown settings: {', '.join(unknown)} (see `wayfare settings`)")
        return settings

    def database_url_of(self, service: str) -> str:
        """The database of a service. Raises `ConfigurationError` when none is known yet."""
        url = getattr(self, f"{service}_database_url", None) or self.database_url
        if url is None:
            raise ConfigurationError("no database: WAYFARE_DATABASE_URL is not set and no embedded server runs")
        return str(url)

    def urls_of(self, service: str) -> tuple[str, ...]:
        """The addresses at which a service answers when it runs in other processes."""
        listed: str = getattr(self, f"{service}_url") or ""
        return tuple(address.strip().rstrip("/") for address in listed.split(",") if address.strip())

    @property
    def service_names(self) -> tuple[str, ...]:
        """The services to run: none for the gateway. Raises `ConfigurationError` for a name that is none."""
        if self.is_gateway:
            return ()
        names = tuple(name.strip() for name in self.services.split(",") if name.strip()) or SERVICES
        if GATEWAY in names:
            raise ConfigurationError("the gateway runs in a process of its own: `wayfare serve gateway`")
        for name in names:
            if name not in SERVICES:
                raise ConfigurationError(f"there is no service {name!r}; there are {', '.join(SERVICES)}")
        return names

    @property
    def is_gateway(self) -> bool:
        """This process is the gateway in front of services elsewhere."""
        return self.services.strip() == GATEWAY

    @property
    def logs_json(self) -> bool:
        return self.log_format == "json" or (self.log_format == "auto" and not sys.stderr.isatty())

    @cached_property
    def rpc_token(self) -> str:
        """What the processes of one system show each other."""
        return hashlib.blake2b(b"rpc", key=self.secret_bytes[:64], digest_size=24).hexdigest()

    @property
    def snapshot_dir(self) -> Path:
        return self.data_dir / "timetable"

    @property
    def audit_keys(self) -> Path:
        return self.audit_keys_dir or self.data_dir / "audit"

    @cached_property
    def audit_secret(self) -> bytes:
        """What wraps the keys of persons in the audit log; made on first use."""
        return _kept_secret(self.audit_keys / "person-secret")

    @property
    def data_keys_path(self) -> Path:
        return self.data_keys_file or self.data_dir / "data-keys.json"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @cached_property
    def secret_bytes(self) -> bytes:
        """The configured secret, or the one of the data folder, made on first use."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        return _kept_secret(self.data_dir / "secret")


_OTHERS = {"WAYFARE_SHARED_DATA"}  # where tests find real timetables


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
            # A link appears complete or not at all, and never replaces one that another process has just made.
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().strip().encode()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read or written: {error.strerror}") from None
