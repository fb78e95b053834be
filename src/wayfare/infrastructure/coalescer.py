"""The coalescer: calls that arrive while the last batch commits are written together by the next one.

A `Lane` does one operation on one connection of its own. Alone, a call waits for nobody; under load a batch
costs one transaction whatever its size. What may go wrong with a batch:

    an Exception among the answers   that call gets it, nothing was written for it, the others stand
    deadlock, lock timeout           the transaction is tried again after a moment
    lost connection                  reconnect, try again with `again=True`: it may have been written
    any other error                  the batch is halved until the bad call is alone with its error
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import structlog

from wayfare.infrastructure import tracing
from wayfare.infrastructure.database import Connection, Database, close
from wayfare.infrastructure.metrics import Counter, Histogram
from wayfare.kernel.errors import ConfigurationError, Unavailable

Q = TypeVar("Q")
A = TypeVar("A")
Flush: TypeAlias = Callable[[Connection, Sequence[Q], bool], Awaitable[Sequence[A | Exception]]]
"""Writes a batch inside the lane's transaction and answers each call, in order. The flag is `again`."""

log = structlog.get_logger()

_SIZES = [2**i for i in range(10)]
_AGES_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
BATCH_SIZE = Histogram("wayfare_lane_batch_size", "Calls of one transaction", ["lane"], buckets=_SIZES)
QUEUE_AGE = Histogram(
    "wayfare_lane_queue_age_seconds", "How long a batch's oldest call waited", ["lane"], buckets=_AGES_S
)
TROUBLES = Counter("wayfare_lane_troubles", "Failed transactions, refused calls", ["lane", "error"])

TRANSIENT = frozenset({"40P01", "40001", "55P03"})  # deadlock, serialisation failure, lock timeout
ATTEMPTS_MAX = 8
TRANSACTION_TIMEOUT_S = 10.0
"""Twice what the server allows a statement of a lane."""
ROLLBACK_TIMEOUT_S = 2.0
RECONNECT_PATIENCE_S = 10.0


class _ConnectionLost(Exception):
    """Nobody knows whether the transaction was committed."""


class _Call(NamedTuple):
    request: object
    answer: asyncio.Future[object]
    since: float
    traceparent: str = ""


