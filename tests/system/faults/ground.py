"""What the cases of one test process stand on: PostgreSQL, a timetable, and a nursery of real server processes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import msgspec
from pydantic import SecretStr

from conftest import FAST, Databases
from folders import database_folder
from integration.bookings.timetable import TRAIN, build_timetable
from integration.bookings.world import DAY, DEPARTS_S, NOW
from system.faults.assassin import Death
from system.harness import UNLIMITED, environment
from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.schema import run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.offers.api import ConditionStep, Offer, OfferLeg
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid
from wayfare.kernel.ids import departure_id

SERVICES = "inventory,payments,documents,bookings"
NOWHERE = "http://127.0.0.1:9"
"""Where offers would answer: the offers of these tests are sealed by themselves, and nothing is exchanged."""
SECRET = "the secret that the processes of the fault matrix share"
PRICE = 5990
TESTS = Path(__file__).parents[2]
PATIENCE_S = 60.0
GATEWAY_TIMEOUT_S = 1.5


_PORTS = itertools.cycle(range(10_000 + os.getpid() % 200 * 100, 10_100 + os.getpid() % 200 * 100))


def own_port() -> int:
    """A free port that nobody takes while its server is dead: below those that the system gives away by itself."""
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Child:
    """One process: its end is told by the nursery."""

    def __init__(self, pid: int, ended: asyncio.Future[int]) -> None:
        self.pid, self.ended = pid, ended

    async def end(self) -> int:
        """Its exit code; -9 when it was killed."""
        return await asyncio.wait_for(asyncio.shield(self.ended), PATIENCE_S)

    async def kill(self) -> None:
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, 9)
            await self.end()


class Nursery:
    """Orders to nursery.py and what it tells."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count()
        self._born: dict[int, asyncio.Future[int]] = {}
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    @asynccontextmanager
    async def open(cls, data_dir: Path) -> AsyncIterator[Nursery]:
        search = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
        sample = {
            "database_url": "postgresql://127.0.0.1:9/none", "services": SERVICES, "secret": SECRET,
            "offers_url": NOWHERE, "payment_gateway": "simulated_http", "payment_simulated_url": NOWHERE,
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "system.faults.nursery", stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**environment(data_dir, sample), "PYTHONPATH": search, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        nursery = cls(process)
        try:
            yield nursery
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await nursery._listener

    async def make(self, role: str, **order: Any) -> Child:
        no = next(self._numbers)
        loop = asyncio.get_running_loop()
        self._born[no], self._ended[no] = loop.create_future(), loop.create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"no": no, "role": role, **order}).encode() + b"\n")
        return Child(await asyncio.wait_for(self._born[no], PATIENCE_S), self._ended[no])

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "pid" in told:
                self._born[told["no"]].set_result(told["pid"])
            else:
                self._ended[told["no"]].set_result(told["exit"])


