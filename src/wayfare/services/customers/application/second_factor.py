"""Enrol a second factor, remove it, and take it away from somebody who lost it."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID

import msgspec
import pyotp

from wayfare.contracts.customers.api import Identity
from wayfare.infrastructure.security_events import note_security_event
from wayfare.kernel.errors import Forbidden, InvalidGrant, NotFound, RateLimited, ValidationFailed
from wayfare.kernel.time import Clock
from wayfare.services.customers.application.change_password import ConfirmPassword
from wayfare.services.customers.application.ports import SecondFactors
from wayfare.services.customers.domain.second_factor import RECOVERY_CODES, Judgement, recovery_digest

ISSUER_NAME = "Wayfare"
RECOVERY_BYTES = 10


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app is told: the secret (base32), or the URI that its QR code shows."""

    secret: str
    uri: str


class SecondFactorState(msgspec.Struct, frozen=True):
    enrolled: bool
    recovery_codes_left: int


class OwnSecondFactor:
    """Of whoever logs in with a password; for others the issuer asks for it."""

    def __init__(self, factors: SecondFactors, confirm: ConfirmPassword, clock: Clock) -> None:
        self._factors, self._confirm, self._clock = factors, confirm, clock

    async def state(self, identity: Identity) -> SecondFactorState:
        found = await self._factors.find(identity.customer_id)
        enrolled = found is not None and found.confirmed
        return SecondFactorState(enrolled, len(found.recovery) if found is not None and enrolled else 0)

    async def begin(self, identity: Identity, password: str) -> Enrolment:
        """A new secret, which counts when a code of it has come. Raises Forbidden, also when there is a factor."""
        credentials = await self._confirm(identity, password)
        secret = pyotp.random_base32()
        if not await self._factors.begin(identity.customer_id, secret):
            raise Forbidden("there is a second factor already; an administrator can reset it")
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=credentials.email, issuer_name=ISSUER_NAME))

    async def confirm(self, identity: Identity, code: str) -> list[str]:
        """Recovery codes, shown this once. This device has shown the factor from now on: its next access token says so.

        Raises ValidationFailed for a wrong code, NotFound when nothing waits to be confirmed, RateLimited.
        """
        found = await self._factors.find(identity.customer_id)
        if found is None or found.confirmed:
            raise NotFound("no second factor waits to be confirmed")
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        digests = tuple(recovery_digest(one) for one in codes)
        judgement = await self._factors.confirm(identity.customer_id, identity.session_id, code, digests)
        refuse_closed(judgement)
        if judgement != "right":
            raise ValidationFailed.of("code", "this is not the code of now")
        return codes

    async def remove(self, identity: Identity, password: str, code: str) -> None:
        """By both factors once more. Ends every device of the account: those that showed it were staff by that.

        `code`: of the app, or a recovery code. Raises Forbidden for a wrong password, ValidationFailed for a wrong one,
        NotFound when there is no factor, RateLimited.
        """
        await self._confirm(identity, password)
        judgement = await self._factors.attempt(identity.customer_id, code)
        if judgement is None:
            raise NotFound("this account has no second factor")
        if judgement != "right":
            note_security_event("second_factor_failed")
            refuse_closed(judgement)
            raise ValidationFailed.of("code", "this is not the code of now")
        await self._factors.remove(identity.customer_id, by="customer")


class ResetSecondFactor:
    """For an administrator, when somebody lost it."""

    def __init__(self, factors: SecondFactors) -> None:
        self._factors = factors

    async def __call__(self, customer_id: UUID) -> None:
        """Ends every device of the account. Raises NotFound."""
        if not await self._factors.remove(customer_id, by="operator"):
            raise NotFound("this account has no second factor")


def refuse_closed(judgement: Judgement | None) -> None:
    """Raises `RateLimited` after too many wrong codes, `InvalidGrant` where there is no factor any more."""
    if judgement == "closed":
        raise RateLimited("too many wrong codes; try again in a quarter of an hour", retry_after_s=900)
    if judgement is None:
        raise InvalidGrant()


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
