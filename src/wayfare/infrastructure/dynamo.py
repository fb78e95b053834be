"""Tables in Amazon DynamoDB, by aioboto3, where they are configured.

Reads are strongly consistent unless they say otherwise. What has expired may stay for days until DynamoDB removes it:
whoever reads compares `expires_s` (Unix seconds) with the time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog

from wayfare.infrastructure.dynamo_url import parse_dynamo_url
from wayfare.kernel.errors import ConfigurationError, Unavailable

try:
    import aioboto3
    from aiobotocore.config import AioConfig
    from botocore.exceptions import BotoCoreError, ClientError, WaiterError

    from wayfare.infrastructure.aws_tls import NameCheckingSession
except ImportError:  # the extra is not installed
    aioboto3 = None
    BotoCoreError = ClientError = WaiterError = OSError

log = structlog.get_logger()

Item: TypeAlias = Mapping[str, Mapping[str, Any]]
"""As DynamoDB spells it: `{"expires_s": {"N": "1767225600"}}`."""
EXPIRES = "expires_s"
CONNECTIONS = 50
PATIENCE_S = 2
TRIES = 3
CONFLICTS_MAX = 5
_TROUBLE: tuple[type[Exception], ...] = (BotoCoreError, ClientError, WaiterError, OSError, TimeoutError)


class ConditionFailed(Exception):
    """What was to be written depends on something that is not so. `item`: what is there instead, where it was asked."""

    def __init__(self, item: Item | None = None) -> None:
        super().__init__("the condition does not hold")
        self.item = item


@dataclass(frozen=True)
class Table:
    """`key` and those of `indexes`: the partition's attribute, and the one items are sorted by. All are strings."""

    name: str
    key: tuple[str, ...]
    indexes: Mapping[str, tuple[str, str]]

    def definition(self, full_name: str) -> dict[str, Any]:
        attributes = sorted({*self.key, *(name for pair in self.indexes.values() for name in pair)})
        made: dict[str, Any] = {
            "TableName": full_name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            "KeySchema": _schema(self.key),
        }
        if self.indexes:
            made["GlobalSecondaryIndexes"] = [
                {"IndexName": name, "KeySchema": _schema(key), "Projection": {"ProjectionType": "ALL"}}
                for name, key in self.indexes.items()
            ]
        return made


