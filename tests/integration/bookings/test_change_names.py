"""Another name on a booking, before and after there is a ticket."""

from __future__ import annotations

import msgspec

from integration.bookings.after_sales import Guest, changeable, event_types
from integration.bookings.world import DEPARTS_S, Process, World, body


async def test_the_ticket_is_issued_anew(world: World, process: Process) -> None:
    guest = await Guest.with_booking(process, changeable(world, passengers=2, legs=2), 2)
    before = [ticket["number"] for ticket in guest.booked["tickets"]]
    world.clock.advance(60)
    response = await guest.rename(2, given_name="Augusta")
    changed = response.json()
    assert response.status_code == 200
    assert [one["given_name"] for one in changed["passengers"]] == ["Adaa", "Augusta"]
    after = [ticket["number"] for ticket in changed["tickets"]]
    assert after == [*before[:2], *(f"{number}-2" for number in before[2:])]
    assert await guest.look() == changed
    checked = [await process.http.post("/v1/tickets/check", json={"code": code}) for code in {*before, *after}]
    status = {one.json()["ticket_no"]: one.json()["status"] for one in checked}
    assert {number for number, found in status.items() if found == "good"} == set(after)
    await process.http.get(f"{guest.url}/tickets/3.pdf", headers=guest.headers())
    (ticket,) = world.documents.requests[-1].tickets
    assert (ticket.passenger_name, ticket.ticket_no, ticket.issued_at) == (
        "Augusta Lovelace", after[2], world.clock.now_s(),
    )  # fmt: skip
    assert (await event_types(process))[-1] == "booking.changed"


async def test_the_same_name_again_changes_nothing(world: World, process: Process) -> None:
    guest = await Guest.with_booking(process, changeable(world))
    for _ in range(2):
        assert (await guest.rename(1, given_name="Augusta", family_name="King")).status_code == 200
    assert (await event_types(process)).count("booking.changed") == 1


async def test_before_there_is_a_ticket_it_is_free(world: World, process: Process) -> None:
    world.gateway._customer_s = 3600.0
    pending = (await process.book(body(await world.hold(), "tok_3ds"))).json()
    guest = Guest(process, pending)
    assert (await guest.rename(1, given_name="Augusta")).status_code == 200
    world.gateway._customer_s = 0.0
    await process.recover()
    shown = await guest.look()
    assert (shown["status"], shown["passengers"][0]["given_name"]) == ("confirmed", "Augusta")
    assert shown["tickets"][0]["number"] == f"{shown['locator']}-1-1"


async def test_the_fare_and_the_time_decide(world: World, process: Process) -> None:
    strict = await Guest.with_booking(process, world.offer())
    assert "The name on a ticket cannot be changed." in strict.booked["conditions"]["text"]
    assert (await strict.rename(1, given_name="Augusta")).json()["code"] == "name_not_changeable"
    offer = msgspec.structs.replace(changeable(world), name_change_until_s=DEPARTS_S - 7200)
    guest = await Guest.with_booking(process, offer)
    assert guest.booked["conditions"]["name_change_until"] == "2026-11-21T08:00:00+01:00"
    world.clock.advance(DEPARTS_S - 7200 - world.clock.now_s())
    late = Guest(process, guest.booked | (await look_up(process, guest)))
    assert (await late.rename(1, given_name="Augusta")).json()["code"] == "name_not_changeable"


async def look_up(process: Process, guest: Guest) -> dict[str, str]:
    content = {"locator": guest.booked["locator"], "email": "ada@example.org"}
    found: dict[str, str] = (await process.http.post("/v1/bookings/lookup", json=content)).json()
    return found


async def test_what_is_no_name_or_nobody(world: World, process: Process) -> None:
    guest = await Guest.with_booking(process, changeable(world))
    for number, names, status in (
        (1, {}, 422),
        (1, {"given_name": " "}, 422),
        (1, {"given_name": 5}, 422),
        (1, {"given_name": "Ada", "category": "child"}, 422),
        (2, {"given_name": "Ada"}, 404),
        (0, {"given_name": "Ada"}, 404),
    ):
        response = await process.http.patch(f"{guest.url}/passengers/{number}", json=names, headers=guest.headers())
        assert response.status_code == status, response.text
    assert (await process.http.patch(f"{guest.url}/passengers/1", json={"given_name": "Eve"})).status_code == 401
