"""Settings of where the services of other processes answer."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from wayfare.bootstrap.setting_types import HttpUrls


class PeerSettings(BaseSettings):
    """A part of `Settings`. Several addresses of a service are parted by commas, and take turns."""

    catalogue_url: HttpUrls = Field(
        default=None, description="Where the catalogue answers when it is not in this process."
    )
    offers_url: HttpUrls = Field(default=None, description="Where offers answers when it is not in this process.")
    inventory_url: HttpUrls = Field(default=None, description="Where inventory answers when it is not in this process.")
    bookings_url: HttpUrls = Field(default=None, description="Where bookings answers when it is not in this process.")
    payments_url: HttpUrls = Field(default=None, description="Where payments answers when it is not in this process.")
    documents_url: HttpUrls = Field(default=None, description="Where documents answers when it is not in this process.")
    notifications_url: HttpUrls = Field(
        default=None, description="Where notifications answers when it is not in this process."
    )
    audit_url: HttpUrls = Field(
        default=None,
        description="Where the audit service answers when it is not in this process. Without it, rows of what is done "
        "here do not say from which address.",
    )
    customers_url: HttpUrls = Field(default=None, description="Where customers answers when it is not in this process.")
    upstream_connections_max: int = Field(
        256,
        ge=1,
        le=10_000,
        description="Connections of a gateway's process to one address of a service (`wayfare serve gateway`).",
    )
