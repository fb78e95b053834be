"""A whole Wayfare in this process on the demo network, with somebody in every role and something of everybody's."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from wallet import PASSWORD as WALLET_PASSWORD
from wallet import WalletFiles, make_wallet_files
from wayfare.bootstrap.asgi import build_app
from wayfare.bootstrap.compose import SERVICES, compose
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.system import System
from wayfare.contracts.customers.roles import ROLES, SCOPED, Grant
from wayfare.contracts.waiting.api import OpenRoom
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.ids import parse_departure
from wayfare.services.customers.application.manage_services import ManageServices
from wayfare.services.customers.application.manage_users import ManageUsers
from wayfare.services.customers.application.register import NewCustomer
from wayfare.services.customers.domain.api_key import Scope
from wayfare.services.customers.wiring import open_services, open_users

PASSWORD = "a horse of a different colour"
EMAIL = "guest@example.org"
PASSENGER = {"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}
TRAVELLER = {"given_name": "Byron", "family_name": "King"}
DAY = (datetime.now(UTC) + timedelta(days=40)).date()
ROOM = "/v1/waiting-rooms/20991231-1"
NOBODY = uuid.UUID(int=0)
HUMANS = (*ROLES, "disabled", "eve")


@cache
def wallet_of(folder: Path) -> WalletFiles:
    return make_wallet_files(folder / "wallet")


def settings_of(folder: Path, dsn: str | None = None) -> Settings:
    wallet = wallet_of(folder)
    return Settings(
        wallet_certificate=wallet.certificate,
        wallet_key=wallet.key,
        wallet_key_password=SecretStr(WALLET_PASSWORD),
        data_dir=folder,
        database_url=dsn or "postgresql://nobody@127.0.0.1:1/none",
        log_level="error",
        staff_second_factor=False,
        rate_limits="off",
        many_from="127.0.0.1/32",  # everybody comes from there, with one client
        holds_open_device_max=0,
    )


class World:
    """`tokens`: what each actor shows; none for a guest. `accounts`: whose bookings are an actor's own."""

    def __init__(self, system: System, app: Any) -> None:
        self.system, self.app = system, app
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test", timeout=60)
        self.database: Database = next(iter(system.databases.values()))
        self.users: ManageUsers = open_users(self.database, KeyFile(system.settings.data_keys_path))
        self.services: ManageServices = open_services(self.database)
        self.tokens: dict[str, str] = {}
        self.accounts: dict[str, uuid.UUID] = {}
        self.bookings: dict[uuid.UUID, dict[str, Any]] = {}
        self.offer_id = self.departure_id = self.operator = ""
        self.others_offer_id = self.place = ""

    async def prepare(self) -> None:
        await self._search()
        for human in HUMANS:
            role = human if human in ROLES else "customer"
            self.accounts[human] = await self.person(human, role)
            self.tokens[human] = await self.log_in(human)
        await self._keys()
        for actor, account in self.accounts.items():
            if account not in self.bookings:
                self.bookings[account] = await self.book(account, others=actor == "eve")
        guests = await self.book(None)
        self.bookings[NOBODY] = guests
        self.accounts |= {"guest": NOBODY, "booking token": NOBODY}
        self.tokens["booking token"] = guests["access_token"]
        await self.users.set_disabled("disabled@example.org", disabled=True)
        await self._wait_for_refusal("disabled", "old key")
        await self._wait_for_invoices()
        await self._wait_in_a_room()

    async def person(self, name: str, role: str) -> uuid.UUID:
        grant = Grant(role, self.operator if role in SCOPED else "")
        return await self.users.create(NewCustomer(f"{name}@example.org", PASSWORD, "", ""), grant)

    async def log_in(self, name: str) -> str:
        form = {"grant_type": "password", "username": f"{name}@example.org", "password": PASSWORD}
        answer = await self.http.post("/v1/auth/token", data=form)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    async def ask(self, actor: str, method: str, path: str, **content: Any) -> httpx2.Response:
        token = self.tokens.get(actor)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(method, path, headers=headers, **content)

    async def hold(self, *, others: bool = False) -> str:
        """Of a trip with the operator that staff here belong to, or another one."""
        offer_id = self.others_offer_id if others else self.offer_id
        answer = await self.http.post("/v1/holds", json={"offer_id": offer_id})
        assert answer.status_code == 201, answer.text
        hold_id: str = answer.json()["hold_id"]
        return hold_id

    def booking_body(self, hold_id: str) -> dict[str, Any]:
        payment = {"method": "card", "token": "tok_approved"}
        return {"hold_id": hold_id, "passengers": [PASSENGER], "contact": {"email": EMAIL}, "payment": payment}

    async def book(self, account: uuid.UUID | None, *, others: bool = False) -> dict[str, Any]:
        """A booking that is put down to an account, also to one whose role could not have made it."""
        hold_id = await self.hold(others=others)
        answer = await self.http.post("/v1/bookings", json=self.booking_body(hold_id))
        assert answer.status_code == 201, answer.text
        booking: dict[str, Any] = answer.json()
        if account is not None:
            query = "UPDATE bookings.booking SET owner_id = $2 WHERE booking_id = $1"
            await self.database.execute(query, uuid.UUID(booking["booking_id"]), account)
        return booking

    async def traveller(self, actor: str) -> str:
        """A saved traveller of somebody who may have some; else an id of none."""
        answer = await self.ask(actor, "POST", "/v1/me/travellers", json=TRAVELLER)
        return str(answer.json()["traveller_id"]) if answer.status_code == 201 else str(uuid.uuid4())

    async def device(self, actor: str) -> str:
        """Another device somebody is signed in on; an id of none for who cannot sign in."""
        if actor not in ROLES and actor != "eve":
            return str(uuid.uuid4())
        session: uuid.UUID = await self.database.fetchval(
            """INSERT INTO customers.session
                   (session_id, customer_id, device, generation, secret, created_at, used_at, expires_at)
               VALUES (gen_random_uuid(), $1, 'other', 1, '', now(), now(), now() + interval '1 day')
               RETURNING session_id""",
            self.accounts[actor],
        )
        return str(session)

    async def _search(self) -> None:
        found = await self._offers("Berlin Hbf", "München Hbf")
        leg, self.offer_id = next(
            (trip["legs"][0], offer["offer_id"])
            for trip, offer in found
            if len(trip["legs"]) == 1 and offer["conditions"]["name_change_until"]
        )
        self.departure_id, operator = leg["departure_id"], leg["operator"]["id"]
        timetable = self.system.timetables.get_current()
        number = list(timetable.operator_id).index(operator)
        feed = timetable.meta.feeds[int(timetable.operator_feed[number])].feed_id
        self.operator = f"{feed}:{operator}"
        self.others_offer_id = next(
            offer["offer_id"]
            for trip, offer in [*found, *await self._offers("LHR", "JFK")]
            if operator not in {leg["operator"]["id"] for leg in trip["legs"]}
        )

    async def _offers(self, start: str, end: str) -> list[tuple[Any, Any]]:
        query = {"from": start, "to": end, "date": str(DAY), "passengers": "adult:1", "limit": "50"}
        trips = (await self.http.get("/v1/offers", params=query)).json().get("trips", [])
        return [(trip, offer) for trip in trips for offer in trip["offers"] if offer["offer_id"]]

    async def _keys(self) -> None:
        account = await self.services.create("agency", Grant("agent"))
        await self.services.grant("agency", Grant("analyst"))
        scopes = {"key": "bookings:own", "other key": "reports:read", "old key": "bookings:own"}
        for name, permission in scopes.items():
            key_id, self.tokens[name] = await self.services.create_key("agency", Scope((permission,)), 1)
            self.accounts[name] = account
            if name == "old key":
                await self.services.revoke_key(key_id)

    async def _wait_for_refusal(self, *actors: str) -> None:
        for actor in actors:
            while (await self.ask(actor, "GET", "/v1/bookings")).status_code != 401:
                await asyncio.sleep(0.02)

    async def _wait_in_a_room(self) -> None:
        """Before a departure that nobody here asks for."""
        assert self.system.waiting is not None
        await self.system.waiting.open_room(OpenRoom(parse_departure(ROOM.rpartition("/")[2]), 1000.0))
        while (answer := await self.http.post(f"{ROOM}/places")).status_code != 201:
            await asyncio.sleep(0.05)
        self.place = answer.json()["place"]

    async def _wait_for_invoices(self) -> None:
        for booking in self.bookings.values():
            token = {"authorization": f"Bearer {booking['access_token']}"}
            path = f"/v1/bookings/{booking['locator']}/invoices"
            while not (items := (await self.http.get(path, headers=token)).json()["items"]):
                await asyncio.sleep(0.05)
            booking["invoice"] = items[0]["number"]


@asynccontextmanager
async def running(folder: Path, dsn: str) -> AsyncIterator[World]:
    system = compose(settings_of(folder, dsn), SERVICES)
    app = build_app(system)
    await system.start()
    try:
        world = World(system, app)
        async with asyncio.timeout(60):
            await world.prepare()
        yield world
    finally:
        await system.stop()