class Dynamo:
    """The tables of one address; connects with the first request."""

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError."""
        if aioboto3 is None:
            raise ConfigurationError("DynamoDB needs the extra: pip install 'wayfare[aws]'")
        try:
            self._address = parse_dynamo_url(url)
        except ValueError as error:
            raise ConfigurationError(f"{url}: {error}") from None
        self._open = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._client: Any = None

    async def aclose(self) -> None:
        self._client = None
        await self._open.aclose()

    async def get(self, table: Table, key: Item) -> Item | None:
        """Raises Unavailable, as all of these do."""
        answer = await self._ask("get_item", table, Key=key, ConsistentRead=True)
        found: Item | None = answer.get("Item")
        return found

    async def put(self, table: Table, item: Item, **condition: Any) -> None:
        """Raises ConditionFailed."""
        await self._ask("put_item", table, Item=item, **condition)

    async def update(self, table: Table, key: Item, **what: Any) -> Item:
        """The item as it is now. Raises ConditionFailed, with the item as it was."""
        answer = await self._ask(
            "update_item",
            table,
            Key=key,
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **what,
        )
        found: Item = answer["Attributes"]
        return found

    async def query(self, table: Table, **what: Any) -> AsyncIterator[Item]:
        """Every item of a partition, of an index where one is named: that may lag behind by moments."""
        consistent = "IndexName" not in what
        start: dict[str, Any] = {}
        while True:
            answer = await self._ask("query", table, ConsistentRead=consistent, **what, **start)
            for item in answer["Items"]:
                yield item
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    async def has_any(self, table: Table, keys: Sequence[Item]) -> bool:
        """Whether an item of at most a hundred keys is there."""
        wanted: dict[str, Any] = {self._name(table): {"Keys": list(keys), "ConsistentRead": True}}
        for _ in range(CONFLICTS_MAX):
            answer = await self._call("batch_get_item", RequestItems=wanted)
            if any(answer["Responses"].values()):
                return True
            wanted = answer["UnprocessedKeys"]
            if not wanted:
                return False
        raise Unavailable("DynamoDB has too much to do")

    async def update_and_put(self, table: Table, update: Mapping[str, Any], other: Table, item: Item) -> None:
        """Both or neither. Raises ConditionFailed."""
        actions = [
            {"Update": {"TableName": self._name(table), **update}},
            {"Put": {"TableName": self._name(other), "Item": item}},
        ]
        for attempt in range(CONFLICTS_MAX):
            try:
                await self._call("transact_write_items", TransactItems=actions)
            except _Conflict:
                await asyncio.sleep(0.02 * (attempt + 1))
                continue
            return
        raise Unavailable("too many requests write the same item")

    async def create(self, tables: Sequence[Table]) -> list[str]:
        """Makes those that are not there, and lets all of them forget what has expired; the names of those it made.

        Raises ConfigurationError.
        """
        made = []
        try:
            client = await self._connected()
            for table in tables:
                name = self._name(table)
                if await self._describe(client, table) is None:
                    await client.create_table(**table.definition(name))
                    await client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
                    made.append(name)
                told = (await client.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
                if told["TimeToLiveStatus"] not in ("ENABLED", "ENABLING"):
                    forget = {"Enabled": True, "AttributeName": EXPIRES}
                    await client.update_time_to_live(TableName=name, TimeToLiveSpecification=forget)
        except _TROUBLE as error:
            raise ConfigurationError(f"DynamoDB does not make tables: {error}") from error
        return made

    async def faults(self, tables: Sequence[Table]) -> dict[str, str]:
        """What is wrong with each table, by its name; none: all is well. Raises ConfigurationError."""
        found = {}
        try:
            client = await self._connected()
            for table in tables:
                name = self._name(table)
                there = await self._describe(client, table)
                fault = "it is not there" if there is None else _fault(table, there)
                if not fault:
                    told = (await client.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
                    on = told["TimeToLiveStatus"] in ("ENABLED", "ENABLING") and told.get("AttributeName") == EXPIRES
                    fault = "" if on else "what has expired stays: time to live is off"
                if fault:
                    found[name] = f"{fault}; run `wayfare migrate`"
        except _TROUBLE as error:
            raise ConfigurationError(f"DynamoDB does not tell of its tables: {error}") from error
        return found

    async def _describe(self, client: Any, table: Table) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = (await client.describe_table(TableName=self._name(table)))["Table"]
            return found
        except ClientError as error:
            if _code(error) == "ResourceNotFoundException":
                return None
            raise

    def _name(self, table: Table) -> str:
        return f"{self._address.prefix}-{table.name}"

    async def _ask(self, operation: str, table: Table, **arguments: Any) -> Any:
        return await self._call(operation, TableName=self._name(table), **arguments)

    async def _call(self, operation: str, **arguments: Any) -> Any:
        """Raises Unavailable, ConditionFailed, _Conflict."""
        try:
            return await getattr(await self._connected(), operation)(**arguments)
        except _TROUBLE as error:
            code = _code(error)
            if code == "ConditionalCheckFailedException":
                raise ConditionFailed(getattr(error, "response", {}).get("Item")) from None
            if code == "TransactionCanceledException":
                reasons = {reason.get("Code") for reason in getattr(error, "response", {})["CancellationReasons"]}
                if "ConditionalCheckFailed" in reasons:
                    raise ConditionFailed from None
                if "TransactionConflict" in reasons:
                    raise _Conflict from None
            # Who asks may be anybody: what DynamoDB says is for the log.
            log.warning("dynamodb.failed", operation=operation, error=f"{type(error).__name__}: {error}")
            raise Unavailable("DynamoDB does not answer as it should") from error

    async def _connected(self) -> Any:
        async with self._opening:
            if self._client is None:
                config = AioConfig(
                    connect_timeout=PATIENCE_S,
                    read_timeout=PATIENCE_S,
                    max_pool_connections=CONNECTIONS,
                    retries={"total_max_attempts": TRIES, "mode": "standard"},
                    http_session_cls=NameCheckingSession,
                )
                address = self._address
                client = aioboto3.Session().client(
                    "dynamodb", region_name=address.region, endpoint_url=address.endpoint, config=config
                )
                self._client = await self._open.enter_async_context(client)
        return self._client


class _Conflict(Exception):
    """Somebody else's transaction is under way; safe to repeat."""


def _schema(key: Sequence[str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(key, ("HASH", "RANGE"), strict=False)]


def _fault(table: Table, there: Mapping[str, Any]) -> str:
    if there["KeySchema"] != _schema(table.key):
        return "it has another key"
    known = {index["IndexName"] for index in there.get("GlobalSecondaryIndexes", ())}
    missing = sorted(table.indexes.keys() - known)
    return f"the index {missing[0]} is missing" if missing else ""


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def text(value: object) -> Mapping[str, str]:
    return {"S": str(value)}


def number(value: int) -> Mapping[str, str]:
    return {"N": str(value)}
