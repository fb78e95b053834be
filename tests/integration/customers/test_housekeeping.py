"""What has expired goes away by itself."""

from __future__ import annotations

from integration.customers.world import EMAIL, Process
from wayfare.services.customers.domain.customer import DEVICES_MAX

TABLES = ("registration", "password_reset", "session", "letter")


async def counts(process: Process) -> dict[str, int]:
    return {table: await process.database.fetchval(f"SELECT count(*) FROM customers.{table}") for table in TABLES}


class TestTidy:
    async def test_removes_what_has_expired_and_nothing_else(self, process: Process) -> None:
        me = await process.signed_in()
        await process.register("other@example.org")
        await process.http.post("/v1/auth/password-reset", json={"email": EMAIL})
        await process.job("letters")
        before = await counts(process)
        assert all(before.values())
        await process.job("tidy")
        assert await counts(process) == before
        assert (await me.ask("GET", "/v1/me")).status_code == 200
        process.world.clock.advance(8 * 86_400)
        await process.job("tidy")
        assert await counts(process) == dict.fromkeys(TABLES, 0)
        assert await process.database.fetchval("SELECT count(*) FROM customers.customer") == 1

    async def test_a_revocation_stays_as_long_as_a_token_may_live(self, process: Process) -> None:
        me = await process.signed_in()
        await process.http.post("/v1/auth/revoke", data={"token": me.tokens["refresh_token"]})
        await process.job("tidy")
        assert await process.database.fetchval("SELECT count(*) FROM customers.revocation") == 1
        await process.database.execute("UPDATE customers.revocation SET revoked_at = now() - interval '40 minutes'")
        await process.job("tidy")
        assert await process.database.fetchval("SELECT count(*) FROM customers.revocation") == 0


class TestDevices:
    async def test_one_too_many_ends_the_one_that_was_quiet_longest(self, process: Process) -> None:
        first = await process.signed_in()
        for _ in range(DEVICES_MAX):
            process.world.clock.advance(1)
            last = await process.tokens()
        assert (await first.ask("GET", "/v1/me")).status_code == 401
        assert (await process.refresh(first.tokens["refresh_token"])).status_code == 400
        assert (await process.refresh(last["refresh_token"])).status_code == 200
        assert (await counts(process))["session"] == DEVICES_MAX
