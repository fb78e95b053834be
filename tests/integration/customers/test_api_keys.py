"""API keys of partners: what they may do, until when, and where they are refused."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from integration.customers.world import NOW, Process, World
from wayfare.contracts.customers.api import CustomersApi, Identify, Identity
from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.errors import NotFound, Unauthenticated, ValidationFailed
from wayfare.services.customers.adapters import service_accounts
from wayfare.services.customers.application.manage_services import ManageServices
from wayfare.services.customers.domain.api_key import Scope

BOOK = Scope(("bookings:own",))
Made = tuple[uuid.UUID, str]


def services_of(process: Process) -> ManageServices:
    return ManageServices(service_accounts.PostgresServiceAccounts(process.database), process.world.clock)


async def agency(process: Process, scope: Scope = BOOK, days: int = 90) -> Made:
    """A key of an agency."""
    services = services_of(process)
    await services.create("acme-travel", Grant("agent"))
    return await services.create_key("acme-travel", scope, days)


async def identify(process: Process, text: str) -> Identity:
    api: CustomersApi = process.service.api
    return await api.identify(Identify(text))


async def refused_after(process: Process, text: str, change: Callable[[], Awaitable[object]]) -> float:
    """Seconds from a change until a key is refused."""
    loop = asyncio.get_running_loop()
    assert await identify(process, text)
    await change()
    began = loop.time()
    while True:
        try:
            await identify(process, text)
        except Unauthenticated:
            return loop.time() - began
        assert loop.time() - began < 5, "the key still works"
        await asyncio.sleep(0.01)


class TestKeys:
    async def test_say_who_shows_them_and_what_they_may(self, process: Process) -> None:
        key_id, text = await agency(process, Scope(("bookings:own",), (), "bulk"))
        found = await identify(process, text)
        account = await services_of(process).show("acme-travel")
        assert (found.customer_id, found.actor, found.grants) == (account.account_id, f"key:{key_id}", account.grants)
        assert found.key is not None
        assert (found.key.permissions, found.key.operators) == (("bookings:own",), ())
        assert (found.key.account, found.key.rate_class) == ("acme-travel", "bulk")

    async def test_the_secret_is_not_kept(self, process: Process) -> None:
        _, text = await agency(process)
        rows = await process.database.fetch("SELECT to_json(k)::text AS shown FROM customers.api_key AS k")
        secret = text[-43:]
        assert len(rows) == 1
        assert secret not in rows[0]["shown"]
        assert secret.encode().hex() not in rows[0]["shown"]

    async def test_others_are_refused(self, process: Process) -> None:
        key_id, text = await agency(process)
        assert await identify(process, text)
        head, secret = text[:-44], text[-43:]
        altered = secret[:-5] + ("A" if secret[-5] != "A" else "B") + secret[-4:]
        unknown = uuid.uuid4().hex
        for wrong in (
            f"{head}_{altered}",
            f"wf_{unknown}_{secret}",
            f"wf_{key_id}_{secret}",
            f"{text} ",
            f"{text}A",
            text.upper(),
            "wf_",
            "wf_a_b",
            "wf_" + "\u00e9" * 40,
            "wf_" + "0" * 100_000,
        ):
            with pytest.raises(Unauthenticated):
                await identify(process, wrong)

    async def test_expire(self, world: World, process: Process) -> None:
        _, text = await agency(process, days=1)
        assert await identify(process, text)
        world.clock.advance(86_400)
        with pytest.raises(Unauthenticated, match="expired"):
            await identify(process, text)

    async def test_use_is_noted_by_the_day(self, world: World, process: Process) -> None:
        _, text = await agency(process)
        services = services_of(process)
        assert (await services.list_keys("acme-travel"))[0].last_used_on is None
        await identify(process, text)
        assert (await services.list_keys("acme-travel"))[0].last_used_on == NOW.date()
        world.clock.advance(3 * 86_400)
        async with world.process() as other:
            await identify(other, text)
        assert (await services.list_keys(None))[0].last_used_on == (NOW + timedelta(days=3)).date()

    async def test_many_requests_read_it_once(self, process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
        _, text = await agency(process)
        await identify(process, text)
        read: list[str] = []
        fetchrow = process.database.fetchrow

        async def counted(query: str, *arguments: object) -> object:
            read.append(query)
            return await fetchrow(query, *arguments)

        monkeypatch.setattr(process.database, "fetchrow", counted)
        for _ in range(100):
            await identify(process, text)
        assert read == []
        monkeypatch.setattr(service_accounts, "FRESH_S", 30.0)
        remembered = process.service.api._keys._remembered[text]
        remembered.next_at = 0.0
        await asyncio.gather(*(identify(process, text) for _ in range(100)))
        assert len(read) == 1


class TestRefusal:
    async def test_of_a_revoked_key_in_another_process(self, world: World, process: Process) -> None:
        key_id, text = await agency(process)
        async with world.process() as other:
            assert await refused_after(other, text, lambda: services_of(process).revoke_key(key_id)) < 2
        with pytest.raises(NotFound):
            await services_of(process).revoke_key(key_id)

    async def test_of_a_disabled_account(self, process: Process) -> None:
        _, text = await agency(process)
        services = services_of(process)
        waited = await refused_after(process, text, lambda: services.set_disabled("acme-travel", disabled=True))
        assert waited < 2
        await services.set_disabled("acme-travel", disabled=False)
        assert await identify(process, text)

    async def test_a_role_that_was_taken_away(self, world: World, process: Process) -> None:
        _, text = await agency(process)
        await services_of(process).revoke("acme-travel", Grant("agent"))
        async with world.process() as other:
            assert (await identify(other, text)).grants == ()

    async def test_no_key_reaches_an_account(self, process: Process) -> None:
        _, text = await agency(process)
        answer = await process.me(text)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        await process.registered()
        logged_in = await process.log_in("acme-travel", text)
        assert logged_in.json()["code"] == "invalid_grant"


class TestManaging:
    @pytest.mark.parametrize("name", ["", "a", "-a", "Acme", "a@b", "a b", "x" * 64, "é-travel"])
    async def test_names_that_are_none(self, process: Process, name: str) -> None:
        with pytest.raises(ValidationFailed):
            await services_of(process).create(name, Grant("agent"))

    async def test_a_name_is_taken_once(self, process: Process) -> None:
        services = services_of(process)
        await services.create("acme-travel", Grant("agent"))
        with pytest.raises(ValidationFailed, match="name"):
            await services.create("acme-travel", Grant("administrator"))
        assert (await services.show("acme-travel")).grants == (Grant("agent"),)

    @pytest.mark.parametrize(
        ("scope", "field"),
        [
            (Scope(()), "permissions"),
            (Scope(("fares:change",)), "permissions"),
            (Scope(("account:own",)), "permissions"),
            (Scope(("no such thing",)), "permissions"),
            (Scope(("bookings:own",), ("",)), "operators"),
            (Scope(("bookings:own",), (), "No Class"), "rate_class"),
        ],
    )
    async def test_scopes_that_make_no_sense(self, process: Process, scope: Scope, field: str) -> None:
        services = services_of(process)
        await services.create("acme-travel", Grant("agent"))
        with pytest.raises(ValidationFailed) as refused:
            await services.create_key("acme-travel", scope, 90)
        assert refused.value.facts["errors"][0]["field"] == field
        assert await services.list_keys("acme-travel") == []

    async def test_a_scope_stays_within_the_operators_of_the_account(self, process: Process) -> None:
        services = services_of(process)
        await services.create("db-systems", Grant("operator_staff", "feed:db"))
        with pytest.raises(ValidationFailed, match="feed:sncf"):
            await services.create_key("db-systems", Scope(("fares:change",), ("feed:sncf",)), 90)
        _, text = await services.create_key("db-systems", Scope(("fares:change",), ("feed:db",)), 90)
        assert (await identify(process, text)).key is not None

    @pytest.mark.parametrize("days", [0, 367, -1])
    async def test_keys_that_live_too_long(self, process: Process, days: int) -> None:
        with pytest.raises(ValidationFailed, match="days"):
            await agency(process, days=days)

    async def test_what_is_not_there(self, process: Process) -> None:
        services = services_of(process)
        with pytest.raises(NotFound):
            await services.show("nobody")
        with pytest.raises(NotFound):
            await services.create_key("nobody", BOOK, 90)
        await services.create("acme-travel", Grant("agent"))
        with pytest.raises(NotFound):
            await services.revoke("acme-travel", Grant("analyst"))
