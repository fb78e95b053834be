"""What a customer agreed to: what, which version, when, and when they took it back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from integration.customers.world import NEW_PASSWORD, PASSWORD, Customer, Process

PATH = "/v1/me/consents"


async def give(me: Customer, kind: str, version: str) -> Any:
    answer = await me.ask("PUT", f"{PATH}/{kind}", {"version": version})
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestConsents:
    async def test_are_kept_with_version_and_times(self, process: Process) -> None:
        me, clock = await process.signed_in(), process.world.clock
        first = await give(me, "marketing_email", "2026-01")
        clock.advance(60)
        assert await give(me, "marketing_email", "2026-01") == first, "what holds is not given twice"
        second = await give(me, "marketing_email", "2026-02")
        clock.advance(60)
        assert (await me.ask("DELETE", f"{PATH}/marketing_email")).status_code == 204
        listed = (await me.ask("GET", PATH)).json()["items"]
        assert listed == [second | {"withdrawn_at": "2026-11-01T09:02:00+00:00"}, first]
        assert (first["given_at"], second["given_at"]) == ("2026-11-01T09:00:00+00:00", "2026-11-01T09:01:00+00:00")

    async def test_what_was_taken_back_can_be_given_again(self, process: Process) -> None:
        me = await process.signed_in()
        await give(me, "analytics", "1")
        await me.ask("DELETE", f"{PATH}/analytics")
        assert (await me.ask("DELETE", f"{PATH}/analytics")).status_code == 404
        await give(me, "analytics", "1")
        assert len((await me.ask("GET", PATH)).json()["items"]) == 2

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("spying", {"version": "1"}),
            ("terms", {}),
            ("terms", {"version": ""}),
            ("terms", {"version": "x" * 41}),
            ("terms", {"version": "../1"}),
            ("terms", {"version": "1\n"}),
            ("terms", {"version": "1", "given_at": "2020-01-01"}),
        ],
    )
    async def test_what_cannot_be_is_refused(self, kind: str, body: Any, process: Process) -> None:
        me = await process.signed_in()
        assert (await me.ask("PUT", f"{PATH}/{kind}", body)).status_code == 422

    async def test_those_of_others_are_not_seen(self, process: Process) -> None:
        me = await process.signed_in()
        await give(me, "terms", "1")
        other = await process.signed_in("eve@example.org", NEW_PASSWORD)
        assert (await other.ask("GET", PATH)).json() == {"items": []}
        assert (await other.ask("DELETE", f"{PATH}/terms")).status_code == 404

    async def test_two_at_once_are_one(self, process: Process) -> None:
        me = await process.signed_in()
        given = await asyncio.gather(*(give(me, "terms", "1") for _ in range(8)))
        assert {one["consent_id"] for one in given} == {given[0]["consent_id"]}

    async def test_no_more_than_can_be_meant(self, process: Process) -> None:
        me = await process.signed_in()
        await process.database.execute(
            "INSERT INTO customers.consent SELECT gen_random_uuid(), customer_id, 'terms', 'x', now() "
            "FROM customers.customer, generate_series(1, 200)"
        )
        assert (await me.ask("PUT", f"{PATH}/analytics", {"version": "1"})).status_code == 422

    async def test_stand_in_the_export_and_go_with_the_account(self, process: Process) -> None:
        me = await process.signed_in()
        given = await give(me, "terms", "1")
        everything = (await me.ask("GET", "/v1/me/export")).json()
        assert (everything["consents"], everything["bookings"]) == ([given], None), "no bookings service is here"
        assert (await me.ask("POST", "/v1/me/deletion", {"password": PASSWORD})).status_code == 204
        assert await process.database.fetchval("SELECT count(*) FROM customers.consent") == 0
