"""Enrol a second factor, log in with it, lose it; and what staff may do without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pyotp
import pytest

from integration.customers.world import EMAIL, NEW_PASSWORD, PASSWORD, Customer, Process, World
from wayfare.contracts.customers.api import Identify
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.services.customers.wiring import open_users

GRANT = "urn:wayfare:grant-type:second-factor"
PATH = "/v1/me/second-factor"


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    world.options = replace(world.options, staff_second_factor=True)
    async with world.process() as running:
        yield running


class Phone:
    """An authenticator app."""

    def __init__(self, process: Process, secret: str) -> None:
        self._process, self._codes = process, pyotp.TOTP(secret)

    def code(self) -> str:
        """The next one: the clock moves on first."""
        self._process.world.clock.advance(30)
        return self._codes.at(self._process.world.clock.now_s())


async def enrol(me: Customer) -> tuple[Phone, list[str]]:
    begun = await me.ask("POST", PATH, {"password": PASSWORD})
    assert begun.status_code == 201, begun.text
    phone = Phone(me.process, begun.json()["secret"])
    confirmed = await me.ask("POST", f"{PATH}/confirm", {"code": phone.code()})
    assert confirmed.status_code == 200, confirmed.text
    codes: list[str] = confirmed.json()["recovery_codes"]
    return phone, codes


async def challenge(process: Process) -> str:
    asked = await process.log_in()
    assert (asked.status_code, asked.json()["error"]) == (403, "second_factor_needed"), asked.text
    found: str = asked.json()["challenge"]
    return found


async def second_step(process: Process, found: str, code: str) -> httpx2.Response:
    form = {"grant_type": GRANT, "challenge": found, "code": code}
    return await process.http.post("/v1/auth/token", data=form)


async def roles(process: Process, token: str) -> set[str]:
    return {grant.role for grant in (await process.service.api.identify(Identify(token))).grants}


async def make_administrator(process: Process) -> None:
    await process.database.execute(
        "INSERT INTO customers.role_grant (customer_id, role) "
        "SELECT customer_id, 'administrator' FROM customers.customer"
    )


class TestEnrol:
    async def test_counts_once_a_code_is_confirmed(self, process: Process) -> None:
        me = await process.signed_in()
        begun = (await me.ask("POST", PATH, {"password": PASSWORD})).json()
        assert begun["uri"] == f"otpauth://totp/Wayfare:Ada%40Example.org?secret={begun['secret']}&issuer=Wayfare"
        assert (await process.log_in()).status_code == 200
        assert (await me.ask("GET", PATH)).json() == {"enrolled": False, "recovery_codes_left": 0}
        _, codes = await enrol(me)
        assert (len(codes), len(set(codes)), len(codes[0])) == (10, 10, 19)
        assert (await me.ask("GET", PATH)).json() == {"enrolled": True, "recovery_codes_left": 10}
        assert (await me.ask("POST", PATH, {"password": PASSWORD})).status_code == 403, "none is replaced"
        await process.job("letters")
        assert "second factor" in process.world.letters()[-1]["subject"]

    async def test_needs_the_password(self, process: Process) -> None:
        me = await process.signed_in()
        assert (await me.ask("POST", PATH, {"password": "not the right one"})).status_code == 403
        assert (await me.ask("POST", PATH, {})).status_code == 422

    async def test_a_wrong_code_confirms_nothing(self, process: Process) -> None:
        me = await process.signed_in()
        assert (await me.ask("POST", f"{PATH}/confirm", {"code": "000000"})).status_code == 404
        await me.ask("POST", PATH, {"password": PASSWORD})
        answers = [(await me.ask("POST", f"{PATH}/confirm", {"code": "000000"})) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert int(answers[5].headers["retry-after"]) == 900
        # A fresh secret does not open it again.
        await me.ask("POST", PATH, {"password": PASSWORD})
        assert (await me.ask("POST", f"{PATH}/confirm", {"code": "000000"})).status_code == 429

    async def test_neither_secret_nor_codes_can_be_read_in_the_database(self, process: Process) -> None:
        me = await process.signed_in()
        secret = (await me.ask("POST", PATH, {"password": PASSWORD})).json()["secret"]
        phone = Phone(process, secret)
        codes = (await me.ask("POST", f"{PATH}/confirm", {"code": phone.code()})).json()["recovery_codes"]
        row = await process.database.fetchrow("SELECT * FROM customers.second_factor")
        stored = repr(dict(row))
        assert secret not in stored
        assert not any(code in stored or code.replace("-", "") in stored for code in codes)


class TestLogIn:
    async def test_in_two_steps(self, process: Process) -> None:
        phone, _ = await enrol(await process.signed_in())
        found = await challenge(process)
        assert (await process.me(found)).status_code == 401, "a challenge is no token"
        assert (await process.refresh(found)).status_code == 400
        assert (await second_step(process, found, "000000")).json()["code"] == "invalid_grant"
        answer = await second_step(process, found, phone.code())
        assert (await process.me(answer.json()["access_token"])).status_code == 200
        assert (await process.refresh(answer.json()["refresh_token"])).status_code == 200

    async def test_a_code_is_good_once_also_at_the_same_time(self, process: Process) -> None:
        phone, _ = await enrol(await process.signed_in())
        found, code = await challenge(process), phone.code()
        answers = await asyncio.gather(*(second_step(process, found, code) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]

    async def test_a_recovery_code_is_good_once(self, process: Process) -> None:
        me = await process.signed_in()
        _, codes = await enrol(me)
        found = await challenge(process)
        assert (await second_step(process, found, codes[3].upper())).status_code == 200
        assert (await second_step(process, found, codes[3])).status_code == 400
        assert (await me.ask("GET", PATH)).json()["recovery_codes_left"] == 9

    async def test_attempts_are_bounded_whatever_challenge_they_come_with(self, process: Process) -> None:
        phone, codes = await enrol(await process.signed_in())
        for _ in range(5):
            assert (await second_step(process, await challenge(process), "000000")).status_code == 400
        for code in (phone.code(), codes[0]):
            refused = await second_step(process, await challenge(process), code)
            assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        process.world.clock.advance(900)
        assert (await second_step(process, await challenge(process), phone.code())).status_code == 200

    async def test_a_challenge_ends(self, process: Process) -> None:
        phone, _ = await enrol(await process.signed_in())
        old = await challenge(process)
        process.world.clock.advance(300)
        assert (await second_step(process, old, phone.code())).status_code == 400
        before = await challenge(process)
        await process.job("letters")
        await process.http.post("/v1/auth/password-reset", json={"email": EMAIL})
        body = {"token": await process.token_of_letter(), "password": NEW_PASSWORD}
        assert (await process.http.post("/v1/auth/password-reset/confirm", json=body)).status_code == 204
        assert (await second_step(process, before, phone.code())).status_code == 400, "of the password that was"
        asked = await process.log_in(password=NEW_PASSWORD)
        assert asked.status_code == 403, "a letter is no second factor"

    @pytest.mark.parametrize(
        "more",
        [{"code": "123456"}, {"challenge": "x"}, {"challenge": "x", "code": "1" * 41}, {"refresh_token": "x"}, {}],
    )
    async def test_malformed(self, more: dict[str, Any], process: Process) -> None:
        answer = await process.http.post("/v1/auth/token", data={"grant_type": GRANT, **more})
        assert answer.status_code == 422

    async def test_a_wrong_password_tells_nothing_of_it(self, process: Process) -> None:
        await enrol(await process.signed_in())
        refused, unknown = await process.log_in(password="wrong one"), await process.log_in("nobody@example.org")
        assert (refused.status_code, refused.content) == (unknown.status_code, unknown.content)


class TestRemove:
    async def test_by_both_factors(self, process: Process) -> None:
        me = await process.signed_in()
        assert (await remove(me, PASSWORD, "000000")).status_code == 404, "there is none"
        phone, codes = await enrol(me)
        assert (await remove(me, "not the right one", phone.code())).status_code == 403
        wrong = await remove(me, PASSWORD, "000000")
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "code")
        assert (await me.ask("GET", PATH)).json() == {"enrolled": True, "recovery_codes_left": 10}
        assert (await remove(me, PASSWORD, codes[0])).status_code == 204
        assert (await process.refresh(me.tokens["refresh_token"])).status_code == 400
        assert (await process.log_in()).status_code == 200
        await process.job("letters")
        assert "second factor" in process.world.letters()[-1]["subject"]

    async def test_wrong_codes_are_bounded_here_too(self, process: Process) -> None:
        me = await process.signed_in()
        phone, _ = await enrol(me)
        statuses = [(await remove(me, PASSWORD, "000000")).status_code for _ in range(5)]
        assert statuses == [422] * 5
        assert (await remove(me, PASSWORD, phone.code())).status_code == 429

    async def test_leaves_nobody_staff(self, process: Process) -> None:
        await process.registered()
        await make_administrator(process)
        me = Customer(process, await process.tokens())
        phone, _ = await enrol(me)
        assert (await remove(me, PASSWORD, phone.code())).status_code == 204
        assert await roles(process, (await process.tokens())["access_token"]) == {"customer"}


async def remove(me: Customer, password: str, code: str) -> httpx2.Response:
    return await me.ask("POST", f"{PATH}/removal", {"password": password, "code": code})


class TestStaff:
    async def test_without_a_second_factor_they_are_customers(self, process: Process) -> None:
        await process.registered()
        await make_administrator(process)
        me = Customer(process, await process.tokens())
        assert await roles(process, me.tokens["access_token"]) == {"customer"}
        other = await process.tokens()
        await enrol(me)
        renewed = (await process.refresh(me.tokens["refresh_token"])).json()
        assert await roles(process, renewed["access_token"]) == {"customer", "administrator"}
        elsewhere = (await process.refresh(other["refresh_token"])).json()
        assert await roles(process, elsewhere["access_token"]) == {"customer"}, "it was not shown on that device"

    async def test_it_can_be_left_to_them(self, world: World) -> None:
        async with world.process() as process:
            await process.registered()
            await make_administrator(process)
            assert "administrator" in await roles(process, (await process.tokens())["access_token"])

    async def test_an_administrator_takes_it_away(self, process: Process) -> None:
        await process.registered()
        await make_administrator(process)
        me = Customer(process, await process.tokens())
        await enrol(me)
        users = open_users(process.database, KeyFile(process.world.options.key_file))
        await users.reset_second_factor(EMAIL)
        await asyncio.sleep(0.2)  # a notice of the database
        assert (await me.ask("GET", "/v1/me")).status_code == 401
        assert (await process.refresh(me.tokens["refresh_token"])).status_code == 400
        tokens = await process.tokens()
        assert await roles(process, tokens["access_token"]) == {"customer"}
        await enrol(Customer(process, tokens))

    async def test_deleting_the_account_deletes_it(self, process: Process) -> None:
        me = await process.signed_in()
        await enrol(me)
        assert (await me.ask("POST", "/v1/me/deletion", {"password": PASSWORD})).status_code == 204
        assert await process.database.fetchval("SELECT count(*) FROM customers.second_factor") == 0
