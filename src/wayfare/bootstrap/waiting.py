"""From settings to waiting rooms and the limits of holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wayfare.bootstrap.settings import Settings
from wayfare.gateway.bot_guard import BotGuard
from wayfare.infrastructure.addresses import Networks
from wayfare.services.inventory.application.limit_holds import HoldLimits
from wayfare.services.waiting.wiring import WaitingOptions

if TYPE_CHECKING:
    from wayfare.bootstrap.system import System


def waiting_options(settings: Settings) -> WaitingOptions:
    """What the waiting service needs to know of where it runs."""
    return WaitingOptions(
        secret=settings.secret_bytes,
        admission_s=settings.admission_s,
        admission_holds_max=settings.admission_holds_max,
        places_address_max=settings.places_address_max,
        many_from=settings.many_from,
        secure=settings.public_url.startswith("https://"),
    )


def hold_limits(settings: Settings) -> HoldLimits:
    """How many holds may be open."""
    return HoldLimits(
        customer=settings.holds_open_customer_max,
        device=settings.holds_open_device_max,
        address=settings.holds_open_address_max,
        many_from=settings.many_from,
    )


def bot_guard(system: System) -> BotGuard | None:
    """Who asks for proofs of work; nobody where that is switched off, or nobody keeps those that were used."""
    settings = system.settings
    if settings.proof_after == 0 or system.waiting is None:
        return None
    return BotGuard(
        system.waiting,
        settings.secret_bytes,
        after=settings.proof_after,
        bits=settings.proof_bits,
        many_from=Networks(settings.many_from),
    )
