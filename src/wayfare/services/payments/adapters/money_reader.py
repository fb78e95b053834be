"""What our records say of payments, for comparing them with a gateway's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfare.infrastructure.database import Database
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.comparison import KnownMoney

_KNOWN = """
SELECT p.payment_id, p.amount, p.currency, p.state, coalesce(r.paid, 0)::bigint AS paid,
       coalesce(r.pending, 0)::bigint AS pending,
       extract(epoch FROM greatest(p.updated_at, r.updated_at))::bigint AS moved_s
FROM payments.payment AS p
LEFT JOIN LATERAL (
    SELECT sum(amount) FILTER (WHERE state = 'refunded') AS paid,
           sum(amount) FILTER (WHERE state = 'pending') AS pending, max(updated_at) AS updated_at
    FROM payments.refund WHERE payment_id = p.payment_id
) AS r ON true
"""

_FIND = f"{_KNOWN} WHERE p.payment_id = ANY($1::uuid[])"

_LIST = f"""
{_KNOWN} WHERE p.payment_id > $1 AND p.gateway = $2 AND p.state IN ('authorised', 'captured') AND p.amount > 0
ORDER BY p.payment_id LIMIT $3
"""


class PostgresMoneyReader:
    """Implements the port `MoneyReader`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_money(self, payment_ids: Sequence[UUID]) -> Sequence[KnownMoney]:
        return [_known(row) for row in await self._database.fetch(_FIND, payment_ids)]

    async def list_money(self, gateway: str, after: UUID, limit: int) -> Sequence[KnownMoney]:
        return [_known(row) for row in await self._database.fetch(_LIST, after, gateway, limit)]


def _known(row: Any) -> KnownMoney:
    amount = Money(row["amount"], row["currency"])
    return KnownMoney(row["payment_id"], amount, row["state"], row["paid"], row["pending"], row["moved_s"])
