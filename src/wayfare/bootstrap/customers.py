"""From settings to the customers service."""

from __future__ import annotations

from collections.abc import Mapping

from wayfare.bootstrap.key_files import key_service_of
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.errors import ConfigurationError, ValidationFailed
from wayfare.services.customers.application.manage_users import check_grant
from wayfare.services.customers.domain.issuer import IssuerPolicy
from wayfare.services.customers.wiring import CustomerOptions


def customer_options(settings: Settings) -> CustomerOptions:
    """What the customers service needs to know of where it runs. Raises ConfigurationError."""
    return CustomerOptions(
        key_file=settings.data_keys_path,
        key_service=key_service_of(settings),
        mail_dir=settings.data_dir / "mail",
        secret=settings.secret_bytes,
        public_url=settings.public_url,
        smtp_url=settings.smtp_url.get_secret_value() if settings.smtp_url else None,
        mail_from=settings.mail_from,
        hashes_at_once=settings.password_hashes_max,
        signing_key_days=settings.token_key_days,
        staff_second_factor=settings.staff_second_factor,
        issuer=issuer_policy(settings),
        issuer_keys_url=settings.oidc_jwks_url,
        issuer_only=settings.oidc_only,
        redis_url=settings.redis_url.get_secret_value() if settings.redis_url else None,
        sessions_url=settings.sessions_url,
    )


def issuer_policy(settings: Settings) -> IssuerPolicy | None:
    """Raises ConfigurationError."""
    audiences = frozenset(name.strip() for name in settings.oidc_audiences.split(",") if name.strip())
    if settings.oidc_issuer is None:
        if settings.oidc_only:
            raise ConfigurationError("WAYFARE_OIDC_ONLY: who logs in then? Set WAYFARE_OIDC_ISSUER")
        return None
    if settings.oidc_issuer == settings.public_url.rstrip("/"):
        raise ConfigurationError("WAYFARE_OIDC_ISSUER: this is WAYFARE_PUBLIC_URL, which issues tokens of its own")
    if not audiences:
        raise ConfigurationError("WAYFARE_OIDC_AUDIENCES: must name whom the issuer's tokens are for")
    return IssuerPolicy(
        issuer=settings.oidc_issuer,
        audiences=audiences,
        kind=settings.oidc_tokens,
        groups_claim=settings.oidc_groups_claim,
        roles=_roles(settings.oidc_roles),
        link_email=settings.oidc_link_email,
        asks_second_factor=settings.oidc_asks_second_factor,
    )


def _roles(text: str) -> Mapping[str, Grant]:
    """From group=role or group=role:operator, comma-separated."""
    found: dict[str, Grant] = {}
    for pair in (part.strip() for part in text.split(",") if part.strip()):
        group, equals, granted = pair.partition("=")
        role, _, operator = granted.partition(":")
        grant = Grant(role.strip(), operator.strip())
        try:
            check_grant(grant)
        except ValidationFailed as error:
            raise ConfigurationError(f"WAYFARE_OIDC_ROLES: {pair}: {error.detail}") from None
        if not equals or not group.strip() or group.strip() in found:
            raise ConfigurationError(f"WAYFARE_OIDC_ROLES: {pair}: must look like group=role, each group once")
        found[group.strip()] = grant
    return found
