"""Compare our payments and refunds with what the gateways themselves list."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.inventory.api import Finding, Findings
from wayfare.contracts.payments.api import CompareCharges as Message
from wayfare.kernel.errors import Unavailable
from wayfare.services.payments.application.ports import MoneyReader, PaymentGateway
from wayfare.services.payments.domain.comparison import GatewayCharge, compare, unknown_to_gateway, unknown_to_us

_PAGE = 1000
_CLOCKS_DIFFER_S = 3600
"""A gateway's clock may be this far from ours: its list is asked from that much earlier."""


class CompareCharges:
    """Page by page, in both directions. What moved within the grace may still be on its way and is left alone."""

    def __init__(self, gateways: Sequence[PaymentGateway], money: MoneyReader) -> None:
        self._gateways, self._money = gateways, money

    async def __call__(self, message: Message) -> Findings:
        """A gateway that does not answer is a finding: then nothing is proven."""
        checked = 0
        found: list[Finding] = []
        for gateway in self._gateways:
            try:
                charges, differences = await self._compare(gateway, message)
            except Unavailable as error:
                found.append(Finding("gateway_not_compared", gateway.name, error.detail))
                continue
            checked += charges
            found += differences
        return Findings(checked, tuple(found))

    async def _compare(self, gateway: PaymentGateway, message: Message) -> tuple[int, list[Finding]]:
        """How many charges it lists, none where it keeps no list, and what is wrong."""
        settled_s = int(time.time()) - message.grace_s
        since_s = message.since_s - _CLOCKS_DIFFER_S
        page = await gateway.list_charges(since_s, "")
        if page is None:
            return 0, []
        found: list[Finding] = []
        seen: set[UUID] = set()
        while page is not None:
            named = [(_payment_id(charge), charge) for charge in page.charges]
            seen.update(payment_id for payment_id, _ in named if payment_id is not None)
            found += await self._compare_page(named, settled_s)
            page = await gateway.list_charges(since_s, page.next) if page.next else None
        found += await self._find_missing(gateway.name, message.since_s, settled_s, seen)
        return len(seen), found

    async def _compare_page(self, named: Sequence[tuple[UUID | None, GatewayCharge]], settled_s: int) -> list[Finding]:
        rows = await self._money.find_money([payment_id for payment_id, _ in named if payment_id is not None])
        ours = {known.payment_id: known for known in rows}
        found: list[Finding] = []
        for payment_id, charge in named:
            known = ours.get(payment_id) if payment_id is not None else None
            if charge.made_s > settled_s or (known is not None and known.moved_s > settled_s):
                continue
            finding = unknown_to_us(charge) if known is None else compare(charge, known)
            if finding is not None:
                found.append(finding)
        return found

    async def _find_missing(self, gateway: str, since_s: int, settled_s: int, seen: set[UUID]) -> list[Finding]:
        found: list[Finding] = []
        after = UUID(int=since_s * 1000 << 80)  # ids begin with their Unix millisecond
        while page := await self._money.list_money(gateway, after, _PAGE):
            found += [
                unknown_to_gateway(known)
                for known in page
                if known.payment_id not in seen and known.moved_s <= settled_s
            ]
            after = page[-1].payment_id
        return found


def _payment_id(charge: GatewayCharge) -> UUID | None:
    try:
        return UUID(charge.key)
    except ValueError:
        return None
