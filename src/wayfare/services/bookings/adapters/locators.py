"""Locators from a sequence that is taken in blocks: one round trip for a thousand bookings."""

from __future__ import annotations

import asyncio
import hashlib

from wayfare.infrastructure.database import Database
from wayfare.kernel.ids import LocatorPermutation
from wayfare.services.bookings.adapters import sql

BLOCK = 1000


class SequenceLocators:
    """Implements the port `Locators`. What is left of a block when the process ends is never used."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        key = hashlib.blake2b(b"locator", key=secret[:64], digest_size=32).digest()
        self._permutation = LocatorPermutation(key)
        self._next, self._end = 0, 0
        self._taking = asyncio.Lock()

    async def next_locator(self) -> str:
        """Raises Unavailable when the database cannot be reached, ValueError when all locators are used."""
        while self._next >= self._end:
            async with self._taking:
                if self._next >= self._end:
                    block = await self._database.fetchval(sql.NEXT_LOCATOR_BLOCK)
                    self._next, self._end = block * BLOCK, block * BLOCK + BLOCK
        number = self._next
        self._next += 1
        return self._permutation.locator(number)
