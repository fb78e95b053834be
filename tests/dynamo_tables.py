"""Tables of DynamoDB for one test."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from conftest import run_in_thread
from wayfare.infrastructure.dynamo import Dynamo, Table


def made_tables(endpoint: str, tables: Sequence[Table]) -> str:
    """The address of a store of the test's own that has these tables."""
    url = f"dynamodb://?region=eu-central-1&prefix=test-{uuid4().hex[:8]}&endpoint={endpoint}"

    async def create() -> None:
        dynamo = Dynamo(url)
        await dynamo.create(tables)
        await dynamo.aclose()

    run_in_thread(create())
    return url
