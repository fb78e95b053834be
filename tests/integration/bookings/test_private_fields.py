"""Birth dates and phone numbers of a booking lie encrypted, whatever becomes of it; what lay in the clear follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from integration.bookings.after_sales import Guest, changeable
from integration.bookings.world import Process, World, body
from system.searching import tables_with
from system.world import bearer
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.errors import ConfigurationError
from wayfare.services.bookings.adapters import sealing
from wayfare.services.bookings.adapters.forgetting import forget_passengers
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.sealing import seal_anew

BORN, PHONE = "1931-02-03", "+49 171 5550199"
PERSON = {"given_name": "Ada", "family_name": "Lovelace", "category": "adult", "birth_date": BORN}
TOLD = {"passengers": [PERSON], "contact": {"email": "ada@example.org", "phone": PHONE}}
IN_THE_CLEAR = """
UPDATE bookings.booking_detail SET sealed = NULL, passengers = $2, contact = $3 WHERE booking_id = $1
"""
LEFT = """
INSERT INTO bookings.exchange
    (booking_id, exchange_id, version, hold_id, fee, charge, refund, made_at, offer, units, former, state)
SELECT booking_id, gen_random_uuid(), 1, gen_random_uuid(), 0, 0, 0, now(), offer, units,
       json_build_object('offer', offer::json, 'passengers', passengers::json, 'units', units::json)::text, 1
FROM bookings.booking_detail
"""


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was booked this moment is old enough to be encrypted anew."""
    monkeypatch.setattr(sealing, "SETTLED_S", -60)


async def nothing_told(process: Process) -> None:
    for text in (BORN, "5550199"):
        assert await tables_with(process.world.dsn, text) == []
    found = await tables_with(process.world.dsn, "Lovelace")
    assert "bookings.booking_detail" in found, "the search finds what is there"


async def shown(process: Process, booked: dict[str, str]) -> tuple[list[str | None], str | None]:
    answer = await process.http.get(f"/v1/bookings/{booked['locator']}", headers=bearer(booked["access_token"]))
    content = answer.json()
    return [one["birth_date"] for one in content["passengers"]], content["contact"]["phone"]


async def sealed(process: Process) -> bytes | None:
    found: bytes | None = await process.database.fetchval("SELECT sealed FROM bookings.booking_detail")
    return found


async def seal(process: Process) -> int:
    return await seal_anew(process.database, PrivateFields(KeyFile(process.world.keys_path)))


async def laid_open(process: Process, booked: dict[str, str]) -> None:
    """As a version before wrote it."""
    passengers, contact = (msgspec.json.encode(told).decode() for told in ([PERSON], TOLD["contact"]))
    await process.database.execute(IN_THE_CLEAR, UUID(booked["booking_id"]), passengers, contact)


async def test_nothing_is_told_by_any_table(world: World, process: Process) -> None:
    offer = changeable(world)
    content = body(await world.hold(offer), **TOLD)
    first = await process.book(content, key="once")
    again = await process.book(content, key="once")
    assert (first.status_code, first.content) == (201, again.content), "the kept answer is the same to the byte"
    booked = first.json()
    assert await shown(process, booked) == ([BORN], PHONE)
    await nothing_told(process)
    guest = Guest(process, booked)
    assert (await guest.rename(1, given_name="Augusta")).status_code == 200
    world.offered.offers = [offer]
    offered = await guest.exchange_offer(offer)
    moved = await guest.exchange(offered["exchange_offer_id"], "tok_approved", key="moved")
    assert moved.status_code == 200, moved.text
    assert await shown(process, booked) == ([BORN], PHONE)
    cancelled = await guest.cancel(key="given back")
    assert cancelled.json()["passengers"][0]["birth_date"] == BORN
    assert await process.database.fetchval("SELECT count(*) FROM bookings.answer WHERE sealed IS NOT NULL") == 3
    assert await process.database.fetchval("SELECT former FROM bookings.exchange") != ""
    await nothing_told(process)


async def test_another_card_with_other_people(world: World, process: Process) -> None:
    hold = await world.hold()
    declined = await process.book(body(hold, "tok_declined", **TOLD), key="first")
    assert declined.status_code == 402
    await nothing_told(process)
    other = {**TOLD, "passengers": [{**PERSON, "birth_date": "1931-02-04"}]}
    booked = (await process.book(body(hold, **other), key="second")).json()
    assert await shown(process, booked) == (["1931-02-04"], PHONE)
    await nothing_told(process)


async def test_who_tells_neither_has_nothing_encrypted(process: Process) -> None:
    booked = await process.booked(contact={"email": "ada@example.org"})
    assert await sealed(process) is None
    assert await shown(process, booked) == ([None], None)


async def test_what_lay_in_the_clear_is_read_and_then_encrypted(process: Process) -> None:
    booked = await process.booked()
    await laid_open(process, booked)
    await process.database.execute(LEFT)
    assert await shown(process, booked) == ([BORN], PHONE)
    assert await seal(process) == 1
    assert await shown(process, booked) == ([BORN], PHONE)
    await process.database.execute("DELETE FROM bookings.exchange WHERE former !~ 'Lovelace'")
    assert await tables_with(process.world.dsn, BORN) == []
    assert await tables_with(process.world.dsn, "5550199") == []
    assert await seal(process) == 0, "once is enough"


async def test_a_booking_in_the_clear_that_is_changed_is_encrypted(world: World, process: Process) -> None:
    booked = await process.booked(offer=changeable(world))
    await laid_open(process, booked)
    assert (await Guest(process, booked).rename(1, given_name="Augusta")).status_code == 200
    assert await shown(process, booked) == ([BORN], PHONE)
    await nothing_told(process)


async def test_keys_turn(process: Process) -> None:
    booked = await process.booked(**TOLD)
    before = await sealed(process)
    assert await seal(process) == 0, "it is under the newest key"
    KeyFile(process.world.keys_path).rotate()
    assert await shown(process, booked) == ([BORN], PHONE), "the older key still opens"
    assert await seal(process) == 1
    after = await sealed(process)
    assert before is not None
    assert after is not None
    assert before[:5] != after[:5] == KeyFile(process.world.keys_path).current_prefix()
    assert await shown(process, booked) == ([BORN], PHONE)
    assert await seal(process) == 0


async def test_many_are_encrypted_page_by_page(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for _ in range(5):
        await process.booked(**TOLD)
    KeyFile(process.world.keys_path).rotate()
    assert await seal(process) == 5
    count = "SELECT count(*) FROM bookings.booking_detail WHERE substring(sealed FROM 1 FOR 5) = $1"
    assert await process.database.fetchval(count, KeyFile(process.world.keys_path).current_prefix()) == 5


async def test_a_ciphertext_of_another_booking_does_not_open(process: Process) -> None:
    first = await process.booked(**TOLD)
    private = PrivateFields(KeyFile(process.world.keys_path))
    row = await process.database.fetchrow("SELECT * FROM bookings.booking_detail")
    assert row is not None
    assert private.show(row)[1].phone == PHONE
    with pytest.raises(ConfigurationError, match="altered"):
        private.show({**row, "booking_id": UUID(int=UUID(first["booking_id"]).int + 1)})


async def test_it_is_forgotten_with_the_rest(process: Process) -> None:
    booked = await process.booked(**TOLD)
    await process.database.execute("UPDATE bookings.booking_item SET departure_id = 1")
    assert await forget_passengers(process.database, datetime.now(UTC) + timedelta(hours=1)) == 1
    assert await sealed(process) is None
    assert await shown(process, booked) == ([None], None)
