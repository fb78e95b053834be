"""Judge a payment by the fraud rules, before its gateway is asked."""

from __future__ import annotations

import hashlib
import ipaddress
from uuid import UUID

import msgspec
import structlog

from wayfare.contracts.payments.api import AuthorisePayment
from wayfare.contracts.payments.fraud import ReviewState, Risk
from wayfare.kernel.time import Clock
from wayfare.services.payments.application.ports import FraudStore, Seen, Sighting
from wayfare.services.payments.domain.fraud import Rules, Screening, Trait, assess
from wayfare.services.payments.domain.fraud_files import read_rules

log = structlog.get_logger()


class Verdict(msgspec.Struct, frozen=True):
    """`again`: the payment was judged before, and its gateway may have been asked."""

    screening: Screening
    again: bool

    @property
    def is_doubtful(self) -> bool:
        """Whether a look at what is stored is worth its cost."""
        return self.again or self.screening.decision != "accept"


class ScreenPayment:
    """Holds the rules in memory; a job looks for newer ones. Without rules nothing is asked of the database."""

    def __init__(self, store: FraudStore, clock: Clock, secret: bytes) -> None:
        self._store, self._clock = store, clock
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"wayfare-fraud").digest()
        self._version = 0
        self._rules: Rules | None = None

    @property
    def is_on(self) -> bool:
        return self._rules is not None

    @property
    def window_s(self) -> int:
        """How far back the rules look."""
        return self._rules.window_s if self._rules else 0

    async def refresh(self) -> None:
        """Take over rules that were loaded since."""
        found = await self._store.find_rules(but=self._version)
        if found is None:
            return
        rules = read_rules(found.text) if found.version else None
        self._version, self._rules = found.version, rules if rules and rules.count else None
        log.info("fraud.rules", version=found.version, rules=rules.count if rules else 0)

    async def __call__(self, message: AuthorisePayment) -> Verdict | None:
        """None when there are no rules, or nothing to judge by."""
        rules, version, risk = self._rules, self._version, message.risk
        if rules is None or risk is None:
            return None
        hashes = {trait: self._hash(trait, text) for trait, text in _traits(message.token, risk).items() if text}
        counted = tuple((rule, hashes[rule.of]) for rule in rules.velocity if rule.of in hashes)
        seen = await self._store.count_seen(Sighting(message.payment_id, counted)) if counted else Seen({}, False)
        screening = assess(rules, version, message.amount, risk, self._clock.now_s(), seen.times)
        if screening.decision != "accept":
            log.info("fraud.judged", payment_id=str(message.payment_id), decision=screening.decision)
        return Verdict(screening, seen.again)

    async def find_state(self, payment_id: UUID) -> ReviewState | None:
        """How far the review of a payment is."""
        return await self._store.find_state(payment_id)

    def _hash(self, trait: Trait, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), digest_size=16, key=self._key, person=trait.encode()).digest()


def _traits(token: str, risk: Risk) -> dict[Trait, str]:
    return {
        "card": token,
        "email": risk.email.strip().casefold(),
        "address": _network(risk.address),
        "device": risk.device,
    }


def _network(address: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 one, which is what one subscriber has; else the text itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((int(known), 64), strict=False))
    return str(known)
