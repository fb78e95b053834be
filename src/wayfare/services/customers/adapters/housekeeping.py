"""What is done now and then: wrapping keys under the newest key of the key file, removing what has expired."""

from __future__ import annotations

from wayfare.infrastructure.database import Database
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.person_vault import PersonVault
from wayfare.services.customers.adapters.revocations import KEPT_S
from wayfare.services.customers.adapters.signing_keys import SigningKeys


class Housekeeping:
    def __init__(self, database: Database, vault: PersonVault, keys: SigningKeys, clock: Clock) -> None:
        self._database, self._vault, self._keys, self._clock = database, vault, keys, clock

    async def rewrap(self) -> int:
        """How many keys were wrapped anew."""
        return await self._vault.rewrap(self._database) + await self._keys.rewrap()

    async def tidy(self) -> None:
        await self._database.execute(sql.TIDY, self._clock.now_s(), KEPT_S)
