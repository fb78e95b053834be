"""A process that issues the invoices of all payments over and over, until it is killed.

python -m integration.payments.issuing DSN SEED
"""

from __future__ import annotations

import asyncio
import random
import sys

from integration.payments.sold import AIR, RAIL, issue, sold_booking, sold_ride
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.time import SystemClock
from wayfare.services.payments.wiring import build


async def work(dsn: str, seed: int, *, forever: bool) -> None:
    chance = random.Random(seed)
    async with Database(dsn, pool_size=4, application_name="issuing") as database:
        service = build(database=database, clock=SystemClock(None), secret=b"tests")
        rows = await database.fetch("SELECT payment_id, booking_id, amount, currency FROM payments.payment")
        pairs = [
            (
                row["payment_id"],
                sold_booking(
                    sold_ride(0, 0, RAIL, row["amount"] - 1, 7),
                    sold_ride(0, 1, AIR, 1),
                    currency=row["currency"],
                    booking_id=row["booking_id"],
                ),
            )
            for row in rows
        ]
        while True:
            chance.shuffle(pairs)
            for start in range(0, len(pairs), 7):
                try:
                    await issue(service, *pairs[start : start + 7])
                except Unavailable:
                    await asyncio.sleep(0.05)
            if not forever:
                return


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2]), forever=True))
