"""From settings to what processes share of limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from wayfare.bootstrap.settings import Settings
from wayfare.gateway.limits.accounts import AccountLimit
from wayfare.gateway.limits.open_holds import OpenHolds
from wayfare.gateway.limits.policies import LOG_IN_ACCOUNT
from wayfare.gateway.limits.postgres_store import PostgresStore
from wayfare.gateway.limits.redis_store import RedisStore
from wayfare.gateway.limits.store import BucketStore
from wayfare.infrastructure.addresses import Networks
from wayfare.infrastructure.database import Database

log = structlog.get_logger()


def bucket_store(settings: Settings, database: Database | None) -> BucketStore | None:
    """Redis where it is configured, else the database that all processes know, else this process alone."""
    if settings.redis_url is not None:
        return RedisStore(settings.redis_url.get_secret_value())
    if database is None:
        log.info(
            "rate_limits.in_this_process", reason="neither WAYFARE_REDIS_URL nor WAYFARE_DATABASE_URL is used here"
        )
        return None
    return PostgresStore(database)


def account_limit(
    settings: Settings, database_of: Callable[[str], Database], clients: list[Any]
) -> AccountLimit | None:
    """How often one account is tried; None: nothing is limited. `clients`: get what is to be closed at the end."""
    policies = settings.rate_limit_policies
    if policies is None:
        return None
    store = bucket_store(settings, _shared(settings, database_of))
    if store is not None:
        clients.append(store)
    exempt = Networks(settings.rate_limits_exempt) if settings.rate_limits_exempt else None
    return AccountLimit(policies[LOG_IN_ACCOUNT], settings.secret_bytes, store=store, exempt=exempt)


def open_holds(settings: Settings, database_of: Callable[[str], Database]) -> OpenHolds | None:
    """What processes tell each other of who has many holds; None: this one is alone."""
    shared = _shared(settings, database_of)
    return None if shared is None else OpenHolds(shared, settings.secret_bytes)


def _shared(settings: Settings, database_of: Callable[[str], Database]) -> Database | None:
    """The database that all processes know."""
    return None if settings.database_url is None else database_of("gateway")
