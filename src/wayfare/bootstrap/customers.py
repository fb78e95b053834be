"""From settings to the customers service."""

from __future__ import annotations

from wayfare.bootstrap.settings import Settings
from wayfare.services.customers.wiring import CustomerOptions


def customer_options(settings: Settings) -> CustomerOptions:
    """What the customers service needs to know of where it runs."""
    return CustomerOptions(
        key_file=settings.data_keys_path,
        mail_dir=settings.data_dir / "mail",
        secret=settings.secret_bytes,
        public_url=settings.public_url,
        smtp_url=settings.smtp_url.get_secret_value() if settings.smtp_url else None,
        mail_from=settings.mail_from,
        hashes_at_once=settings.password_hashes_max,
        signing_key_days=settings.token_key_days,
        redis_url=settings.redis_url.get_secret_value() if settings.redis_url else None,
    )
