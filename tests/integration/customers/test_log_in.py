"""Register, confirm, log in, refresh, revoke."""

from __future__ import annotations

import asyncio

import pytest

from integration.customers.world import EMAIL, PASSWORD, Process, World, eventually_refused


class TestRegister:
    async def test_an_account_begins_when_its_address_is_confirmed(self, process: Process) -> None:
        assert (await process.register(given_name="Ada")).json() == {"status": "confirmation_sent"}
        assert (await process.log_in()).json()["code"] == "invalid_grant"
        token = await process.token_of_letter()
        letter = process.world.letters()[-1]
        assert (letter["to"], "Hello Ada," in letter.get_content()) == (EMAIL, True)
        assert (await process.http.post("/v1/customers/verify", json={"token": token})).status_code == 204
        me = (await process.me((await process.tokens())["access_token"])).json()
        assert (me["email"], me["given_name"], me["roles"]) == (EMAIL, "Ada", [{"role": "customer", "operator": None}])

    async def test_a_link_works_once(self, process: Process) -> None:
        await process.register()
        token = await process.token_of_letter()
        answers = [await process.http.post("/v1/customers/verify", json={"token": token}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [204, 422]
        assert answers[1].json()["code"] == "link_invalid"

    async def test_a_link_works_for_a_day(self, process: Process) -> None:
        await process.register()
        token = await process.token_of_letter()
        process.world.clock.advance(86_401)
        assert (await process.http.post("/v1/customers/verify", json={"token": token})).status_code == 422

    async def test_an_address_with_an_account_is_told_by_letter_alone(self, process: Process) -> None:
        first = await process.register()
        await process.http.post("/v1/customers/verify", json={"token": await process.token_of_letter()})
        again = await process.register("ADA@example.ORG", "some other password")
        assert (again.status_code, again.content) == (first.status_code, first.content)
        await process.job("letters")
        assert "already" in process.world.letters()[-1]["subject"]
        assert (await process.log_in(password="some other password")).status_code == 400
        assert (await process.log_in()).status_code == 200

    async def test_who_registers_first_cannot_keep_an_address(self, process: Process) -> None:
        await process.register(password="what the stranger chose")
        strangers = await process.token_of_letter()
        await process.registered()
        assert (await process.http.post("/v1/customers/verify", json={"token": strangers})).status_code == 422
        assert (await process.log_in(password="what the stranger chose")).status_code == 400
        assert (await process.log_in()).status_code == 200

    @pytest.mark.parametrize(
        "password", ["short", "password", "Password1!", "12345678", "aaaaaaaaaa", "abababab", "ada", "Wayfare2026!"]
    )
    async def test_weak_passwords_are_refused(self, password: str, process: Process) -> None:
        answer = await process.register(password=password)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
        assert password not in answer.text or password in ("password", "ada")

    @pytest.mark.parametrize(
        "more",
        [{"roles": ["administrator"]}, {"customer_id": "x"}, {"verified": True}, {"given_name": "x" * 101}],
    )
    async def test_nothing_more_than_is_asked_for(self, more: dict[str, object], process: Process) -> None:
        assert (await process.register(**more)).status_code == 422

    async def test_an_address_gets_five_letters_an_hour(self, process: Process) -> None:
        for _ in range(8):
            await process.register()
        await process.job("letters")
        assert len(process.world.letters()) == 5


class TestLogIn:
    async def test_by_form_or_json(self, process: Process) -> None:
        await process.registered()
        body = {"grant_type": "password", "username": EMAIL.lower(), "password": PASSWORD}
        answer = await process.http.post("/v1/auth/token", json=body)
        assert answer.json().keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 1800)
        assert answer.headers["cache-control"] == "no-store"
        assert (await process.log_in()).status_code == 200

    async def test_says_nothing_about_why_not(self, process: Process) -> None:
        await process.registered()
        answers = [await process.log_in(password="not the right one"), await process.log_in("nobody@example.org")]
        assert [answer.status_code for answer in answers] == [400, 400]
        first, second = (answer.json() for answer in answers)
        assert (first, first["error"]) == (second, "invalid_grant")

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "grant_type=password",
            "grant_type=client_credentials",
            "grant_type=password&username=a&password=b&password=c",
            "grant_type=password&username=a&password=b&is_admin=1",
            "grant_type=refresh_token&refresh_token=a&username=b&password=c",
            "grant_type=password&username=%ff&password=x",
            "&".join(f"a{number}=1" for number in range(30)),
            "grant_type=password&username=a&password=" + "x" * 1025,
        ],
    )
    async def test_malformed_requests(self, body: str, process: Process) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await process.http.post("/v1/auth/token", content=body.encode(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")

    async def test_one_spelling_of_an_address_is_like_the_other(self, process: Process) -> None:
        await process.registered("Kevin.Ångström@example.org")
        for spelling in ("kevin.Ångström@EXAMPLE.org", "Kevin.Ångström@example.org"):
            assert (await process.log_in(spelling)).status_code == 200
        assert (await process.log_in("kevın.ångström@example.org")).status_code == 400


class TestRefresh:
    async def test_each_token_works_once(self, process: Process) -> None:
        await process.registered()
        first = await process.tokens()
        second = (await process.refresh(first["refresh_token"])).json()
        assert (await process.me(second["access_token"])).status_code == 200
        assert second["refresh_token"] != first["refresh_token"]

    async def test_reuse_ends_the_family(self, process: Process) -> None:
        await process.registered()
        first = await process.tokens()
        other = await process.tokens()
        second = (await process.refresh(first["refresh_token"])).json()
        assert (await process.refresh(first["refresh_token"])).json()["code"] == "invalid_grant"
        assert (await process.refresh(second["refresh_token"])).status_code == 400
        assert (await process.me(second["access_token"])).status_code == 401
        assert (await process.me(other["access_token"])).status_code == 200

    async def test_of_two_at_the_same_time_one_wins_and_the_family_ends(self, process: Process) -> None:
        await process.registered()
        token = (await process.tokens())["refresh_token"]
        answers = await asyncio.gather(*(process.refresh(token) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) in ([200, *[400] * 4], [400] * 5)
        assert (await process.database.fetchval("SELECT count(*) FROM customers.session")) == 0

    async def test_a_device_that_is_quiet_for_a_week_is_signed_out(self, process: Process) -> None:
        await process.registered()
        token = (await process.tokens())["refresh_token"]
        process.world.clock.advance(7 * 86_400 - 10)
        renewed = await process.refresh(token)
        assert renewed.status_code == 200
        process.world.clock.advance(7 * 86_400)
        assert (await process.refresh(renewed.json()["refresh_token"])).status_code == 400

    @pytest.mark.parametrize("token", ["x", "x.y", "é", "x" * 1000])
    async def test_a_token_of_somebody_else_ends_nothing(self, token: str, process: Process) -> None:
        await process.registered()
        tokens = await process.tokens()
        assert (await process.refresh(token)).status_code == 400
        assert (await process.me(tokens["access_token"])).status_code == 200


class TestRevoke:
    @pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
    async def test_ends_the_device_at_once(self, kind: str, process: Process) -> None:
        await process.registered()
        tokens = await process.tokens()
        answer = await process.http.post("/v1/auth/revoke", data={"token": tokens[kind]})
        assert answer.status_code == 200
        assert (await process.me(tokens["access_token"])).status_code == 401
        assert (await process.refresh(tokens["refresh_token"])).status_code == 400

    async def test_an_unknown_token_is_no_error(self, process: Process) -> None:
        assert (await process.http.post("/v1/auth/revoke", json={"token": "nonsense"})).status_code == 200

    async def test_is_heard_by_another_process(self, world: World) -> None:
        async with world.process() as here, world.process() as there:
            await here.registered()
            tokens = await here.tokens()
            assert (await there.me(tokens["access_token"])).status_code == 200
            await here.http.post("/v1/auth/revoke", data={"token": tokens["refresh_token"]})
            assert await eventually_refused(there, tokens["access_token"], 2.0) < 2.0

    async def test_a_process_that_hears_nothing_asks(self, world: World) -> None:
        """Its notices are lost and its reading stands still: after two seconds the table decides."""
        async with world.process() as here, world.process() as there:
            await here.registered()
            tokens = await here.tokens()
            await there.me(tokens["access_token"])
            await there.database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tests/revocations' "
                "AND datname = current_database()"
            )
            await here.http.post("/v1/auth/revoke", data={"token": tokens["refresh_token"]})
            assert await eventually_refused(there, tokens["access_token"], 4.0) < 4.0

    async def test_a_process_that_starts_later_knows(self, world: World) -> None:
        async with world.process() as here:
            await here.registered()
            tokens = await here.tokens()
            await here.http.post("/v1/auth/revoke", data={"token": tokens["refresh_token"]})
        async with world.process() as later:
            assert (await later.me(tokens["access_token"])).status_code == 401
