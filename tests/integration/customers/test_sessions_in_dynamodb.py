"""Log-in, refresh and revocation over HTTP, with devices and revocations in DynamoDB: the cases of PostgreSQL again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from integration.customers.test_log_in import TestRefresh
from integration.customers.world import EMAIL, NEW_PASSWORD, PASSWORD, Customer, Process, World, eventually_refused
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.services.customers.wiring import open_session_stores, open_users

__all__ = ["TestRefresh"]
PATIENCE_S = 30.0


@pytest.fixture
def world(world: World, dynamo_url: str) -> World:
    world.options = replace(world.options, sessions_url=dynamo_url)
    return world


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    async with world.process() as running:
        yield running


async def test_nothing_of_it_is_in_postgres(process: Process) -> None:
    me = await process.signed_in()
    devices = (await me.ask("GET", "/v1/me/devices")).json()["items"]
    assert len(devices) == 1
    ended = await me.ask("DELETE", f"/v1/me/devices/{devices[0]['device_id']}")
    assert ended.status_code == 204
    assert (await me.ask("GET", "/v1/me")).status_code == 401
    for table in ("session", "revocation"):
        assert await process.database.fetchval(f"SELECT count(*) FROM customers.{table}") == 0
    told = await process.database.fetch("SELECT type FROM customers.outbox ORDER BY id")
    assert [row["type"] for row in told][-2:] == ["customer.signed_in", "customer.signed_out"]


async def test_a_new_password_ends_the_other_devices(process: Process) -> None:
    me = await process.signed_in()
    other = Customer(process, await process.tokens())
    content = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    changed = await me.ask("POST", "/v1/me/password", content)
    assert changed.status_code == 204, changed.text
    assert (await me.ask("GET", "/v1/me")).status_code == 200
    assert (await other.ask("GET", "/v1/me")).status_code == 401
    assert (await process.refresh(other.tokens["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await process.log_in()).status_code == 400
    assert (await process.log_in(password=NEW_PASSWORD)).status_code == 200


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_revoking_ends_the_device_at_once_here_and_soon_elsewhere(kind: str, world: World) -> None:
    async with world.process() as here, world.process() as there:
        await here.registered()
        tokens = await here.tokens()
        assert (await there.me(tokens["access_token"])).status_code == 200
        answer = await here.http.post("/v1/auth/revoke", data={"token": tokens[kind]})
        assert answer.status_code == 200
        assert (await here.me(tokens["access_token"])).status_code == 401
        assert (await here.refresh(tokens["refresh_token"])).status_code == 400
        await eventually_refused(there, tokens["access_token"], PATIENCE_S)
    async with world.process() as later:
        assert (await later.me(tokens["access_token"])).status_code == 401


async def test_an_administrator_signs_everybody_out(process: Process) -> None:
    me = await process.signed_in()
    async with aclosing(open_session_stores(process.world.options.sessions_url, process.database)) as stores:
        users = open_users(process.database, KeyFile(process.world.options.key_file), stores)
        await users.set_disabled(EMAIL, disabled=True)
    await eventually_refused(process, me.tokens["access_token"], PATIENCE_S)
    assert (await process.refresh(me.tokens["refresh_token"])).status_code == 400
