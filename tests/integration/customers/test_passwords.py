"""Change and reset a password."""

from __future__ import annotations

import pytest

from integration.customers.world import EMAIL, NEW_PASSWORD, PASSWORD, Process
from wayfare.services.customers.adapters.passwords import Argon2Passwords
from wayfare.services.customers.application.ports import Verified


class TestChange:
    async def test_needs_the_old_one_and_ends_other_devices(self, process: Process) -> None:
        me = await process.signed_in()
        other = await process.tokens()
        wrong = {"current_password": "not the right one", "new_password": NEW_PASSWORD}
        assert (await me.ask("POST", "/v1/me/password", wrong)).status_code == 403
        right = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        assert (await me.ask("POST", "/v1/me/password", right)).status_code == 204
        assert (await me.ask("GET", "/v1/me")).status_code == 200
        assert (await process.refresh(other["refresh_token"])).status_code == 400
        assert (await process.log_in()).status_code == 400
        assert (await process.log_in(password=NEW_PASSWORD)).status_code == 200
        await process.job("letters")
        assert "changed" in process.world.letters()[-1]["subject"]

    async def test_a_log_in_with_the_old_one_cannot_slip_in(
        self, process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The password is changed after it was checked and before the session begins."""
        await process.registered()
        verify = Argon2Passwords.verify

        async def overtaken(self: Argon2Passwords, password: str, stored: str | None) -> Verified:
            verified = await verify(self, password, stored)
            await process.database.execute("UPDATE customers.customer SET password_hash = 'another'")
            return verified

        monkeypatch.setattr(Argon2Passwords, "verify", overtaken)
        assert (await process.log_in()).json()["code"] == "invalid_grant"
        assert await process.database.fetchval("SELECT count(*) FROM customers.session") == 0

    async def test_a_weak_one_is_refused(self, process: Process) -> None:
        me = await process.signed_in()
        answer = await me.ask("POST", "/v1/me/password", {"current_password": PASSWORD, "new_password": "password1"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "new_password")


class TestReset:
    async def ask(self, process: Process, address: str = EMAIL) -> str:
        answer = await process.http.post("/v1/auth/password-reset", json={"email": address})
        assert answer.status_code == 202
        return await process.token_of_letter()

    async def choose(self, process: Process, token: str, password: str = NEW_PASSWORD) -> int:
        body = {"token": token, "password": password}
        return (await process.http.post("/v1/auth/password-reset/confirm", json=body)).status_code

    async def test_a_link_works_once_and_ends_every_device(self, process: Process) -> None:
        me = await process.signed_in()
        token = await self.ask(process)
        assert await self.choose(process, token) == 204
        assert (await me.ask("GET", "/v1/me")).status_code == 401
        assert await self.choose(process, token, PASSWORD) == 422
        assert (await process.log_in(password=NEW_PASSWORD)).status_code == 200

    async def test_a_link_works_for_half_an_hour(self, process: Process) -> None:
        await process.registered()
        token = await self.ask(process)
        process.world.clock.advance(1801)
        assert await self.choose(process, token) == 422
        assert (await process.log_in()).status_code == 200

    async def test_a_weak_password_does_not_use_the_link_up(self, process: Process) -> None:
        await process.registered()
        token = await self.ask(process)
        assert await self.choose(process, token, "password1") == 422
        assert await self.choose(process, token) == 204

    async def test_using_one_link_forgets_the_others(self, process: Process) -> None:
        await process.registered()
        first, second = await self.ask(process), await self.ask(process)
        assert await self.choose(process, second) == 204
        assert await self.choose(process, first) == 422

    async def test_nobody_learns_whether_there_is_an_account(self, process: Process) -> None:
        """The same answer and the same work in the request; without an account no letter is written."""
        await process.registered()
        before = len(process.world.letters())
        answers = [
            await process.http.post("/v1/auth/password-reset", json={"email": address})
            for address in (EMAIL, "nobody@example.org")
        ]
        assert answers[0].content == answers[1].content
        assert answers[0].headers == answers[1].headers
        waiting = await process.database.fetchval("SELECT count(*) FROM customers.letter WHERE sent_at IS NULL")
        assert waiting == 2
        await process.job("letters")
        assert [letter["to"] for letter in process.world.letters()[before:]] == [EMAIL]

    async def test_the_letter_goes_to_the_address_as_its_owner_wrote_it(self, process: Process) -> None:
        """A Kelvin sign is a k to who compares, and another mailbox to a mail server."""
        await process.registered("mike@example.org")
        await self.ask(process, "mi\u212ae@example.org")
        assert process.world.letters()[-1]["to"] == "mike@example.org"

    async def test_the_token_stands_nowhere_in_the_database(self, process: Process) -> None:
        await process.registered()
        token = await self.ask(process)
        rows = await process.database.fetch("SELECT r::text FROM customers.password_reset AS r")
        letters = await process.database.fetch("SELECT l::text FROM customers.letter AS l")
        assert rows
        assert not any(token in row[0] for row in [*rows, *letters])

    @pytest.mark.parametrize("address", ["", "no address", "a@b", "a@example.org\r\nBcc: b@example.org"])
    async def test_what_is_no_address_is_refused(self, address: str, process: Process) -> None:
        answer = await process.http.post("/v1/auth/password-reset", json={"email": address})
        assert answer.status_code == 422
