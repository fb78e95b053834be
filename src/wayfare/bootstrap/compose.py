"""The composition root: the real system and the test system are built by this one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from wayfare.bootstrap.events import Events, all_outboxes
from wayfare.bootstrap.key_files import open_key_file
from wayfare.bootstrap.limits import account_limit, open_holds
from wayfare.bootstrap.settings import SERVICES, Settings
from wayfare.bootstrap.system import System
from wayfare.bootstrap.waiting import hold_limits, waiting_options
from wayfare.bootstrap.wallet import wallet_keys
from wayfare.contracts.audit.api import AuditApi
from wayfare.contracts.bookings.api import BookingsApi
from wayfare.contracts.catalogue.api import CatalogueApi
from wayfare.contracts.customers.api import CustomersApi
from wayfare.contracts.documents.api import DocumentsApi
from wayfare.contracts.inventory.api import InventoryApi
from wayfare.contracts.notifications.api import NotificationsApi
from wayfare.contracts.offers.api import Offer, OffersApi
from wayfare.contracts.payments.api import PaymentsApi
from wayfare.contracts.waiting.api import WaitingApi
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.replica import Reads, Replica
from wayfare.infrastructure.rpc import rpc_client
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.infrastructure.turns import Traffic
from wayfare.infrastructure.waiting_door import WaitingDoor
from wayfare.kernel.errors import ConfigurationError, OfferInvalid
from wayfare.kernel.time import Clock, SystemClock

if TYPE_CHECKING:
    from wayfare.services.payments.adapters.gateways import GatewayOptions
    from wayfare.services.payments.application.ports import PaymentGateway

T = TypeVar("T")

PROTOCOLS: dict[str, type] = {
    "catalogue": CatalogueApi,
    "offers": OffersApi,
    "inventory": InventoryApi,
    "bookings": BookingsApi,
    "payments": PaymentsApi,
    "documents": DocumentsApi,
    "notifications": NotificationsApi,
    "audit": AuditApi,
    "customers": CustomersApi,
    "waiting": WaitingApi,
}
SCHEMAS = ("catalogue", "offers", "inventory", "payments", "bookings", "notifications", "audit", "customers", "waiting")
"""The services that keep something in PostgreSQL, each in a schema of its own."""


def compose(
    settings: Settings,
    run: Sequence[str] = SERVICES,
    *,
    worker_no: int = 0,
    clock: Clock | None = None,
    run_jobs: bool = True,
    unasked: Sequence[str] = (),
) -> System:
    """Build the services named in `run`; the others are called where the settings say they answer.

    `unasked`: services that nothing done here will call. Raises `ConfigurationError` when another one is needed that
    is neither here nor there.
    """
    return Composer(settings, run, worker_no, clock or SystemClock(settings.now), unasked).build(run_jobs)


class Composer:
    """Builds one system. What services are given stands in methods of its own, so that a subclass may give another."""

    def __init__(
        self, settings: Settings, run: Sequence[str], worker_no: int, clock: Clock, unasked: Sequence[str]
    ) -> None:
        self.settings = settings
        self._run = run
        self._unasked = unasked
        self._worker_no = worker_no
        self._clock = clock
        self._timetables = TimetableStore(settings.snapshot_dir)
        self._traffic = Traffic()
        self._databases: dict[str, Database] = {}
        self._replica: Replica | None = None
        self._built: dict[str, Service] = {}
        self._clients: list[Any] = []
        self._offer_seal = Seal(settings.secret_bytes, "offer", Offer, OfferInvalid)

    def build(self, run_jobs: bool) -> System:
        for name in _ORDER:
            if name in self._run:
                self._built[name] = _BUILDERS[name](self)
        return System(
            settings=self.settings,
            clock=self._clock,
            timetables=self._timetables,
            services=self._built,
            databases=self._databases,
            clients=self._clients,
            events=Events(self.settings, list(self._built.values()), self.database),
            audit=self._find("audit", AuditApi),  # type: ignore[type-abstract]
            customers=self._find("customers", CustomersApi),  # type: ignore[type-abstract]
            traffic=self._traffic,
            door=self.door,
            waiting=self._find("waiting", WaitingApi),  # type: ignore[type-abstract]
            replica=self._replica,
            run_jobs=run_jobs,
        )

    def database(self, service: str) -> Database:
        """The database of a service; services on one server share it."""
        url = self.settings.database_url_of(service)
        if url not in self._databases:
            self._databases[url] = Database(url, pool_size=self.settings.pool_size, application_name="wayfare")
        return self._databases[url]

    def _reads(self, service: str) -> Reads:
        """Where a service reads what may be a little old. A database of its own has no replica that we know of."""
        primary, url = self.database(service), self.settings.database_replica_url
        if url is None or self.settings.database_url_of(service) != self.settings.database_url:
            return Reads(primary)
        if self._replica is None:
            limit_s = self.settings.database_replica_lag_s
            self._replica = Replica(url, primary, pool_size=self.settings.pool_size, limit_s=limit_s)
        return Reads(primary, self._replica)

    @cached_property
    def _key_file(self) -> KeyFile:
        return open_key_file(self.settings)

    def reach(self, name: str, protocol: type[T]) -> T:
        """The service of a name, here or where the settings say. Raises `ConfigurationError`."""
        if name in self._built:
            api: T = self._built[name].api
            return api
        urls = self.settings.urls_of(name)
        if not urls and name in self._unasked:
            return cast(T, _Unasked(name))
        if not urls:
            raise ConfigurationError(
                f"{name} is needed: serve it in this process too, or set WAYFARE_{name.upper()}_URL"
            )
        client = rpc_client(name, protocol, urls, secret=self.settings.rpc_token)
        self._clients.append(client)
        return client

    def _find(self, name: str, protocol: type[T]) -> T | None:
        """For what can be done without: None when it is neither here nor there."""
        known = name in self._built or bool(self.settings.urls_of(name))
        return self.reach(name, protocol) if known else None

    def _catalogue(self) -> Service:
        from wayfare.services.catalogue import wiring

        return wiring.build(
            database=self.database("catalogue"),
            timetables=self._timetables,
            inventory=self.reach("inventory", InventoryApi),  # type: ignore[type-abstract]
            clock=self._clock,
        )

    def _offers(self) -> Service:
        from wayfare.services.offers import wiring

        return wiring.build(
            timetables=self._timetables,
            inventory=self.reach("inventory", InventoryApi),  # type: ignore[type-abstract]
            offer_seal=self._offer_seal,
            clock=self._clock,
            traffic=self._traffic,
            sales_horizon_days=self.settings.sales_horizon_days,
            rates=self.database("offers"),
            rates_url=self.settings.rates_url,
            rates_every_s=self.settings.rates_every_s,
            rates_old_days=self.settings.rates_old_days,
            door=self.door,
        )

    def _inventory(self) -> Service:
        from wayfare.services.inventory import wiring

        return wiring.build(
            database=self.database("inventory"),
            timetables=self._timetables,
            offer_seal=self._offer_seal,
            clock=self._clock,
            worker_no=self._worker_no,
            hold_ttl_s=self.settings.hold_ttl_s,
            sales_horizon_days=self.settings.sales_horizon_days,
            door=self.door,
            limits=hold_limits(self.settings),
            elsewhere=open_holds(self.settings, self.database),
            kept_days=self.settings.holds_kept_days,
        )

    def payment_gateway(self) -> PaymentGateway | GatewayOptions:
        """Who moves the money."""
        from wayfare.bootstrap.payment_gateways import gateway_options

        return gateway_options(self.settings)

    def _payments(self) -> Service:
        from wayfare.services.payments import wiring

        return wiring.build(
            database=self.database("payments"),
            gateway=self.payment_gateway(),
            clock=self._clock,
            secret=self.settings.secret_bytes,
            timeout_s=self.settings.payment_timeout_s,
        )

    def _documents(self) -> Service:
        from wayfare.services.documents import wiring

        return wiring.build(data_dir=self.settings.data_dir, wallet=wallet_keys(self.settings))

    def _audit(self) -> Service:
        from wayfare.services.audit import wiring

        return wiring.build(
            database=self.database("audit"),
            outboxes=all_outboxes(self.database),
            keys_dir=self.settings.audit_keys,
            secret=self.settings.audit_secret,
        )

    def _customers(self) -> Service:
        from wayfare.bootstrap.customers import customer_options
        from wayfare.services.customers import wiring

        bookings = "bookings" in self._run or bool(self.settings.urls_of("bookings"))
        return wiring.build(
            database=self.database("customers"),
            options=customer_options(self.settings),
            bookings=cast(BookingsApi, _Later(self, "bookings", BookingsApi)) if bookings else None,
            tries=account_limit(self.settings, self.database, self._clients),
        )

    def _bookings(self) -> Service:
        from wayfare.services.bookings import wiring

        return wiring.build(
            database=self.database("bookings"),
            timetables=self._timetables,
            inventory=self.reach("inventory", InventoryApi),  # type: ignore[type-abstract]
            payments=self.reach("payments", PaymentsApi),  # type: ignore[type-abstract]
            documents=self.reach("documents", DocumentsApi),  # type: ignore[type-abstract]
            offers=self.reach("offers", OffersApi),  # type: ignore[type-abstract]
            offer_seal=self._offer_seal,
            secret=self.settings.secret_bytes,
            keys=self._key_file,
            clock=self._clock,
            audit=self._find("audit", AuditApi),  # type: ignore[type-abstract]
            customers=self._find("customers", CustomersApi),  # type: ignore[type-abstract]
            worker_no=self._worker_no,
            kept_days=self.settings.bookings_kept_days,
            reads=self._reads("bookings"),
            lists_url=self.settings.booking_lists_url,
        )

    @cached_property
    def door(self) -> WaitingDoor:
        """Past the waiting rooms, wherever they are kept."""
        return WaitingDoor(self._find("waiting", WaitingApi), self.settings.secret_bytes)  # type: ignore[type-abstract]

    def _waiting(self) -> Service:
        from wayfare.services.waiting import wiring

        return wiring.build(database=self.database("waiting"), options=waiting_options(self.settings))

    def _notifications(self) -> Service:
        from wayfare.services.notifications import wiring

        return wiring.build(
            database=self.database("notifications"),
            keys=self._key_file,
            timetables=self._timetables,
            clock=SystemClock(),
            http=self.settings.webhooks_http,
            private=self.settings.webhooks_private,
            timeout_s=self.settings.webhooks_timeout_s,
            kept_days=self.settings.webhooks_kept_days,
        )


class _Later:
    """Stands for a service that is built after the one that asks it."""

    def __init__(self, composer: Composer, name: str, protocol: type) -> None:
        self._composer, self._name, self._protocol = composer, name, protocol
        self._api: Any = None

    def __getattr__(self, method: str) -> Any:
        if self._api is None:
            self._api = self._composer.reach(self._name, self._protocol)
        return getattr(self._api, method)


class _Unasked:
    """Stands for a service that nothing here calls."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        raise ConfigurationError(f"{self._name} is not served here, so its {method} cannot be called")


_BUILDERS: dict[str, Callable[[Composer], Service]] = {
    "waiting": Composer._waiting,
    "inventory": Composer._inventory,
    "catalogue": Composer._catalogue,
    "offers": Composer._offers,
    "payments": Composer._payments,
    "documents": Composer._documents,
    "customers": Composer._customers,
    "audit": Composer._audit,
    "bookings": Composer._bookings,
    "notifications": Composer._notifications,
}
_ORDER = tuple(_BUILDERS)
"""A service is built after those it is given."""
