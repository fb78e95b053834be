"""Errors that stay inside inventory."""

from __future__ import annotations

from wayfare.services.inventory.domain.claims import Key


class UnitLost(Exception):
    """Somebody else was faster: the request got nothing and has to choose again."""

    def __init__(self, keys: frozenset[Key]) -> None:
        self.keys = keys
        super().__init__(f"lost {len(keys)} unit(s)")
