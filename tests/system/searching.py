"""Whether a text lies anywhere: in any row of any table, or in any file."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg


async def tables_with(dsn: str, pattern: str) -> list[str]:
    """The tables of all services that have this text in any row, separators between its digits or not."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = await connection.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        assert {row["name"].partition(".")[0] for row in tables} >= {"bookings", "payments", "inventory"}
        query = "SELECT EXISTS (SELECT FROM {0} AS t WHERE t::text ~ $1)"
        return [row["name"] for row in tables if await connection.fetchval(query.format(row["name"]), pattern)]
    finally:
        await connection.close()


def files_with(folder: Path, pattern: str) -> list[str]:
    """Every file of the data folder, the database's own and its write-ahead log included, and the server's log."""
    wanted = re.compile(pattern.encode())
    return [str(path) for path in folder.rglob("*") if path.is_file() and wanted.search(path.read_bytes())]
