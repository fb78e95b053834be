"""A proof of work for clients that behave like bots: many searches and holds from one address, and no booking.

The proof is a hashcash (Back, 2002) over SHA-256: a text that begins with our challenge and whose digest begins with
so many zero bits. Finding one costs the client 2^bits digests on average, checking it costs us one. A challenge is
sealed, for one address, good for two minutes and for one use, whichever process it is handed in at.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable

import msgspec
from starlette.types import Scope

from wayfare.contracts.waiting.api import TakeProof, WaitingApi
from wayfare.infrastructure.addresses import Networks, network_of
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import ProofNeeded

WINDOW_S = 600.0
CHALLENGE_S = 120
PROOF_BUYS = 20
"""Requests that one proof is good for."""
PROOF_HEADER = b"wayfare-proof"
ADDRESSES_MAX = 100_000
_NONCE_MAX = 64
_WATCHED = frozenset({("GET", "/v1/offers"), ("GET", "/v1/offers/calendar"), ("POST", "/v1/holds")})
_BOOKING = ("POST", "/v1/bookings")


class Challenge(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed into a challenge. `expires_s`: UTC seconds."""

    salt: bytes
    address: str
    bits: int
    expires_s: int


class _Count:
    """Requests of an address since `since` (UTC seconds) without a booking."""

    __slots__ = ("requests", "since")

    def __init__(self, since: float) -> None:
        self.since, self.requests = since, 0


class BotGuard:
    """Counts in the memory of each process; only proofs that were used are known to all."""

    def __init__(
        self,
        waiting: WaitingApi,
        secret: bytes,
        *,
        after: int,
        bits: int,
        many_from: Networks,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """`after`: requests in ten minutes that need no proof. `many_from`: addresses that never need one."""
        self._waiting, self._after, self._bits = waiting, after, bits
        self._many_from, self._now_s = many_from, now_s
        self._seal = Seal(secret, "proof-of-work", Challenge, ProofNeeded)
        self._counts: dict[str, _Count] = {}

    async def check(self, scope: Scope) -> None:
        """To be called before a request is answered. Raises ProofNeeded, Unavailable."""
        client = scope["client"]
        if (scope["method"], scope["path"]) not in _WATCHED or client is None or client[0] in self._many_from:
            return
        address = network_of(client[0])
        count = self._count(address)
        if count.requests >= self._after:
            await self._check_proof(scope, address)
            count.requests = max(0, self._after - PROOF_BUYS)
        count.requests += 1

    def answered(self, scope: Scope, status: int) -> None:
        """Whoever books is no bot."""
        if status in (201, 202) and (scope["method"], scope["path"]) == _BOOKING and scope["client"] is not None:
            self._counts.pop(network_of(scope["client"][0]), None)

    def _count(self, address: str) -> _Count:
        count, now = self._counts.get(address), self._now_s()
        if count is None or now - count.since > WINDOW_S:
            self._counts.pop(address, None)  # the oldest stand first
            while len(self._counts) >= ADDRESSES_MAX:
                del self._counts[next(iter(self._counts))]
            count = self._counts[address] = _Count(now)
        return count

    async def _check_proof(self, scope: Scope, address: str) -> None:
        given = next((value for name, value in scope["headers"] if name == PROOF_HEADER), b"")
        text, _, nonce = given.decode("latin-1").partition(":")
        if not text or not 1 <= len(nonce) <= _NONCE_MAX:
            raise self._needed(address, "a proof of work is needed")
        try:
            challenge = self._seal.open(text)
        except ProofNeeded:
            raise self._needed(address, "the challenge is not one of ours") from None
        if challenge.address != address or challenge.expires_s <= self._now_s():
            raise self._needed(address, "the challenge has expired, or was another address's")
        if zero_bits(hashlib.sha256(given).digest()) < challenge.bits:
            raise self._needed(address, f"the digest does not begin with {challenge.bits} zero bits")
        if not (await self._waiting.take_proof(TakeProof(challenge.salt, challenge.expires_s))).first:
            raise self._needed(address, "the challenge was used already")

    def _needed(self, address: str, detail: str) -> ProofNeeded:
        expires_s = int(self._now_s()) + CHALLENGE_S
        challenge = self._seal.seal(Challenge(os.urandom(16), address, self._bits, expires_s))
        return ProofNeeded(detail, challenge=challenge, difficulty=self._bits, header="Wayfare-Proof")


def zero_bits(digest: bytes) -> int:
    """With how many zero bits it begins."""
    return 8 * len(digest) - int.from_bytes(digest, "big").bit_length()
