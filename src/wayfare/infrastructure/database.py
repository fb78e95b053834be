"""Connections to PostgreSQL: a pool for cold paths, dedicated connections for hot lanes.

A hot lane keeps one connection for good: releasing to a pool costs 130 µs, and a plan cached while a table
was small ruins it later (hence `plan_cache_mode=force_custom_plan`).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from wayfare.infrastructure import tracing
from wayfare.infrastructure.pulse import Pulse
from wayfare.infrastructure.tls import postgres_context
from wayfare.kernel.errors import ConfigurationError, Unavailable

Row: TypeAlias = Any
"""An asyncpg Record: `row["name"]` or `row[0]`."""
Connection: TypeAlias = asyncpg.Connection
"""What `connect` and `Database.dedicated` give; fits Session."""

LOCK_TIMEOUT_MS = 150
"""Hot statements: whoever waits longer for a row gives way and is tried again."""
CONNECT_S = 5.0
MISCONFIGURED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)


class Session(Protocol):
    """What we use of an asyncpg connection, from a pool or not."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str: ...
    async def executemany(self, command: str, args: Iterable[Sequence[Any]]) -> None: ...
    async def fetch(self, query: str, *args: Any, timeout: float | None = None) -> list[Row]: ...
    async def fetchrow(self, query: str, *args: Any, timeout: float | None = None) -> Row | None: ...
    async def fetchval(self, query: str, *args: Any, column: int = 0, timeout: float | None = None) -> Any: ...
    async def copy_records_to_table(
        self,
        table_name: str,
        *,
        records: Iterable[Sequence[Any]],
        columns: Sequence[str] | None = None,
        schema_name: str | None = None,
    ) -> str: ...
    def transaction(
        self, *, isolation: str | None = None, readonly: bool = False, deferrable: bool = False
    ) -> AbstractAsyncContextManager[Any]: ...
    def is_in_transaction(self) -> bool: ...
    def is_closed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """Connections of one process: `size` open in the pool, `idle` of them free, `limit` at most, `waiting`
    callers without one, `dedicated` outside the pool."""

    size: int
    idle: int
    limit: int
    waiting: int
    dedicated: int


@dataclass(frozen=True, slots=True)
class ConnectionBudget:
    """Connections that all our processes may open, and those that the server has for us."""

    needed: int
    available: int


def normal_dsn(dsn: str) -> str:
    """`dsn` as asyncpg wants it. Raises ConfigurationError for anything but a postgresql:// URL."""
    scheme, separator, rest = dsn.strip().partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise ConfigurationError("the database address must look like postgresql://user:password@host:5432/name")
    return f"postgresql://{rest}"


def redacted(dsn: str) -> str:
    """`dsn` without its password and options, for messages and logs."""
    parts = urlsplit(dsn)
    user, separator, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=user.partition(":")[0] + separator + host, query="", fragment=""))


_LOST = (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)


def _is_gone(session: Session) -> bool:
    """Whether a pooled session was closed; the pool takes such a one back at once."""
    try:
        return session.is_closed()
    except asyncpg.InterfaceError:
        return True


def is_connection_lost(error: BaseException, session: Session) -> bool:
    """Whether `error` means that `session` is gone; its last statement may or may not have been done."""
    if isinstance(error, OSError | asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError):
        return not isinstance(error, asyncpg.QueryCanceledError)
    return isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError) and session.is_closed()


async def connect(
    dsn: str, *, connect_timeout_s: float = CONNECT_S, settings: Mapping[str, str] | None = None
) -> Connection:
    """One connection outside any pool.

    Raises ConfigurationError when the server refuses us for good, Unavailable when trying again may help.
    """
    address = normal_dsn(dsn)
    try:
        found = await _open(address, timeout=connect_timeout_s, server_settings=dict(settings or {}))
        await _trace_statements(found)
        return found
    except MISCONFIGURED as error:
        raise ConfigurationError(f"the database {redacted(address)} refuses us: {error}") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = "no answer" if isinstance(error, TimeoutError) else str(error)
        raise Unavailable(f"the database {redacted(address)} cannot be reached: {reason}") from error


