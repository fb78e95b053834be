"""Load fraud rules, and decide on the payments that they want a person to look at."""

from __future__ import annotations

from wayfare.contracts.payments.fraud import (
    DecideReview,
    FindFraudRules,
    FindReview,
    FraudRules,
    ListReviews,
    LoadFraudRules,
    Review,
    Reviews,
    ReviewState,
)
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.payments.application.ports import FraudStore
from wayfare.services.payments.application.screen_payment import ScreenPayment
from wayfare.services.payments.domain.fraud_files import read_rules

PAGE_MAX = 1000
BY_MAX = 100


class KeepFraudRules:
    def __init__(self, store: FraudStore, screen: ScreenPayment) -> None:
        self._store, self._screen = store, screen

    async def load(self, message: LoadFraudRules) -> FraudRules:
        """Raises ImportRefused, ValidationFailed (nobody to load them)."""
        read_rules(message.text)
        loaded = await self._store.add_rules(message.text, _checked(message.by))
        await self._screen.refresh()
        return loaded

    async def find(self, message: FindFraudRules) -> FraudRules:  # noqa: ARG002  the message asks for the latest
        return await self._store.find_rules() or FraudRules(0)

    async def list(self, message: ListReviews) -> Reviews:
        return Reviews(await self._store.list_reviews(max(1, min(message.limit, PAGE_MAX))))

    async def get(self, message: FindReview) -> Review:
        """Raises NotFound."""
        return await self._store.get_review(message.payment_id)

    async def decide(self, message: DecideReview) -> Review:
        """Raises NotFound, ValidationFailed."""
        state: ReviewState = "accepted" if message.accept else "refused"
        await self._store.close_review(message.payment_id, state, _checked(message.by))
        return await self._store.get_review(message.payment_id)

    async def forget(self) -> int:
        """What no rule needs any more."""
        return await self._store.remove_old(self._screen.window_s)


def _checked(by: str) -> str:
    by = by.strip()
    if not by or len(by) > BY_MAX or not by.isprintable():
        raise ValidationFailed.of("by", f"1 to {BY_MAX} printable characters")
    return by