class Lane(Generic[Q, A]):
    """One operation, one connection, one transaction per batch."""

    def __init__(
        self,
        name: str,
        database: Database,
        flush: Flush[Q, A],
        *,
        batch_max: int = 256,
        queue_max: int = 8192,
        interval_s: float = 0.0,
        single: bool = False,
    ) -> None:
        """`single`: a flush writes by its first statement alone, which is then the transaction: no BEGIN, no COMMIT."""
        self.name = name
        self.batches = self.calls = 0
        self._database, self._flush = database, flush
        self._batch_max, self._queue_max, self._interval_s = batch_max, queue_max, interval_s
        self._single = single
        self._queue: deque[_Call] = deque()
        self._arrived, self._closing = asyncio.Event(), False
        self._connection: Connection | None = None
        self._runner: asyncio.Task[None] | None = None
        self._batch_size, self._queue_age = BATCH_SIZE.labels(name), QUEUE_AGE.labels(name)

    async def start(self) -> None:
        """Open the connection and begin. Raises `Unavailable` when the database cannot be reached."""
        await self._connected()
        self._runner = asyncio.create_task(self._run(), name=f"lane {self.name}")

    async def call(self, request: Q) -> A:
        """The answer once it is committed.

        Raises the exception answered for this request, or `Unavailable`: the queue is full, the lane stops,
        or the database is out of reach, and then nobody knows whether the request was written. While it is known to
        be away, nothing is queued.
        """
        if not self._database.is_up:
            raise Unavailable(f"the database does not answer at the moment ({self.name})")
        if self._closing or len(self._queue) >= self._queue_max:
            TROUBLES.labels(self.name, "QueueFull").inc()
            raise Unavailable(f"too many requests are waiting ({self.name})")
        if tracing.active is None:
            return await self._queued(request)
        with tracing.active.queued(self.name) as traceparent:
            return await self._queued(request, traceparent)

    def _queued(self, request: Q, traceparent: str = "") -> asyncio.Future[A]:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.append(_Call(request, answer, time.monotonic(), traceparent))
        self._arrived.set()
        return answer

    async def stop(self) -> None:
        """Refuse new calls, finish those that wait, close the connection."""
        self._closing = True
        self._arrived.set()
        if self._runner is not None:
            await self._runner
        if self._connection is not None and not self._connection.is_closed():
            await close(self._connection)

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            started = time.monotonic()
            batch = self._gather()
            if batch:
                await self._settle(batch, again=False)
            if not self._queue:
                self._arrived.clear()
                if self._closing:
                    return
            elif self._interval_s > 0 and not self._closing:
                await asyncio.sleep(started + self._interval_s - time.monotonic())

    def _gather(self) -> list[_Call]:
        """The next calls, without those whose caller has given up."""
        batch: list[_Call] = []
        while self._queue and len(batch) < self._batch_max:
            call = self._queue.popleft()
            if not call.answer.done():
                batch.append(call)
        if batch:
            self.batches, self.calls = self.batches + 1, self.calls + len(batch)
            self._batch_size.observe(len(batch))
            self._queue_age.observe(time.monotonic() - batch[0].since)
        return batch

    async def _settle(self, batch: list[_Call], *, again: bool) -> None:
        """Answer every call of a batch, whatever happens."""
        for attempt in range(ATTEMPTS_MAX):
            try:
                return self._answer(batch, await self._written(batch, again))
            except Exception as caught:  # noqa: BLE001  whatever it is belongs to the callers, not to the lane
                error = caught
            TROUBLES.labels(self.name, type(error).__name__.strip("_")).inc()
            log.warning("lane.failed", lane=self.name, size=len(batch), attempt=attempt, error=repr(error))
            if getattr(error, "sqlstate", None) in TRANSIENT:
                await asyncio.sleep(random.uniform(0.5, 1.5) * 0.001 * 2**attempt)
            elif isinstance(error, _ConnectionLost):
                again = True
            elif len(batch) == 1 or isinstance(error, Unavailable | ConfigurationError):
                return self._answer(batch, [error] * len(batch))
            else:
                middle = len(batch) // 2
                await self._settle(batch[:middle], again=again)
                return await self._settle(batch[middle:], again=again)
        self._answer(batch, [Unavailable(f"the database does not answer ({self.name})")] * len(batch))

    def _answer(self, batch: list[_Call], answers: Sequence[object]) -> None:
        for call, answer in zip(batch, answers, strict=True):
            if call.answer.done():
                continue
            if isinstance(answer, Exception):
                call.answer.set_exception(answer)
            else:
                call.answer.set_result(answer)

    async def _written(self, batch: Sequence[_Call], again: bool) -> Sequence[object]:
        requests = [call.request for call in batch]
        if tracing.active is None:
            return await self._transact(requests, again)
        with tracing.active.writing(self.name, requests, [call.traceparent for call in batch]):
            return await self._transact(requests, again)

    async def _transact(self, requests: Sequence[object], again: bool) -> Sequence[object]:
        connection = await self._connected()
        try:
            async with asyncio.timeout(TRANSACTION_TIMEOUT_S):
                if not self._single:
                    await connection.execute("BEGIN")
                answers = await self._flush(connection, requests, again)  # type: ignore[arg-type]
                if len(answers) != len(requests):
                    raise RuntimeError(f"lane {self.name}: {len(answers)} answers to {len(requests)} calls")
                if not self._single:
                    await connection.execute("COMMIT")
        except TimeoutError as error:
            connection.terminate()
            raise _ConnectionLost from error
        except BaseException:
            try:
                await connection.execute("ROLLBACK", timeout=ROLLBACK_TIMEOUT_S)  # also tells whether it lives
            except Exception as error:
                connection.terminate()  # it cannot roll back: lost, and with it whether it committed
                raise _ConnectionLost from error
            raise
        return answers

    async def _connected(self) -> Connection:
        deadline = time.monotonic() + RECONNECT_PATIENCE_S
        while self._connection is None or self._connection.is_closed():
            try:
                self._connection = await self._database.dedicated(self.name)
                # Lanes find rows by key. Before the first ANALYZE the planner would read whole tables instead.
                await self._connection.execute("SET enable_seqscan = off")
            except Unavailable as error:
                if time.monotonic() > deadline or not self._database.is_up:
                    raise Unavailable(f"the database does not answer ({self.name})") from error
                await asyncio.sleep(random.uniform(0.05, 0.2))
        return self._connection
