"""Settings of fair on-sale: waiting rooms, limits of open holds, proofs of work."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from wayfare.bootstrap.setting_types import HttpUrls, NetworkList


class OnSaleSettings(BaseSettings):
    """A part of `Settings`."""

    waiting_database_url: str | None = Field(
        None, pattern="^postgres(ql)?://", description="A database of its own for waiting rooms."
    )
    waiting_url: HttpUrls = Field(
        default=None,
        description="Where waiting rooms are kept when not in this process. Without it nobody has to wait.",
    )
    admission_s: int = Field(
        600, ge=10, le=86_400, description="How long a visitor let in by a waiting room may buy, in seconds."
    )
    admission_holds_max: int = Field(4, ge=1, le=1000, description="Holds that one admission is good for.")
    places_address_max: int = Field(
        20, ge=0, description="Places of one address (IPv6: one /64) in a waiting room; 0: any number."
    )
    holds_open_customer_max: int = Field(10, ge=0, description="Open holds of one customer; 0: any number.")
    holds_open_device_max: int = Field(10, ge=0, description="Open holds of one device (X-Device-Id); 0: any number.")
    holds_open_address_max: int = Field(
        50, ge=0, description="Open holds of one address (IPv6: one /64); 0: any number."
    )
    many_from: NetworkList = Field(
        default="",
        description="Networks where many people share an address, comma-separated: 192.0.2.0/24, 2001:db8::/32. "
        "Places, open holds and proofs of work are not counted by address there.",
    )
    proof_after: int = Field(
        300,
        ge=0,
        description="Searches and holds of one address in ten minutes without a booking, in each worker, after which "
        "a proof of work is asked for; 0: never.",
    )
    proof_bits: int = Field(
        18, ge=1, le=32, description="Leading zero bits of a proof of work; each one more doubles the work."
    )
