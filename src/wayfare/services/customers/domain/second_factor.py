"""The second factor: codes by the clock (TOTP, RFC 6238) and recovery codes, each good once.

Six digits, 30 seconds, SHA-1: what every authenticator app knows. One step before and after is accepted (RFC 6238,
5.2). Five wrong codes in a row close the second factor for a quarter of an hour: a million codes, three of which are
right at a time, take years to guess (NIST SP 800-63B-4, 3.2.2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Literal

import msgspec
import pyotp

from wayfare.contracts.customers.roles import Grant

STEP_S = 30
DRIFT_STEPS = 1
CODE_DIGITS = 6
WRONG_MAX = 5
CLOSED_S = 900
RECOVERY_CODES = 10
CHALLENGE_S = 300
"""How long after the password the code may come."""
EVERYBODYS_ROLE = "customer"

Judgement = Literal["right", "wrong", "closed"]


class SecondFactor(msgspec.Struct, frozen=True):
    """`secret`: base32; `last_step`: the newest step of the clock whose code was used; `recovery`: digests of codes
    that are left; `wrong`: codes in a row; `closed_until_s`: no code is right before."""

    secret: str
    confirmed: bool = False
    last_step: int = 0
    recovery: tuple[bytes, ...] = ()
    wrong: int = 0
    closed_until_s: int = 0


def judge(factor: SecondFactor, code: str, now_s: int) -> tuple[Judgement, SecondFactor]:
    """Whether a code is right, and the factor as it is to be kept: a code that was right is used up."""
    if now_s < factor.closed_until_s:
        return "closed", factor
    used = _use_code(factor, code.replace(" ", ""), now_s) or _use_recovery_code(factor, code)
    if used is not None:
        return "right", msgspec.structs.replace(used, wrong=0, closed_until_s=0)
    wrong = factor.wrong + 1
    if wrong < WRONG_MAX:
        return "wrong", msgspec.structs.replace(factor, wrong=wrong)
    return "wrong", msgspec.structs.replace(factor, wrong=0, closed_until_s=now_s + CLOSED_S)


def recovery_digest(code: str) -> bytes:
    """What is kept of a recovery code, however it is typed. It has 80 random bits: no slow hash is needed."""
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(plain.encode(errors="replace")).digest()


def without_staff(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """What somebody may do who has not shown a second factor: whatever the account is, it is a customer's."""
    return tuple(grant for grant in grants if grant.role == EVERYBODYS_ROLE) or (Grant(EVERYBODYS_ROLE),)


def _use_code(factor: SecondFactor, code: str, now_s: int) -> SecondFactor | None:
    codes = pyotp.TOTP(factor.secret, digits=CODE_DIGITS, interval=STEP_S)
    if not (len(code) == CODE_DIGITS and code.isascii()):
        return None
    now = now_s // STEP_S
    for step in range(max(now - DRIFT_STEPS, factor.last_step + 1), now + DRIFT_STEPS + 1):
        if hmac.compare_digest(codes.generate_otp(step), code):
            return msgspec.structs.replace(factor, last_step=step)
    return None


def _use_recovery_code(factor: SecondFactor, code: str) -> SecondFactor | None:
    if not factor.confirmed:
        return None
    digest = recovery_digest(code)
    left = tuple(kept for kept in factor.recovery if not hmac.compare_digest(kept, digest))
    return msgspec.structs.replace(factor, recovery=left) if len(left) < len(factor.recovery) else None
