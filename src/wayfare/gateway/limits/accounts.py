"""How often somebody may try to log in to one account, from however many addresses.

Whoever empties an account's bucket on purpose must not shut its owner out: an address from which somebody logged in to
the account, or reset its password, draws from a bucket of its own then. Accounts stand in buckets as keyed digests,
whether there is such an account or not.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable

import structlog

from wayfare.gateway.limits.buckets import Buckets
from wayfare.gateway.limits.callers import payer_of
from wayfare.gateway.limits.exact import draw_shared
from wayfare.gateway.limits.policies import Policy
from wayfare.gateway.limits.store import BucketStore, Draw
from wayfare.infrastructure.addresses import Networks
from wayfare.kernel.errors import RateLimited, WayfareError
from wayfare.kernel.people import folded_email

log = structlog.get_logger()

KNOWN_S = 30 * 86_400
REMEMBERED_MAX = 100_000
_KNOWN = Policy("log_in_known", 1, KNOWN_S, 1)
"""No limit: a bucket that was drawn from tells that an address is known, until it is full again."""


class AccountLimit:
    """Implements the port `LogInTries` of the customers service."""

    def __init__(
        self,
        policy: Policy,
        secret: bytes,
        *,
        store: BucketStore | None = None,
        exempt: Networks | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`store`: None: this process is alone. `secret`: keys the digests."""
        self._tries, self._known = Buckets(policy, clock), Buckets(_KNOWN, clock)
        self._secret, self._store, self._exempt = secret[:64], store, exempt

    async def admit(self, email: str, address: str) -> None:
        """Draw a try. Raises RateLimited, with `retry_after_s`."""
        if self._exempt is not None and address in self._exempt:
            return
        self._bound()
        account = self._digest(email)
        wait_s = -await draw_shared(self._store, self._tries, account)
        if wait_s <= 0:
            return
        visitor = f"{account}:{payer_of(address)}"
        if await self._is_known(visitor):
            wait_s = -await draw_shared(self._store, self._tries, visitor)
        if wait_s > 0:
            name = self._tries.policy.name
            raise RateLimited(f"the limit {name} is reached", limit=name, retry_after_s=math.ceil(wait_s))

    async def remember(self, email: str, address: str) -> None:
        """Somebody from there has shown that the account is theirs: for a month others cannot slow them down."""
        await draw_shared(self._store, self._known, f"{self._digest(email)}:{payer_of(address)}")

    async def _is_known(self, visitor: str) -> bool:
        if self._known.fill_s(visitor) > 0 or self._store is None:
            return self._known.fill_s(visitor) > 0
        try:
            _, fill_s = await self._store.take(Draw(f"{_KNOWN.name}:{visitor}", 0.0, _KNOWN.depth_s))  # draws nothing
        except WayfareError as error:
            log.warning("rate_limits.not_shared", error=error.detail)
            return False
        return fill_s > 0

    def _digest(self, email: str) -> str:
        return hashlib.blake2b(folded_email(email).encode(), key=self._secret, digest_size=16).hexdigest()

    def _bound(self) -> None:
        """Forget what is full, and all of it rather than run out of memory: what is shared is in the store."""
        for buckets in (self._tries, self._known):
            if len(buckets) >= REMEMBERED_MAX:
                buckets.forget_full()
            if len(buckets) >= REMEMBERED_MAX:
                buckets.forget_all()
