"""Exchange and partial refund, end to end over HTTP, in three currencies; one has no minor units."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx2
import pytest

from system.harness import Server
from system.world import Passenger, bearer, direct_trip, in_days, sellable
from wayfare.kernel.money import Money
from wayfare.services.documents.adapters.picture_reader import PictureReader

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]


class Market(NamedTuple):
    """A connection of the demo network; `modest` is a cheaper cabin than `comfort`."""

    currency: str
    origin: str
    destination: str
    mode: str
    comfort: str
    modest: str


MARKETS = [
    Market("EUR", "Berlin Hbf", "München Hbf", "rail", "first", "second"),
    Market("INR", "New Delhi", "Mumbai Central", "rail", "1A", "3A"),
    Market("JPY", "HND", "KIX", "air", "business", "economy"),
]
by_currency = pytest.mark.parametrize("market", MARKETS, ids=[market.currency for market in MARKETS])


def minor(money: Any) -> int:
    return Money.parse(money["amount"], money["currency"]).minor


class Traveller:
    """Somebody with a booking on a market."""

    def __init__(self, passenger: Passenger, market: Market, booked: Any) -> None:
        self.client, self.market, self.booked = passenger.client, market, booked
        self.url = f"/v1/bookings/{booked['locator']}"

    @classmethod
    async def book(cls, passenger: Passenger, market: Market, cabin: str, family: str, people: int = 1) -> Traveller:
        found = await passenger.search(
            market.origin, market.destination, in_days(30), f"adult:{people}", mode=market.mode, max_transfers="0"
        )
        offers = sellable(direct_trip(found), cabin)
        offer = next(one for one in offers if one["fare_family"] == family)
        held = await passenger.hold(offer["offer_id"])
        booked = await passenger.book(held.json()["hold_id"], passengers=people)
        assert booked.status_code == 201, booked.text
        assert booked.json()["price"]["currency"] == market.currency
        return cls(passenger, market, booked.json())

    async def post(self, path: str, content: Any, key: str | None = None) -> httpx2.Response:
        headers = bearer(self.booked["access_token"]) | ({"idempotency-key": key} if key else {})
        return await self.client.post(self.url + path, json=content, headers=headers)

    async def look(self) -> Any:
        answer = await self.client.get(self.url, headers=bearer(self.booked["access_token"]))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def offers(self, days: int, cabin: str) -> list[Any]:
        content = {"date": in_days(days), "cabin": cabin, "mode": [self.market.mode], "max_transfers": 0}
        answer = await self.post("/exchange-offers", content)
        assert answer.status_code == 201, answer.text
        return [offer for trip in answer.json()["trips"] for offer in trip["offers"]]

    async def exchange(self, offer: Any) -> Any:
        content = {"exchange_offer_id": offer["exchange_offer_id"]}
        if minor(offer["to_pay"]):
            content["payment"] = {"method": "card", "token": "tok_approved"}
        key = uuid.uuid4().hex
        answers = [await self.post("/exchange", content, key) for _ in range(2)]
        assert answers[0].status_code == 200, answers[0].text
        assert answers[0].content == answers[1].content
        return answers[0].json()

    async def refunded(self) -> Any:
        """The booking once all refunds are final."""
        for _ in range(100):
            shown = await self.look()
            if all(refund["state"] != "pending" for refund in shown["refunds"]):
                return shown
            await asyncio.sleep(0.1)
        raise AssertionError("the refunds did not come to an end")

    async def check_ticket(self, number: int) -> tuple[str, Any]:
        """The code of a ticket as it is printed, and what an inspector is told about it."""
        headers = bearer(self.booked["access_token"])
        pdf = await self.client.get(f"{self.url}/tickets/{number}.pdf", headers=headers)
        assert pdf.status_code == 200, pdf.text
        code = await asyncio.to_thread(read_code, pdf.content)
        return code, await self.inspect(code)

    async def inspect(self, code: str) -> Any:
        answer = await self.client.post("/v1/tickets/check", json={"code": code})
        assert answer.status_code == 200, answer.text
        return answer.json()


def read_code(pdf: bytes) -> str:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        (code,) = [text for text in PictureReader().read(Path(file.name)) if text.startswith("WF1:")]
    return code


@pytest.fixture
async def database(server: Server) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect((server.data_dir / "run" / "postgres.url").read_text().strip())
    yield connection
    await connection.close()


async def assert_balanced(database: asyncpg.Connection[Any], currency: str, booking: Any) -> None:
    """The journal balances, and holds for this booking what its customer has paid and not got back."""
    off = await database.fetchval(
        "SELECT sum(reserved + commitments + gateway + gateway_fees + sales + refunds_due + chargebacks)::bigint "
        "FROM payments.journal WHERE currency = $1",
        currency,
    )
    assert off == 0
    sales = await database.fetchval(
        "SELECT -sum(j.sales)::bigint FROM payments.journal AS j JOIN payments.payment AS p USING (payment_id) "
        "WHERE p.booking_id = $1 AND j.currency = $2",
        booking["booking_id"],
        currency,
    )
    assert sales == minor(booking["paid"]) - minor(booking["refunded"])


@by_currency
class TestExchange:
    async def test_dearer_is_charged(self, passenger: Passenger, market: Market, database: Any) -> None:
        traveller = await Traveller.book(passenger, market, market.modest, "saver")
        old_code, told = await traveller.check_ticket(1)
        assert told["status"] == "good"
        offer = next(one for one in await traveller.offers(31, market.modest) if one["fare_family"] == "flex")
        fee, to_pay = minor(offer["fee"]), minor(offer["to_pay"])
        assert fee > 0
        assert to_pay == minor(offer["price"]) + fee - minor(traveller.booked["price"])
        done = await traveller.exchange(offer)
        assert minor(done["paid"]) == minor(traveller.booked["price"]) + to_pay
        assert done["legs"][0]["departure_id"] != traveller.booked["legs"][0]["departure_id"]
        _, told = await traveller.check_ticket(1)
        assert (told["status"], told["ticket_no"]) == ("good", f"{done['locator']}-1-1-2")
        assert (await traveller.inspect(old_code))["status"] == "void"
        await assert_balanced(database, market.currency, done)

    async def test_cheaper_is_refunded(self, passenger: Passenger, market: Market, database: Any) -> None:
        traveller = await Traveller.book(passenger, market, market.comfort, "flex")
        offer = next(one for one in await traveller.offers(31, market.modest) if one["fare_family"] == "flex")
        assert minor(offer["to_refund"]) > 0
        await traveller.exchange(offer)
        done = await traveller.refunded()
        (refund,) = done["refunds"]
        assert (refund["state"], refund["amount"]) == ("refunded", offer["to_refund"])
        assert "." not in refund["amount"]["amount"] or market.currency != "JPY"
        await assert_balanced(database, market.currency, done)

    async def test_equal_moves_no_money(self, passenger: Passenger, market: Market, database: Any) -> None:
        traveller = await Traveller.book(passenger, market, market.modest, "flex")
        offers = [one for one in await traveller.offers(30, market.modest) if one["fare_family"] == "flex"]
        offer = next(one for one in offers if minor(one["to_pay"]) == minor(one["to_refund"]) == 0)
        done = await traveller.exchange(offer)
        assert (done["paid"], done["refunds"]) == (traveller.booked["paid"], [])
        await assert_balanced(database, market.currency, done)


@by_currency
class TestPartialRefund:
    async def test_one_of_three_gives_up(self, passenger: Passenger, market: Market, database: Any) -> None:
        traveller = await Traveller.book(passenger, market, market.modest, "saver", people=3)
        answer = await traveller.post("/refund-offers", {"passengers": [2]})
        quoted = answer.json()
        whole = (await traveller.post("/refund-offers", None)).json()
        assert Decimal(quoted["refund"]["amount"]) * 3 == Decimal(whole["refund"]["amount"])
        seats = await free_seats(passenger, traveller)
        answer = await traveller.post("/cancel", {"refund_offer_id": quoted["refund_offer_id"]}, key=uuid.uuid4().hex)
        assert answer.status_code == 200, answer.text
        assert await free_seats(passenger, traveller) == seats + 1
        done = await traveller.refunded()
        states = ["refunded" if minor(quoted["refund"]) else "cancelled"]
        assert [item["state"] for item in done["items"]] == ["ticketed", *states, "ticketed"]
        assert (done["status"], done["refunded"], done["fees"]) == ("confirmed", quoted["refund"], quoted["fee"])
        await assert_balanced(database, market.currency, done)
        offer = next(one for one in await traveller.offers(32, market.modest) if one["fare_family"] == "flex")
        moved = await traveller.exchange(offer)
        assert len(moved["passengers"]) == 2
        await assert_balanced(database, market.currency, moved)


async def free_seats(passenger: Passenger, traveller: Traveller) -> int:
    leg = traveller.booked["legs"][0]
    query = {"from": leg["from_call"], "to": leg["to_call"]}
    answer = await passenger.client.get(f"/v1/departures/{leg['departure_id']}/seats", params=query)
    assert answer.status_code == 200, answer.text
    return sum(unit["state"] == "free" for coach in answer.json()["coaches"] for unit in coach["units"])


@pytest.mark.parametrize("code", ["0", "WF1:", "WF1:BB8", "K7M2QX-1-1"])
async def test_what_is_no_ticket_is_said_to_be_none(client: httpx2.AsyncClient, code: str) -> None:
    answer = await client.post("/v1/tickets/check", json={"code": code})
    assert (answer.status_code, answer.json()["code"]) == (422, "ticket_unreadable")


async def test_the_journal_balances_in_every_currency(passenger: Passenger, database: Any) -> None:
    booked = [(await Traveller.book(passenger, market, market.modest, "flex")).booked for market in MARKETS]
    rows = await database.fetch(
        "SELECT currency, sum(reserved + commitments + gateway + gateway_fees + sales + refunds_due + chargebacks) "
        "AS off FROM payments.journal GROUP BY currency"
    )
    assert {row["currency"] for row in rows} >= {market.currency for market in MARKETS}
    assert all(row["off"] == 0 for row in rows)
    # What other tests have left reserved is theirs.
    left = await database.fetch(
        "SELECT j.currency, sum(j.reserved)::bigint AS reserved, -sum(j.sales)::bigint AS sales "
        "FROM payments.journal AS j JOIN payments.payment AS p USING (payment_id) "
        "WHERE p.booking_id = ANY($1::uuid[]) GROUP BY j.currency",
        [booking["booking_id"] for booking in booked],
    )
    assert {(row["currency"], row["reserved"], row["sales"]) for row in left} == {
        (booking["price"]["currency"], 0, minor(booking["price"])) for booking in booked
    }
