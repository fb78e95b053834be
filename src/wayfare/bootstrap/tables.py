"""Tables in DynamoDB, where settings want some: made, and looked at by the doctor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wayfare.bootstrap.key_files import open_key_file
from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure.database import Database

if TYPE_CHECKING:
    from wayfare.infrastructure.dynamo import Dynamo, Table


async def make_tables(settings: Settings) -> list[str]:
    """Makes what is missing; the names of those that were not there. Raises ConfigurationError."""
    made = []
    if settings.sessions_url is not None:
        dynamo, tables = _sessions(settings.sessions_url)
        try:
            made += await dynamo.create(tables)
        finally:
            await dynamo.aclose()
    if settings.booking_lists_url is not None:
        from wayfare.services.bookings.wiring import make_booking_tables

        async with Database(settings.database_url_of("bookings"), pool_size=1) as database:
            keys, kept_days = open_key_file(settings), settings.bookings_kept_days
            made += await make_booking_tables(database, settings.booking_lists_url, keys, kept_days)
    return made


async def table_faults(settings: Settings) -> dict[str, str]:
    """What is wrong with each, by its name; nothing where all is well. Raises ConfigurationError."""
    found: dict[str, str] = {}
    wanted = [] if settings.sessions_url is None else [_sessions(settings.sessions_url)]
    wanted += [] if settings.booking_lists_url is None else [_lists(settings.booking_lists_url)]
    for dynamo, tables in wanted:
        try:
            found |= await dynamo.faults(tables)
        finally:
            await dynamo.aclose()
    return found


def _sessions(url: str) -> tuple[Dynamo, Sequence[Table]]:
    from wayfare.infrastructure.dynamo import Dynamo
    from wayfare.services.customers.adapters.dynamo_sessions import TABLES

    return Dynamo(url), TABLES


def _lists(url: str) -> tuple[Dynamo, Sequence[Table]]:
    from wayfare.infrastructure.dynamo import Dynamo
    from wayfare.services.bookings.adapters.dynamo_lists import TABLES

    return Dynamo(url), TABLES
