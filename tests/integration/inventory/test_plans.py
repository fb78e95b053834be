"""At 200,000 rows the hot statements still go through indexes, and only to the partitions they need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from integration.inventory.world import DAY
from wayfare.infrastructure.database import Database
from wayfare.kernel.ids import departure_id
from wayfare.services.inventory.adapters import sql

ROWS = 200_000
DEPARTURES = [departure_id(DAY, number) for number in range(1, 257)]
UNITS = [number % 100 for number in range(256)]
HOLDS = [UUID(bytes=DAY.to_bytes(4, "big") + bytes(8) + number.to_bytes(4, "big")) for number in range(256)]
ONES = [1] * 256
RANGES = (list(range(1, 257)), list(range(1, 257)))

FILL = f"""
INSERT INTO inventory.occupancy
SELECT ({DAY}::bigint << 32) + 1 + n / 100, n % 100, 1, 0 FROM generate_series(0, {ROWS} - 1) n;
INSERT INTO inventory.hold
SELECT (lpad(to_hex({DAY}), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid, 1, now(), now() - interval '1 hour', 0, NULL,
    'token', '', '{{0}}', '{{0}}', ARRAY[({DAY}::bigint << 32) + 1 + n / 100], ARRAY[n % 100], '{{1}}', '{{0}}'
FROM generate_series(0, {ROWS} - 1) n
"""

STATEMENTS = {
    "lock units": (sql.LOCK_UNITS, [DEPARTURES, UNITS]),
    "clear": (sql.CLEAR, [DEPARTURES, UNITS, ONES, ONES]),
    "read taken": (sql.TAKEN, [DEPARTURES[:20]]),
    "find holds": (sql.FIND_HOLDS, [HOLDS]),
    "find one hold": (sql.FIND_HOLDS, [HOLDS[:1]]),
    "lock holds": (sql.LOCK_HOLDS, [HOLDS]),
    "confirm": (sql.CONFIRM, [HOLDS, HOLDS]),
    "confirm one": (sql.CONFIRM, [HOLDS[:1], HOLDS[:1]]),
    "update holds": (sql.UPDATE_HOLDS, [HOLDS, ONES, *RANGES, ONES, ONES, ONES, ONES, ONES, ONES]),
    "due": (sql.LOCK_DUE, [datetime.now(UTC) - timedelta(seconds=5), 1000]),
    "expire": (sql.EXPIRE, [HOLDS]),
    "list": (sql.CONFIRMED_PAGE, [HOLDS[0], 1000]),
}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.mark.parametrize("analysed", [False, True])
async def test_hot_statements_use_indexes(inventory_database: Database, analysed: bool) -> None:
    async with inventory_database.acquire() as session:
        await session.execute(FILL)
        if analysed:
            await session.execute("ANALYZE inventory.occupancy, inventory.hold")
    connection = await inventory_database.dedicated("plans")
    for name, (statement, arguments) in STATEMENTS.items():
        text = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *arguments)
        found = list(nodes(json.loads(text)[0]["Plan"]))
        scans = [node for node in found if "Relation Name" in node and "Scan" in node["Node Type"]]
        assert scans, name
        filled = {node["Node Type"] for node in scans if node["Relation Name"].endswith("_2026_11")}
        assert filled
        assert filled <= {"Index Scan", "Bitmap Heap Scan"}, (name, analysed, text)
        if name not in ("due", "list"):  # those look at every month, and the others are empty
            assert len({node["Relation Name"] for node in scans}) == 1, (name, text)