async def _open(dsn: str, **options: Any) -> Connection:
    """Over TLS as the address asks for it; its files are read for each connection: certificates are renewed."""
    return await asyncpg.connect(dsn, ssl=postgres_context(dsn), **options)


async def _trace_statements(connection: Connection) -> None:
    if tracing.active is not None:
        connection.add_query_logger(tracing.active.note_statement)


class Database:
    """One PostgreSQL database as seen by one process.

    `pool_size`: connections at most for cold paths, opened as they are needed. Pooled and dedicated
    connections leave `search_path` alone and keep JIT off (compiling takes longer than our statements).
    """

    def __init__(
        self,
        dsn: str,
        *,
        pool_size: int = 8,
        application_name: str = "wayfare",
        connect_timeout_s: float = CONNECT_S,
        acquire_timeout_s: float = 5.0,
        statement_timeout_s: float = 30.0,
    ) -> None:
        self.dsn = normal_dsn(dsn)
        self.pool_size = pool_size
        self.application_name = application_name
        self._connect_timeout_s = connect_timeout_s
        self._acquire_timeout_s = acquire_timeout_s
        self._statement_timeout_s = statement_timeout_s
        self._pool: Any = None
        self._waiting = 0
        self._dedicated: list[Connection] = []
        self._lent: set[Any] = set()
        self._pulse = Pulse(urlsplit(self.dsn).path.lstrip("/"), self._connect_for_pulse, self.cut)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Connects once, so that a wrong address shows now. Raises ConfigurationError, Unavailable."""
        if self._pool is not None:
            return
        pool = asyncpg.create_pool(
            self.dsn,
            min_size=0,
            max_size=self.pool_size,
            timeout=self._connect_timeout_s,
            connect=_open,
            init=_trace_statements,
            server_settings=self._settings(self.application_name, self._statement_timeout_s),
        )
        try:
            self._pool = await pool
            await self.ping()
        except BaseException:
            self._pool = None
            pool.terminate()
            raise

    @property
    def is_up(self) -> bool:
        """False while the watched database is known not to answer; True as long as it is not watched."""
        return self._pulse.is_up

    def watch(self) -> None:
        """From now on notice within seconds that the server is away or hangs, at the cost of one connection: then
        everybody is refused at once instead of waiting."""
        self._pulse.start()

    async def stop(self, *, timeout_s: float = 5.0) -> None:
        """Closes every connection; those still at work after `timeout_s` are cut."""
        await self._pulse.stop()
        dedicated, self._dedicated = self._dedicated, []
        for connection in dedicated:
            await close(connection)
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), timeout_s)
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Session]:
        """A pooled connection for the block.

        Raises Unavailable when none is free, the server is away, or the connection is lost meanwhile.
        """
        if self._pool is None:
            raise Unavailable("the database is not open")
        self._check_up()
        self._waiting += 1
        try:
            session = await self._pool.acquire(timeout=self._acquire_timeout_s)
        except MISCONFIGURED as error:
            raise ConfigurationError(f"the database {redacted(self.dsn)} refuses us: {error}") from error
        except TimeoutError as error:
            raise Unavailable(f"no database connection became free in {self._acquire_timeout_s:g} s") from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # Who asks may be anybody: what the server says may be told, an address not.
            reason = f": {error}" if isinstance(error, asyncpg.PostgresError) else ""
            raise Unavailable(f"the database cannot be reached{reason}") from error
        finally:
            self._waiting -= 1
        self._lent.add(session)
        try:
            yield session
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            if _is_gone(session) or isinstance(error, _LOST):
                raise Unavailable("the connection to the database was lost") from error
            raise
        finally:
            self._lent.discard(session)
            with contextlib.suppress(AttributeError):  # closed meanwhile
                await self._pool.release(session)

    @asynccontextmanager
    async def transaction(self, *, isolation: str | None = None, readonly: bool = False) -> AsyncIterator[Session]:
        """A pooled connection inside a transaction: committed at the end of the block, else rolled back."""
        async with self.acquire() as session, session.transaction(isolation=isolation, readonly=readonly):
            yield session

    async def execute(self, query: str, *args: Any) -> str:
        async with self.acquire() as session:
            return await session.execute(query, *args)

    async def executemany(self, query: str, args: Iterable[Sequence[Any]]) -> None:
        async with self.acquire() as session:
            await session.executemany(query, args)

    async def fetch(self, query: str, *args: Any) -> list[Row]:
        async with self.acquire() as session:
            return await session.fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Row | None:
        async with self.acquire() as session:
            return await session.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        async with self.acquire() as session:
            return await session.fetchval(query, *args)

    async def ping(self) -> float:
        """Asks the server for a sign of life; seconds it took. Raises Unavailable, ConfigurationError."""
        started = time.perf_counter()
        async with self.acquire() as session:
            try:
                await session.fetchval("SELECT 1", timeout=self._connect_timeout_s)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise Unavailable(f"the database {redacted(self.dsn)} does not answer: {error}") from error
        return time.perf_counter() - started

    async def dedicated(
        self,
        name: str = "lane",
        *,
        statement_timeout_s: float = 5.0,
        lock_timeout_ms: int = LOCK_TIMEOUT_MS,
    ) -> Connection:
        """A new connection outside the pool for one hot lane, to keep; whoever is left over closes with us.

        When it is lost, ask for another one, and look for your own writes before you repeat them.
        Raises Unavailable, ConfigurationError.
        """
        settings = self._settings(f"{self.application_name}/{name}", statement_timeout_s) | {
            "plan_cache_mode": "force_custom_plan",
            "lock_timeout": f"{lock_timeout_ms}ms",
        }
        self._check_up()
        connection = await connect(self.dsn, connect_timeout_s=self._connect_timeout_s, settings=settings)
        self._dedicated = [other for other in self._dedicated if not other.is_closed()]
        self._dedicated.append(connection)
        return connection

    def statistics(self) -> PoolStatistics:
        pool = self._pool
        return PoolStatistics(
            size=pool.get_size() if pool else 0,
            idle=pool.get_idle_size() if pool else 0,
            limit=self.pool_size,
            waiting=self._waiting,
            dedicated=sum(not connection.is_closed() for connection in self._dedicated),
        )

    def _check_up(self) -> None:
        if not self._pulse.is_up:
            raise Unavailable("the database does not answer at the moment")

    async def _connect_for_pulse(self) -> Connection:
        return await connect(self.dsn, settings=self._settings(f"{self.application_name}/pulse", 5.0))

    async def cut(self) -> None:
        """Whoever waits for the server's answer on a connection of ours waits no longer."""
        for session in (*self._dedicated, *self._lent):
            if not _is_gone(session):
                session.terminate()
        if self._pool is not None:
            await self._pool.expire_connections()

    def _settings(self, application_name: str, statement_timeout_s: float) -> dict[str, str]:
        return {
            "application_name": application_name[:63],
            "jit": "off",
            "timezone": "UTC",
            "statement_timeout": f"{round(statement_timeout_s * 1000)}ms",
            "idle_in_transaction_session_timeout": "60s",
        }


async def check_connection_budget(
    session: Session, *, pool_size: int, lanes: int, workers: int, others: int = 0
) -> ConnectionBudget:
    """Compares what we may open, `workers` × (`pool_size` + `lanes`) + `others`, with what is there for us.

    That is the least of the server's limit without its reserved connections and the limits of our role and
    database. Raises ConfigurationError with the settings to change.
    """
    needed = workers * (pool_size + lanes) + others
    available = await session.fetchval(
        """
        SELECT least(
            current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true)::int, 0),
            (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
            (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()))
        """
    )
    if needed > available:
        raise ConfigurationError(
            f"{workers} worker(s) with {pool_size} pooled and {lanes} dedicated connections each"
            f"{f' and {others} others' if others else ''} need {needed} database connections, "
            f"the server gives {available}: raise its max_connections by {needed - available} or more, "
            "or lower workers or pool size"
        )
    return ConnectionBudget(needed, available)


async def close(connection: Connection) -> None:
    """Closes politely, or at once when the server does not answer."""
    try:
        await connection.close(timeout=5.0)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
