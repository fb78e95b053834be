"""How often one account may be tried: from however many addresses, and never so that its owner has no way in."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import httpx2
import pytest

from integration.customers.world import EMAIL, NEW_PASSWORD, PASSWORD, Process, World
from wayfare.gateway.limits.accounts import AccountLimit
from wayfare.gateway.limits.policies import Policy

SECRET = b"a secret of the tests that is long"
FIVE = Policy("log_in_account", 5, 3600, 5, exact=True)
HOME = "198.51.100.7"


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    async with world.process(tries=AccountLimit(FIVE, SECRET)) as running:
        yield running


async def log_in(process: Process, address: str, email: str = EMAIL, password: str = PASSWORD) -> httpx2.Response:
    form = {"grant_type": "password", "username": email, "password": password}
    async with process.client_at(address) as client:
        return await client.post("/v1/auth/token", data=form)


_strangers = (f"203.0.113.{number}" for number in itertools.count(1))


async def try_in_vain(process: Process, email: str = EMAIL, times: int = 5) -> list[httpx2.Response]:
    """Each time from another address."""
    return [await log_in(process, next(_strangers), email, "not the right one") for _ in range(times)]


def told(answer: httpx2.Response) -> tuple[int, dict[str, str]]:
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "correlation_id"}


async def test_many_addresses_do_not_help_and_nobody_learns_whether_there_is_an_account(process: Process) -> None:
    await process.registered()
    known = [told(answer) for answer in await try_in_vain(process, EMAIL.upper(), 8)]
    unknown = [told(answer) for answer in await try_in_vain(process, "nobody@example.org", 8)]
    assert [status for status, _ in known] == [400] * 5 + [429] * 3
    assert known == unknown
    assert known[-1][1]["code"] == "rate_limited"
    right = await log_in(process, next(_strangers))
    assert right.status_code == 429, "not even with the right password: that would tell"
    assert 0 < int(right.headers["retry-after"]) <= 720


async def test_where_the_owner_was_before_the_owner_gets_in(process: Process) -> None:
    await process.registered()
    assert (await log_in(process, HOME)).status_code == 200
    assert (await try_in_vain(process))[-1].status_code == 429
    assert (await log_in(process, next(_strangers))).status_code == 429
    assert [(await log_in(process, HOME, password="wrong")).status_code for _ in range(4)] == [400] * 4
    assert (await log_in(process, HOME)).status_code == 200
    assert (await log_in(process, HOME)).status_code == 429, "there, too, it is limited"


async def test_whoever_reads_the_letters_gets_in_from_anywhere(process: Process) -> None:
    await process.registered()
    await try_in_vain(process)
    async with process.client_at(HOME) as client:
        await client.post("/v1/auth/password-reset", json={"email": EMAIL})
        body = {"token": await process.token_of_letter(), "password": NEW_PASSWORD}
        assert (await client.post("/v1/auth/password-reset/confirm", json=body)).status_code == 204
    assert (await log_in(process, HOME, password=NEW_PASSWORD)).status_code == 200
    assert (await log_in(process, next(_strangers), password=NEW_PASSWORD)).status_code == 429


async def test_who_is_signed_in_stays_so(process: Process) -> None:
    me = await process.signed_in()
    await try_in_vain(process)
    assert (await process.refresh(me.tokens["refresh_token"])).status_code == 200


async def test_tries_at_the_same_time_are_counted(process: Process) -> None:
    await process.registered()
    answers = await asyncio.gather(*(try_in_vain(process, times=1) for _ in range(12)))
    assert sorted(answer.status_code for (answer,) in answers) == [400] * 5 + [429] * 7
