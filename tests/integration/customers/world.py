"""A customers service on a real database, reached over HTTP, with its letters in a folder."""

from __future__ import annotations

import asyncio
import email
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx2
from fastapi import Depends, FastAPI

import wayfare.services.customers.wiring as customers_wiring
from wayfare.gateway import problems
from wayfare.gateway.gate import Gate
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.service import Service
from wayfare.kernel.time import FixedClock
from wayfare.services.customers.adapters.passwords import Argon2Passwords
from wayfare.services.customers.application.ports import LogInTries
from wayfare.services.customers.wiring import CustomerOptions

SECRET = b"a secret of the tests that is long"
NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
URL = "https://tickets.example.org"
EMAIL = "Ada@Example.org"
PASSWORD = "a horse of a different colour"
NEW_PASSWORD = "quite another colour of horse"
MIGRATIONS = Path(customers_wiring.__file__).parent / "adapters/migrations"


async def migrate(dsn: str) -> None:
    await upgrade(dsn, [ServiceMigrations("customers", MIGRATIONS)])


class World:
    """What outlives a process: database, key file, letters, clock."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.folder, self.clock = dsn, folder, FixedClock(NOW)
        self.mail_dir = folder / "mail"
        self.options = CustomerOptions(folder / "data-keys.json", self.mail_dir, SECRET, public_url=URL)

    @asynccontextmanager
    async def process(
        self, *, costly: bool = False, passwords: Argon2Passwords | None = None, tries: LogInTries | None = None
    ) -> AsyncIterator[Process]:
        """`costly`: hash passwords as in earnest; else with the least that argon2 allows, or by `passwords`."""
        passwords = passwords or (Argon2Passwords(2) if costly else Argon2Passwords(2, memory_kib=8, passes=1))
        async with Database(self.dsn, pool_size=6, application_name="tests") as database:
            service = customers_wiring.build(
                database=database, options=self.options, clock=self.clock, passwords=passwords, tries=tries
            )
            await service.start()
            try:
                yield Process(self, database, service)
            finally:
                await service.stop()

    def letters(self) -> Sequence[EmailMessage]:
        """What was sent, the oldest first."""
        found = [
            email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(self.mail_dir.glob("*"))
        ]
        return [letter for letter in found if isinstance(letter, EmailMessage)]


class Process:
    """One process of the service and an HTTP client into it."""

    def __init__(self, world: World, database: Database, service: Service) -> None:
        self.world, self.database, self.service = world, database, service
        app = FastAPI(dependencies=[Depends(Gate(service.api, "the token of rpc").admit_request)])
        problems.install(app)
        for router in service.routers:
            app.include_router(router)
        self._app = app
        self.http = self.client_at("127.0.0.1")

    def client_at(self, address: str) -> httpx2.AsyncClient:
        """Somebody who comes from there."""
        transport = httpx2.ASGITransport(app=self._app, client=(address, 4711))
        return httpx2.AsyncClient(transport=transport, base_url="http://test")

    async def job(self, name: str) -> None:
        """One round of a job."""
        await next(job.run for job in self.service.jobs if job.name == f"customers.{name}")()

    async def token_of_letter(self) -> str:
        """The token in the letter that is sent now."""
        before = len(self.world.letters())
        await self.job("letters")
        letters = self.world.letters()
        assert len(letters) == before + 1
        found = re.search(r"#token=(\S+)", letters[-1].get_content())
        assert found is not None, letters[-1].get_content()
        return found[1]

    async def register(self, address: str = EMAIL, password: str = PASSWORD, **more: Any) -> httpx2.Response:
        return await self.http.post("/v1/customers", json={"email": address, "password": password, **more})

    async def registered(self, address: str = EMAIL, password: str = PASSWORD, **more: Any) -> None:
        """An account whose address is confirmed."""
        answer = await self.register(address, password, **more)
        assert answer.status_code == 202, answer.text
        confirmed = await self.http.post("/v1/customers/verify", json={"token": await self.token_of_letter()})
        assert confirmed.status_code == 204, confirmed.text

    async def log_in(self, address: str = EMAIL, password: str = PASSWORD, **more: str) -> httpx2.Response:
        form = {"grant_type": "password", "username": address, "password": password, **more}
        return await self.http.post("/v1/auth/token", data=form)

    async def tokens(self, address: str = EMAIL, password: str = PASSWORD, **more: str) -> dict[str, str]:
        answer = await self.log_in(address, password, **more)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, str] = answer.json()
        return tokens

    async def signed_in(self, address: str = EMAIL, password: str = PASSWORD) -> Customer:
        """Register and log in."""
        await self.registered(address, password)
        return Customer(self, await self.tokens(address, password))

    async def refresh(self, refresh_token: str) -> httpx2.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.http.post("/v1/auth/token", data=form)

    async def me(self, access_token: str) -> httpx2.Response:
        return await self.http.get("/v1/me", headers={"authorization": f"Bearer {access_token}"})


class Customer:
    """Somebody who is signed in."""

    def __init__(self, process: Process, tokens: dict[str, str]) -> None:
        self.process, self.tokens = process, tokens

    async def ask(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self.tokens['access_token']}"}
        return await self.process.http.request(method, path, headers=headers, json=body)


async def eventually_refused(process: Process, access_token: str, patience_s: float) -> float:
    """How many seconds until a token is refused."""
    began = asyncio.get_running_loop().time()
    while (await process.me(access_token)).status_code == 200:
        waited = asyncio.get_running_loop().time() - began
        assert waited < patience_s, "the token still works"
        await asyncio.sleep(0.005)
    return asyncio.get_running_loop().time() - began
