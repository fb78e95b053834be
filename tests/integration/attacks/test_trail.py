"""Whatever is done to an account is in the audit log: who, what, from where, before and after, and nothing secret."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pyotp
import pytest

from integration.attacks.world import ADA, ADDRESS, EVE, PASSWORD, World, bearer
from wayfare.bootstrap.events import all_outboxes
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.services.audit.adapters.outbox_source import OutboxSource
from wayfare.services.audit.application.follow_events import FollowEvents
from wayfare.services.audit.application.ports import Query
from wayfare.services.audit.wiring import make_use_cases
from wayfare.services.bookings.adapters import guests
from wayfare.services.customers.wiring import open_users

NEW_PASSWORD = "quite another colour of horse"
TRAVELLER = {"given_name": "Charles", "family_name": "Babbage", "birth_date": "1991-12-26"}
PHONE = "+44 20 7946 0018"


async def told_of(world: World, customer_id: str) -> list[dict[str, Any]]:
    """Records what has happened; the rows about an account, the oldest first."""
    await world.edge._origins.tell()
    settings = world.system.settings
    outboxes = all_outboxes(lambda name: world.system.databases[settings.database_url_of(name)])
    database = world.system.databases[settings.database_url_of("audit")]
    audit = make_use_cases(database=database, outboxes=(), keys_dir=settings.audit_keys, secret=settings.audit_secret)
    await FollowEvents(audit.log, [OutboxSource(one) for one in outboxes], lag=timedelta(0), rest=0.0)()
    assert (await audit.verify()).fault_count == 0
    found = await audit.log.search(Query(object=f"customer:{customer_id}", limit=1000))
    return [
        {
            "actor": one.entry.actor,
            "action": one.entry.action,
            "before": one.entry.before and msgspec.json.decode(one.entry.before),
            "after": one.entry.after and msgspec.json.decode(one.entry.after),
            "personal": one.personal,
        }
        for one in reversed(found)
    ]


async def live(world: World) -> str:
    """Everything somebody can do with their account, to its end. The account's id."""
    headers = bearer(await world.log_in(ADA))

    async def ask(method: str, path: str, body: Any = None) -> Any:
        answer = await world.http.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json() if answer.content else None

    customer_id: str = (await ask("GET", "/v1/me"))["customer_id"]
    await ask("PATCH", "/v1/me", {"given_name": "Ada", "phone": PHONE})
    await ask("PATCH", "/v1/me", {"given_name": "Ada"})  # nothing changes
    traveller = f"/v1/me/travellers/{(await ask('POST', '/v1/me/travellers', TRAVELLER))['traveller_id']}"
    await ask("PUT", traveller, TRAVELLER | {"given_name": "Ch"})
    await ask("DELETE", traveller)
    await ask("PUT", "/v1/me/consents/marketing_email", {"version": "2026-11"})
    await ask("DELETE", "/v1/me/consents/marketing_email")
    await world.log_in(ADA)
    secret = (await ask("POST", "/v1/me/second-factor", {"password": PASSWORD}))["secret"]
    await ask("POST", "/v1/me/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    await ask("POST", "/v1/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    await ask("POST", "/v1/me/deletion", {"password": NEW_PASSWORD})
    return customer_id


async def test_a_life_of_an_account(world: World) -> None:
    customer_id = await live(world)
    rows = await told_of(world, customer_id)
    assert [row["action"].removeprefix("customer.") for row in rows] == [
        *("registered", "role_granted", "signed_in", "profile_changed"),
        *("traveller_added", "traveller_changed", "traveller_removed"),
        *("consent_given", "consent_withdrawn", "signed_in", "second_factor_asked", "second_factor_confirmed"),
        *("password_changed", "deleted"),
    ]
    by_command, by_customer = rows[:2], rows[2:]
    assert {row["actor"] for row in by_command} == {"operator:cli"}
    assert {row["actor"] for row in by_customer} == {f"customer:{customer_id}"}
    assert [row["personal"] for row in by_customer] == [{"addresses": [ADDRESS]}] * len(by_customer)
    told = {row["action"]: row for row in rows}
    assert told["customer.profile_changed"]["after"] == {"fields": ["given_name", "phone"]}
    assert told["customer.traveller_changed"]["after"]["fields"] == ["given_name"]
    assert told["customer.consent_withdrawn"]["before"] == {"kind": "marketing_email", "version": "2026-11"}
    assert told["customer.password_changed"]["after"] == {"reset": False, "devices_ended": 1}
    assert told["customer.deleted"]["after"] == {"state": "deleted"}


async def test_nothing_personal_or_secret_is_in_events_and_rows(world: World) -> None:
    await told_of(world, await live(world))
    stored = ""
    for table in ("customers.outbox", "audit.entry"):
        stored += "".join(row[0] for row in await world.database.fetch(f"SELECT t::text FROM {table} AS t"))
    assert "customer.password_changed" in stored
    for secret in (PASSWORD, NEW_PASSWORD, "argon2", PHONE, ADA, "Babbage", "1991-12-26", ADDRESS):
        assert secret not in stored


async def test_what_operators_do_to_accounts(world: World) -> None:
    settings = world.system.settings
    users = open_users(world.database, KeyFile(settings.data_keys_path))
    customer_id = str((await users.show(EVE)).customer_id)
    await users.grant(EVE, Grant("inspector"))
    await users.grant(EVE, Grant("inspector"))  # nothing changes
    await users.revoke(EVE, Grant("inspector"))
    await users.set_disabled(EVE, disabled=True)
    await users.set_disabled(EVE, disabled=False)
    rows = (await told_of(world, customer_id))[2:]
    assert [(row["action"], row["before"], row["after"]) for row in rows] == [
        ("customer.role_granted", None, {"role": "inspector"}),
        ("customer.role_revoked", {"role": "inspector"}, None),
        ("customer.disabled", {"state": "enabled"}, {"state": "disabled"}),
        ("customer.enabled", {"state": "disabled"}, {"state": "enabled"}),
    ]


async def test_a_second_factor_that_an_operator_takes_away(world: World) -> None:
    headers = bearer(await world.log_in(EVE))
    begun = await world.http.post("/v1/me/second-factor", json={"password": PASSWORD}, headers=headers)
    code = {"code": pyotp.TOTP(begun.json()["secret"]).now()}
    assert (await world.http.post("/v1/me/second-factor/confirm", json=code, headers=headers)).status_code == 200
    users = open_users(world.database, KeyFile(world.system.settings.data_keys_path))
    customer_id = str(await users.reset_second_factor(EVE))
    row = (await told_of(world, customer_id))[-1]
    assert (row["action"], row["actor"]) == ("customer.second_factor_removed", "operator:cli")
    assert row["after"] == {"devices_ended": 1}


async def test_a_claim_names_the_customer(world: World) -> None:
    booked = await world.booked()
    await world.job("bookings.guests.intake")
    await world.job("bookings.guests.handle")
    headers = bearer(await world.log_in(ADA))
    me = (await world.http.get("/v1/me", headers=headers)).json()["customer_id"]
    assert (await world.http.post("/v1/bookings/claim", headers=headers)).json() == {"claimed": [booked["locator"]]}
    assert (await world.http.post("/v1/bookings/claim", headers=headers)).json() == {"claimed": []}
    await told_of(world, me)
    row = await world.database.fetchrow("SELECT * FROM audit.entry WHERE action = 'booking.claimed'")
    assert (row["actor"], row["object"]) == (f"customer:{me}", f"booking:{booked['booking_id']}")
    told = (await world.http.get("/v1/me/export", headers=headers)).json()
    assert [one["locator"] for one in told["bookings"]] == [booked["locator"]]


async def test_however_many_and_whoever_asks_at_once_each_is_claimed_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "CLAIMED_MAX", 2)
    booked = {(await world.booked())["locator"] for _ in range(5)}
    await world.job("bookings.guests.intake")
    await world.job("bookings.guests.handle")
    headers = bearer(await world.log_in(ADA))
    asked = await asyncio.gather(*(world.http.post("/v1/bookings/claim", headers=headers) for _ in range(4)))
    claimed = [locator for answer in asked for locator in answer.json()["claimed"]]
    assert (len(claimed), set(claimed)) == (5, booked)


async def test_bookings_of_a_deleted_account_are_a_guest_s_again(world: World) -> None:
    headers = bearer(await world.log_in(ADA))
    booked = await world.booked(headers["authorization"].removeprefix("Bearer "))
    assert (await world.http.post("/v1/me/deletion", json={"password": PASSWORD}, headers=headers)).status_code == 204
    for _ in range(2):
        await world.job("bookings.guests.intake")
        await world.job("bookings.guests.handle")
    assert await world.database.fetchval("SELECT owner_id FROM bookings.booking") is None
    body = {"locator": booked["locator"], "email": ADA}
    assert (await world.http.post("/v1/bookings/lookup", json=body)).status_code == 200
    assert await world.database.fetchval("SELECT count(*) FROM bookings.guest_contact") == 1