@dataclass
class Site:
    """One case's own database, gateway and address; processes come and go on it."""

    nursery: Nursery
    dsn: str
    folder: Path
    name: str
    connection: asyncpg.Connection
    http: httpx2.AsyncClient
    gateway: httpx2.AsyncClient
    ports: tuple[int, int]
    children: list[Child] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def settings(self, port: int) -> dict[str, str]:
        sim = f"http://127.0.0.1:{self.ports[1]}"
        return {
            "data_dir": str(self.folder),
            "database_url": self.dsn,
            "port": str(port),
            "services": SERVICES,
            "offers_url": NOWHERE,
            "now": NOW.isoformat(),
            "secret": SECRET,
            "log_format": "json",
            "pool_size": "3",
            "rate_limits": UNLIMITED,
            "hold_ttl_s": "60",
            "payment_timeout_s": str(GATEWAY_TIMEOUT_S),
            "payment_gateway": "simulated_http",
            "payment_simulated_url": sim,
            "gateway_sim_file": str(self.folder / f"{self.name}.sqlite"),
            "gateway_sim_webhook_url": f"{self.url}/v1/webhooks/payments/simulated_http",
        }

    async def make(self, role: str, *, port: int | None = None, **order: Any) -> Child:
        log = str(self.folder / f"{self.name}.log")
        port = port or self.ports[0]
        child = await self.nursery.make(role, settings=self.settings(port), port=port, log=log, **order)
        self.children.append(child)
        return child

    async def serve(self, *, port: int | None = None) -> Child:
        """`wayfare serve`, ready for requests."""
        child = await self.make("serve", port=port)
        await self.ready(child, f"http://127.0.0.1:{port or self.ports[0]}/readyz")
        return child

    async def serve_doomed(self, death: Death) -> Child:
        child = await self.make("doomed", death=msgspec.to_builtins(death))
        await self.ready(child, f"{self.url}/readyz")
        return child

    async def ready(self, child: Child, url: str, status: int = 200) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if child.ended.done():
                    raise AssertionError(f"it ended with {child.ended.result()}:\n{self.tail()}")
                try:
                    if (await self.http.get(url)).status_code == status:
                        return
                except httpx2.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    async def doctor(self) -> str:
        """What `wayfare doctor` prints, empty when all is well."""
        log = self.folder / f"{self.name}.doctor"
        child = await self.nursery.make("doctor", settings=self.settings(0), log=str(log))
        return "" if await child.end() == 0 else log.read_text()

    def tail(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()[-4000:]

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        return await self.connection.fetchval(query, *arguments)

    async def hold(self) -> str:
        """Hold one seat for an offer of ours, as the offers service would seal it."""
        leg = OfferLeg(departure_id(DAY, TRAIN), 0, 2, "second", (PRICE,), (0,))
        now_s = int(NOW.timestamp())
        offer = Offer(
            legs=(leg,), passengers=("adult",), fare_family="flex", currency="EUR", departs_s=DEPARTS_S,
            refund=(ConditionStep(DEPARTS_S, 0),), exchange=(), issued_s=now_s, expires_s=now_s + 1200,
        )  # fmt: skip
        seal: Seal[Offer] = Seal(SECRET.encode(), "offer", Offer, OfferInvalid)
        held = await self.http.post("/v1/holds", json={"offer_id": seal.seal(offer)})
        assert held.status_code == 201, held.text
        return str(held.json()["hold_id"])

    async def book(self, hold_id: str, token: str, key: str) -> httpx2.Response | None:
        """The answer, None when the process died over it."""
        content = {
            "hold_id": hold_id,
            "passengers": [{"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}],
            "contact": {"email": "ada@example.org"},
            "payment": {"method": "card", "token": token},
        }
        try:
            return await self.http.post("/v1/bookings", json=content, headers={"idempotency-key": key})
        except httpx2.HTTPError:
            return None

    async def cancel(self, locator: str, access_token: str) -> httpx2.Response | None:
        """The answer, None when the process died over it."""
        headers = {"authorization": f"Bearer {access_token}"}
        try:
            return await self.http.delete(f"/v1/bookings/{locator}", headers=headers)
        except httpx2.HTTPError:
            return None

    async def charges(self) -> list[dict[str, Any]]:
        """The gateway's own list."""
        answer = await self.gateway.get("/charges", params={"limit": 1000})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def end_holds(self) -> None:
        """Time passes: for every hold, for bookings that wait for another card, for refunds to be tried again."""
        await self.connection.execute("UPDATE inventory.hold SET expires_at = now() WHERE state = 0")
        await self.connection.execute("UPDATE bookings.open_saga SET due_at = now() WHERE kind = 1")
        await self.connection.execute("UPDATE payments.open_refund SET due_at = now()")


class Ground:
    """For all cases of a test process."""

    def __init__(self, nursery: Nursery, databases: Databases, template: str, folder: Path) -> None:
        self._nursery, self._databases, self._template, self._folder = nursery, databases, template, folder

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Ground]:
        with database_folder() as folder:
            TimetableStore(folder / "timetable").snapshots.publish(build_timetable(), 1)
            postgres = EmbeddedPostgres(folder / "postgres", max_connections=600, settings=FAST)
            dsn = await asyncio.to_thread(postgres.start)
            try:
                databases = Databases(dsn)
                async with Nursery.open(folder) as nursery:
                    template = await asyncio.to_thread(databases.template, "faults", partial(_prepare, folder))
                    yield cls(nursery, databases, template, folder)
            finally:
                await asyncio.to_thread(postgres.stop)

    @asynccontextmanager
    async def site(self) -> AsyncIterator[Site]:
        """A place for one case, with its gateway running."""
        dsn = await asyncio.to_thread(self._databases.create, self._template)
        ports = own_port(), own_port()
        async with AsyncExitStack() as opened:
            opened.push_async_callback(asyncio.to_thread, self._databases.drop, dsn)
            connection = await asyncpg.connect(dsn)
            opened.push_async_callback(connection.close)
            http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{ports[0]}", timeout=PATIENCE_S, verify=False)
            await opened.enter_async_context(http)
            headers = {"authorization": "Bearer sim_key"}
            gateway = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{ports[1]}", headers=headers, verify=False)
            await opened.enter_async_context(gateway)
            name = uuid.uuid4().hex[:8]
            site = Site(self._nursery, dsn, self._folder, name, connection, http, gateway, ports)
            try:
                sim = await site.make("gateway-sim", port=ports[1])
                await site.ready(sim, f"http://127.0.0.1:{ports[1]}/charges", 401)
                yield site
            finally:
                for child in site.children:
                    await child.kill()


async def _prepare(folder: Path, dsn: str) -> None:
    """All schemas and their partitions."""
    settings = Settings(database_url=dsn, data_dir=folder, services=SERVICES, secret=SecretStr(SECRET), now=NOW)
    await run_migrations(settings)
    system = compose(settings, settings.service_names, run_jobs=False, unasked=("offers",))
    await system.start()
    await system.stop()
