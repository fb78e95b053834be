"""My account: profile, travellers, devices, export, deletion; and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from integration.customers.world import EMAIL, NEW_PASSWORD, PASSWORD, Customer, Process
from wayfare.infrastructure.field_encryption import KeyFile

TRAVELLER: dict[str, Any] = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "category": "adult",
    "birth_date": "1985-12-10",
    "document": {"kind": "passport", "number": "C01X00T47", "country": "GB", "expires_on": "2030-01-01"},
    "preferences": {"features": ["window"], "together": True, "coach": None, "accessible": False, "seat_change": True},
}
PHONE = "+44 20 7946 0018"


async def add(me: Customer, **changes: Any) -> dict[str, Any]:
    answer = await me.ask("POST", "/v1/me/travellers", TRAVELLER | changes)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


class TestProfile:
    async def test_what_is_given_changes(self, process: Process) -> None:
        me = await process.signed_in()
        changed = await me.ask("PATCH", "/v1/me", {"given_name": "Ada", "phone": PHONE, "language": "de"})
        assert (changed.json()["given_name"], changed.json()["phone"]) == ("Ada", PHONE)
        after = (await me.ask("PATCH", "/v1/me", {"phone": None})).json()
        assert (after["given_name"], after["language"], after["phone"]) == ("Ada", "de", None)

    @pytest.mark.parametrize(
        "body",
        [
            {"email": "other@example.org"},
            {"roles": [{"role": "administrator"}]},
            {"disabled": False},
            {"customer_id": "x"},
            {"given_name": None},
            {"given_name": "\u202ealice"},
            {"phone": "12"},
            {"language": "d"},
            {"family_name": "x" * 101},
            [],
        ],
    )
    async def test_nothing_else_can_be_set(self, body: Any, process: Process) -> None:
        me = await process.signed_in()
        before = (await me.ask("GET", "/v1/me")).json()
        assert (await me.ask("PATCH", "/v1/me", body)).status_code == 422
        assert (await me.ask("GET", "/v1/me")).json() == before

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/v1/me"),
            ("PATCH", "/v1/me"),
            ("POST", "/v1/me/password"),
            ("POST", "/v1/me/deletion"),
            ("GET", "/v1/me/export"),
            ("GET", "/v1/me/devices"),
            ("GET", "/v1/me/travellers"),
            ("POST", "/v1/me/travellers"),
        ],
    )
    async def test_needs_a_token(self, method: str, path: str, process: Process) -> None:
        answer = await process.http.request(method, path, json={})
        assert (answer.status_code, answer.json()["code"]) in ((401, "unauthenticated"), (422, "validation_failed"))
        assert "email" not in answer.json()


class TestTravellers:
    async def test_are_kept_changed_and_forgotten(self, process: Process) -> None:
        me = await process.signed_in()
        added = await add(me)
        path = f"/v1/me/travellers/{added['traveller_id']}"
        assert {key: value for key, value in added.items() if key != "traveller_id"} == TRAVELLER
        assert (await me.ask("GET", path)).json() == added
        changed = (await me.ask("PUT", path, {"given_name": "Augusta", "family_name": "King"})).json()
        assert (changed["given_name"], changed["document"]) == ("Augusta", None)
        assert (await me.ask("GET", "/v1/me/travellers")).json() == {"items": [changed]}
        assert (await me.ask("DELETE", path)).status_code == 204
        assert [(await me.ask(method, path)).status_code for method in ("GET", "DELETE")] == [404, 404]

    async def test_those_of_others_are_not_found(self, process: Process) -> None:
        mine = await add(await process.signed_in())
        other = await process.signed_in("eve@example.org", NEW_PASSWORD)
        path = f"/v1/me/travellers/{mine['traveller_id']}"
        assert (await other.ask("GET", path)).status_code == 404
        assert (await other.ask("PUT", path, TRAVELLER)).status_code == 404
        assert (await other.ask("DELETE", path)).status_code == 404
        assert (await other.ask("GET", "/v1/me/travellers")).json() == {"items": []}

    @pytest.mark.parametrize(
        "changes",
        [
            {"birth_date": "2030-01-01"},
            {"birth_date": "1990-02-30"},
            {"birth_date": "1799-01-01"},
            {"document": {"kind": "passport", "number": "x" * 31, "country": "GB"}},
            {"document": {"kind": "licence", "number": "123456", "country": "GB"}},
            {"document": {"kind": "passport", "number": "123456", "country": "GB", "owner": "eve"}},
            {"document": {"kind": "passport", "number": "123456", "country": "GB", "expires_on": "2030-13-01"}},
            {"given_name": ""},
            {"given_name": "A\x00"},
            {"customer_id": "00000000-0000-0000-0000-000000000000"},
            {"preferences": {"features": ["x" * 41]}},
        ],
    )
    async def test_what_cannot_be_is_refused(self, changes: dict[str, Any], process: Process) -> None:
        me = await process.signed_in()
        assert (await me.ask("POST", "/v1/me/travellers", TRAVELLER | changes)).status_code == 422

    async def test_fifty_at_most(self, process: Process) -> None:
        me = await process.signed_in()
        for _ in range(50):
            await add(me)
        assert (await me.ask("POST", "/v1/me/travellers", TRAVELLER)).status_code == 422


class TestEncryption:
    async def test_what_is_personal_is_not_readable_in_the_database(self, process: Process) -> None:
        me = await process.signed_in()
        await add(me)
        await me.ask("PATCH", "/v1/me", {"phone": PHONE})
        stored = ""
        for table in await process.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'customers'"):
            rows = await process.database.fetch(f"SELECT t::text FROM customers.{table[0]} AS t")
            stored += "".join(row[0] for row in rows)
        assert EMAIL in stored
        for secret in (PHONE, "1985-12-10", "C01X00T47", "Lovelace"):
            assert secret not in stored
            assert secret.encode().hex() not in stored

    async def test_a_traveller_moved_to_somebody_else_does_not_open(self, process: Process) -> None:
        mine = await add(await process.signed_in())
        other = await process.signed_in("eve@example.org", NEW_PASSWORD)
        await process.database.execute(
            "UPDATE customers.traveller SET customer_id = "
            "(SELECT customer_id FROM customers.customer WHERE email = 'eve@example.org')"
        )
        answer = await other.ask("GET", f"/v1/me/travellers/{mine['traveller_id']}")
        assert answer.status_code == 500
        assert "Lovelace" not in answer.text

    async def test_keys_turn_while_people_read(self, process: Process) -> None:
        me = await process.signed_in()
        added = await add(me)
        before = await process.database.fetchval("SELECT wrapped FROM customers.person_key")
        data = await process.database.fetchval("SELECT sealed FROM customers.traveller")
        KeyFile(process.world.options.key_file).rotate()
        await process.job("rewrap")
        assert await process.database.fetchval("SELECT wrapped FROM customers.person_key") != before
        assert await process.database.fetchval("SELECT sealed FROM customers.traveller") == data
        assert (await me.ask("GET", "/v1/me/travellers")).json() == {"items": [added]}
        assert (await process.log_in()).status_code == 200


class TestDevices:
    async def test_are_listed_and_ended(self, process: Process) -> None:
        me = await process.signed_in()
        phone = Customer(process, await process.tokens(device_name="Ada's phone\x00"))
        listed = (await me.ask("GET", "/v1/me/devices")).json()["items"]
        assert {(one["name"], one["current"]) for one in listed} >= {("Ada's phone", False)}
        assert sum(one["current"] for one in listed) == 1
        ending = next(one["device_id"] for one in listed if one["name"] == "Ada's phone")
        assert (await me.ask("DELETE", f"/v1/me/devices/{ending}")).status_code == 204
        assert (await phone.ask("GET", "/v1/me")).status_code == 401
        assert (await me.ask("DELETE", f"/v1/me/devices/{ending}")).status_code == 404

    async def test_those_of_others_stay(self, process: Process) -> None:
        me = await process.signed_in()
        mine = (await me.ask("GET", "/v1/me/devices")).json()["items"][0]["device_id"]
        other = await process.signed_in("eve@example.org", NEW_PASSWORD)
        assert (await other.ask("DELETE", f"/v1/me/devices/{mine}")).status_code == 404
        assert (await me.ask("GET", "/v1/me")).status_code == 200


class TestExport:
    async def test_has_everything(self, process: Process) -> None:
        me = await process.signed_in()
        added = await add(me)
        everything = (await me.ask("GET", "/v1/me/export")).json()
        assert everything["account"] == (await me.ask("GET", "/v1/me")).json()
        assert everything["travellers"] == [added]
        assert [one["current"] for one in everything["devices"]] == [True]


class TestDeletion:
    async def test_needs_the_password(self, process: Process) -> None:
        me = await process.signed_in()
        assert (await me.ask("POST", "/v1/me/deletion", {"password": "not the right one"})).status_code == 403
        assert (await me.ask("GET", "/v1/me")).status_code == 200

    async def test_leaves_nothing_and_frees_the_address(self, process: Process) -> None:
        me = await process.signed_in()
        await add(me)
        assert (await me.ask("POST", "/v1/me/deletion", {"password": PASSWORD})).status_code == 204
        assert (await me.ask("GET", "/v1/me")).status_code == 401
        assert (await process.log_in()).status_code == 400
        for table in ("customer", "person_key", "traveller", "role_grant", "session", "letter", "password_reset"):
            assert await process.database.fetchval(f"SELECT count(*) FROM customers.{table}") == 0
        assert (await process.signed_in()).tokens
