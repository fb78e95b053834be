"""Settings of stores beside the database: a replica to read from, and tables in DynamoDB."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from wayfare.bootstrap.setting_types import DynamoUrl, PostgresUrl


class StoreSettings(BaseSettings):
    """A part of `Settings`."""

    database_replica_url: PostgresUrl = Field(
        None,
        description="A streaming replica of WAYFARE_DATABASE_URL, and not several behind one address: lists and "
        "bookings that are only shown are read there while it is recent enough. None: everything reads the primary.",
    )
    database_replica_lag_s: float = Field(
        5.0,
        ge=2,
        le=300,
        description="How old what the replica has may be, in seconds; for so long who wrote reads the primary.",
    )
    sessions_url: DynamoUrl = Field(
        None,
        description="DynamoDB for devices that are signed in and their revocations: "
        "dynamodb://?region=eu-central-1&prefix=wayfare. None: PostgreSQL. Changing it signs everybody out.",
    )
    booking_lists_url: DynamoUrl = Field(
        None,
        description="DynamoDB for the list of a customer's bookings, kept from events, in the same form. "
        "None: it is read where the bookings are.",
    )
