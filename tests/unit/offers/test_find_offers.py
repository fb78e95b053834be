"""GET /v1/offers on timetables made by hand: the answer, the tokens in it, and what inventory was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from unit.offers.desks import NOON_BEFORE, Desk, KeptRates, open_desk
from unit.offers.worlds import DAY, World, standard_tariff, two_class_layout
from wayfare.contracts.catalogue.fares import FeedFare, LoadStep, TimeStep
from wayfare.contracts.catalogue.layout import Cabin, Layout, Unit
from wayfare.contracts.offers.api import ConditionStep, FindOffers, OfferLeg
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.ids import departure_id
from wayfare.services.offers.domain.exchange import RateDay

EIGHT = int(datetime(2026, 6, 15, 8, 0, tzinfo=UTC).timestamp())
HOUR = 3600
TODAY = "2026-06-15"


def two_trains() -> World:
    return (
        World()
        .station("A", name="Aachen Hbf", code="KA", tz="Europe/Berlin", lat=50.77, lon=6.09)
        .station("M", name="Mitte", tz="Europe/Berlin")
        .station("B", name="Bruxelles-Midi", tz="Europe/Brussels")
        .service("1", "A 08:00 M 09:00/09:05 B 10:00", days=(0, 1))
        .service("2", "M 09:30 B 10:30", operator="P")
        .service("3", "A 12:00 B 16:00")
        .service("4", "A 18:00 B 21:00")
    )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, two_trains()) as opened:
        yield opened


def by_code(trip: Any) -> dict[tuple[str, str], Any]:
    return {(offer["cabin"], offer["fare_family"]): offer for offer in trip["offers"]}


class TestOverTheContract:
    """What bookings asks when somebody wants another trip: the same offers as over HTTP."""

    async def test_the_same_offers_for_the_party_in_its_order(self, desk: Desk) -> None:
        message = FindOffers("f:A", "f:B", TODAY, ("child", "adult"), "EUR", earliest="13:00", max_transfers=0)
        found = await desk.service.api.find_offers(message)
        told = await desk.offers("f:A", "f:B", passengers="child:1,adult:1", time="13:00", max_transfers="0")
        trips = [[offer["offer_id"] for offer in trip["offers"]] for trip in told["trips"]]
        assert [[offer.offer_id for offer in trip] for trip in found.trips] == trips
        first = desk.seal.open(found.trips[0][0].offer_id)
        assert first.passengers == ("child", "adult")
        shown, one = told["trips"][0]["offers"][0], found.trips[0][0]
        assert (one.seats_left, one.fare_family_name) == (shown["seats_left"], shown["fare_family_name"])
        assert one.cabin_name == shown["cabin_name"]

    @pytest.mark.parametrize(
        "change", [{"day": "2026-02-30"}, {"earliest": "25:00"}, {"currency": "JPY"}, {"origin": "f:B"}]
    )
    async def test_refuses_what_makes_no_sense(self, desk: Desk, change: dict[str, str]) -> None:
        message = FindOffers("f:A", "f:B", TODAY, ("adult",), "EUR")
        with pytest.raises(ValidationFailed):
            await desk.service.api.find_offers(msgspec.structs.replace(message, **change))


class TestTrips:
    async def test_are_told_with_local_times(self, desk: Desk) -> None:
        found = await desk.offers("f:A", "f:B")
        assert [trip["departs_at"] for trip in found["trips"]] == [
            "2026-06-15T10:00:00+02:00",
            "2026-06-15T14:00:00+02:00",
            "2026-06-15T20:00:00+02:00",
        ]
        trip = found["trips"][0]
        assert trip["arrives_at"] == "2026-06-15T12:00:00+02:00"
        assert (trip["duration_s"], trip["transfers"], trip["reason"]) == (7200, 0, None)
        (leg,) = trip["legs"]
        assert leg["from"] == {
            "id": "f:A",
            "name": "Aachen Hbf",
            "code": "KA",
            "platform": None,
            "departs_at": "2026-06-15T10:00:00+02:00",
        }
        assert leg["departure_id"] == "20260615-1"
        assert (leg["from_call"], leg["to_call"], leg["operator"]["name"]) == (0, 2, "O Transport")
        assert found["from"]["position"] == {"lat": 50.77, "lon": 6.09}
        assert found["to"]["time_zone"] == "Europe/Brussels"
        assert found["date"] == TODAY

    async def test_of_a_date_without_any_name_the_nearest_dates(self, tmp_path: Path) -> None:
        world = World().service("1", "A 08:00 B 09:00", days=(0, 1, 90)).service("2", "A 10:00 C 11:00", days=(4, 6))
        async with open_desk(tmp_path, world) as desk:
            found = await desk.offers("f:A", "f:B", "2026-06-20")
            assert found["trips"] == []
            assert found["nearest_dates"] == ["2026-06-15", "2026-06-16", "2026-09-13"]
            desk.clock.advance(2 * 86_400)  # 14 June, noon, becomes the 16th
            assert (await desk.offers("f:A", "f:B", "2026-06-20"))["nearest_dates"] == ["2026-06-16", "2026-09-13"]

    async def test_of_a_weekly_train_the_nearest_dates_are_found_among_those_of_daily_ones(
        self, tmp_path: Path
    ) -> None:
        world = (
            World().service("1", "A 08:00 B 09:00", days=(0, 7)).service("2", "A 10:00 C 11:00", days=tuple(range(8)))
        )
        async with open_desk(tmp_path, world) as desk:
            found = await desk.offers("f:A", "f:B", "2026-06-19")
            assert found["nearest_dates"] == ["2026-06-15", "2026-06-22"]

    @pytest.mark.parametrize("date", ["2026-06-17", "2030-01-01", "9999-12-31"])
    async def test_of_a_date_after_the_timetable_say_how_far_it_goes(self, date: str, desk: Desk) -> None:
        answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date=date)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
        assert answer.json()["errors"] == [
            {"field": "date", "message": f"there are departures until 2026-06-16; {date} is later"}
        ]

    async def test_of_a_timetable_that_is_over_say_so(self, desk: Desk) -> None:
        desk.clock.advance(30 * 86_400)
        answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date="2026-07-14")
        assert answer.status_code == 422
        assert "no departures after 2026-06-16" in answer.json()["detail"]

    async def test_the_last_date_is_that_of_the_origins_clocks(self, tmp_path: Path) -> None:
        world = World().station("A", tz="Pacific/Auckland").service("1", "A 13:00 B 18:00", days=(0,))  # 01:00 there
        async with open_desk(tmp_path, world) as desk:
            assert len((await desk.offers("f:A", "f:B", "2026-06-16"))["trips"]) == 1
            answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date="2026-06-17")
            assert "until 2026-06-16" in answer.json()["detail"]

    async def test_that_only_ride_about_to_pass_the_night_are_left_out(self, tmp_path: Path) -> None:
        world = (
            World().service("late", "A 23:00 M 23:30").service("early", "A 06:00 M 06:40/07:00 B 09:00", days=(0, 1))
        )
        async with open_desk(tmp_path, world) as desk:
            found = await desk.offers("f:A", "f:B")
            assert [trip["departs_at"][11:16] for trip in found["trips"]] == ["06:00"]

    async def test_by_code_and_by_name(self, desk: Desk) -> None:
        assert (await desk.offers("ka", "bruxelles midi"))["from"]["id"] == "f:A"

    async def test_walks_are_told(self, tmp_path: Path) -> None:
        world = World().station("H").service("1", "A 08:00 B 09:00").footpath("H", "A", 600)
        async with open_desk(tmp_path, world) as desk:
            (trip,) = (await desk.offers("f:H", "f:B"))["trips"]
            assert (trip["departs_at"][11:16], trip["walk_before_s"], trip["walk_after_s"]) == ("07:50", 600, 0)


class TestOffers:
    async def test_stand_for_every_cabin_and_family(self, desk: Desk) -> None:
        trip = (await desk.offers("f:A", "f:B"))["trips"][0]
        assert list(by_code(trip)) == [("first", "saver"), ("first", "flex"), ("second", "saver"), ("second", "flex")]

    async def test_say_in_their_token_what_the_answer_says(self, desk: Desk) -> None:
        trip = (await desk.offers("f:A", "f:B", passengers="adult:1,child:1"))["trips"][0]
        told = by_code(trip)["second", "flex"]
        offer = desk.open(told)
        # 5 EUR and 120 km at 0.10 are 17 EUR; a child pays half.
        assert offer.legs == (OfferLeg(departure_id(DAY, 1), 0, 2, "second", (1700, 850), (0, 0), "0"),)
        assert told["price"] == {"amount": "25.50", "currency": "EUR"}
        assert [(each["category"], each["price"]["amount"]) for each in told["passengers"]] == [
            ("adult", "17.00"),
            ("child", "8.50"),
        ]
        assert offer.total.as_json() == told["price"]
        assert offer.passengers == ("adult", "child")
        assert (offer.fare_family, offer.currency, offer.departs_s) == ("flex", "EUR", EIGHT)
        # 20 hours are left: the time when it costs nothing is over.
        assert offer.refund == (ConditionStep(EIGHT, 200),)
        assert told["conditions"]["refund"] == [
            {"until": "2026-06-15T10:00:00+02:00", "fee": {"amount": "5.10", "currency": "EUR"}}
        ]
        assert told["conditions"]["text"][0].startswith("Refundable for a fee of 20 % until departure (15 June")
        assert offer.issued_s == int(NOON_BEFORE.timestamp())
        assert told["expires_at"] == "2026-06-14T14:30:00+02:00"
        assert offer.expires_s == offer.issued_s + 1800

    async def test_show_the_seats_left(self, desk: Desk) -> None:
        desk.seats.take(departure_id(DAY, 1), "first", 1)
        trip = (await desk.offers("f:A", "f:B"))["trips"][0]
        assert {offer["cabin"]: offer["seats_left"] for offer in trip["offers"]} == {"first": 1, "second": 2}

    async def test_cannot_be_had_when_too_few_seats_are_left(self, desk: Desk) -> None:
        desk.seats.take(departure_id(DAY, 1), "first", 2)
        desk.seats.take(departure_id(DAY, 1), "second", 1)
        trip = (await desk.offers("f:A", "f:B", passengers="adult:2"))["trips"][0]
        assert {(offer["cabin"], offer["offer_id"], offer["seats_left"]) for offer in trip["offers"]} == {
            ("first", None, 0),
            ("second", None, 1),
        }

    async def test_say_so_when_nobody_can_tell_what_is_free(self, desk: Desk) -> None:
        desk.seats.take(departure_id(DAY, 1), "first", 2)
        known = (await desk.offers("f:A", "f:B"))["trips"][0]["offers"]
        assert {(offer["availability"], offer["seats_left"]) for offer in known} == {("known", 0), ("known", 2)}
        desk.seats.current = False  # the database is away: counts are what was last seen
        told = (await desk.offers("f:A", "f:B"))["trips"][0]["offers"]
        assert {(offer["availability"], offer["seats_left"]) for offer in told} == {("unknown", None)}
        assert [offer["price"] for offer in told] == [offer["price"] for offer in known]
        assert all(desk.seal.open(offer["offer_id"]) for offer in told)
        desk.seats.away = True  # inventory is another process, and gone
        told = (await desk.offers("f:A", "f:B"))["trips"][0]["offers"]
        assert {offer["availability"] for offer in told} == {"unknown"}
        desk.seats.away, desk.seats.current = False, True
        assert (await desk.offers("f:A", "f:B"))["trips"][0]["offers"] == known

    async def test_inventory_is_asked_once_for_all_legs(self, desk: Desk) -> None:
        await desk.offers("f:A", "f:B")
        (asked,) = desk.seats.asked
        assert sorted((leg.departure_id, leg.cabin) for leg in asked.legs) == [
            (departure_id(DAY, number), "") for number in (1, 3, 4)
        ]

    async def test_are_the_same_within_ten_seconds_and_follow_the_seats(self, desk: Desk) -> None:
        async def first_tokens() -> list[str]:
            return [offer["offer_id"] for offer in (await desk.offers("f:A", "f:B"))["trips"][0]["offers"]]

        before = await first_tokens()
        desk.clock.advance(9)
        assert await first_tokens() == before
        desk.seats.take(departure_id(DAY, 1), "first", 1)
        trip = (await desk.offers("f:A", "f:B"))["trips"][0]
        assert trip["offers"][0]["seats_left"] == 1
        desk.clock.advance(1)
        assert await first_tokens() != before


class TestTripsOfSeveralLegs:
    def world(self) -> World:
        metro = Layout("metro", "Metro", "rail", (Cabin("seat", "Seat", 1),), (Unit("1", "", "1", "seat", 0, 0, 0, 0),))
        return (
            World(layouts=(two_class_layout(), metro))
            .station("M", connection_s=300)
            .service("1", "A 08:00 M 09:00")
            .service("2", "M 09:30 B 10:30", operator="P", layout=1)
        )

    async def test_have_one_price_and_the_fewest_seats(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.world()) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            told = by_code(trip)["first + seat", "flex"]
            assert told["cabins"] == ["first", "seat"]
            assert told["seats_left"] == 1
            offer = desk.open(told)
            assert [(leg.cabin, leg.prices) for leg in offer.legs] == [("first", (1760,)), ("seat", (1100,))]
            assert told["price"]["amount"] == "28.60"
            assert trip["transfers"] == 1

    async def test_conditions_count_from_the_first_departure(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.world()) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            assert desk.open(by_code(trip)["first + seat", "flex"]).refund[-1].until_s == EIGHT

    def mixed(self) -> World:
        world = self.world()
        world.tariffs = (standard_tariff(), standard_tariff(code="uk", currency="GBP", operator="P"))
        return world

    async def test_in_two_currencies_are_shown_without_offers(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.mixed()) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            assert trip["offers"] == []
            assert trip["reason"]["code"] == "currency_mix"
            assert "one by one" in trip["reason"]["text"]

    async def test_in_two_currencies_are_sold_at_the_ecbs_rates(self, tmp_path: Path) -> None:
        rates = KeptRates(RateDay(date(2026, 6, 12), {"GBP": Decimal("0.85")}))
        async with open_desk(tmp_path, self.mixed(), rates=rates) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            told = by_code(trip)["first + seat", "flex"]
            offer = desk.open(told)
            assert [leg.prices for leg in offer.legs] == [(1760,), (1294,)]  # 11.00 GBP / 0.85
            assert offer.currency == "EUR"
            assert told["conditions"]["text"][-1] == "Converted at ECB reference rates of 2026-06-12: 1 EUR = 0.85 GBP."
            assert told["conversion"] == {
                "source": "ECB reference",
                "date": "2026-06-12",
                "base": "EUR",
                "rates": {"GBP": "0.85"},
            }
            (in_pounds,) = (await desk.offers("f:A", "f:B", currency="GBP"))["trips"]
            assert by_code(in_pounds)["first + seat", "flex"]["price"] == {"amount": "25.96", "currency": "GBP"}

    async def test_of_the_demonstration_need_no_file(self, tmp_path: Path) -> None:
        world = (
            World()
            .service("1", "A 08:00 X 09:00", feed="demo-eu")
            .service("2", "X 10:00 B 11:00", feed="demo-jp", operator="P", mode="air")
        )
        world.tariffs = (standard_tariff(), standard_tariff(code="jp", currency="JPY", operator="P"))
        async with open_desk(tmp_path, world) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            told = by_code(trip)["second", "flex"]
            assert [leg.prices for leg in desk.open(told).legs] == [(1100,), (6,)]  # 11 JPY / 175.68
            assert "demonstration's ECB reference rates of 2026-10-30" in told["conditions"]["text"][-1]
            (in_yen,) = (await desk.offers("f:A", "f:B", currency="JPY"))["trips"]
            assert by_code(in_yen)["second", "flex"]["price"] == {"amount": "1943", "currency": "JPY"}


class TestPrices:
    async def test_follow_the_load(self, tmp_path: Path) -> None:
        world = two_trains()
        world.tariffs = (standard_tariff(load=(LoadStep(Decimal("0.5"), Decimal("1.5")),)),)
        async with open_desk(tmp_path, world) as desk:
            desk.seats.take(departure_id(DAY, 1), "second", 1)
            offers = by_code((await desk.offers("f:A", "f:B"))["trips"][0])
            assert offers["second", "flex"]["price"]["amount"] == "25.50"
            assert offers["first", "flex"]["price"]["amount"] == "27.20"

    async def test_follow_the_days_left(self, tmp_path: Path) -> None:
        world = two_trains()
        world.tariffs = (standard_tariff(days_before=(TimeStep(1, Decimal("0.5")),)),)
        async with open_desk(tmp_path, world) as desk:
            offers = by_code((await desk.offers("f:A", "f:B"))["trips"][0])
            assert offers["second", "flex"]["price"]["amount"] == "17.00"
            offers = by_code((await desk.offers("f:A", "f:B", "2026-06-16"))["trips"][0])
            assert offers["second", "flex"]["price"]["amount"] == "8.50"

    async def test_of_the_feed_come_before_tariffs(self, tmp_path: Path) -> None:
        world = two_trains()
        world.fares = {"f": (FeedFare("flat", Decimal("4.10"), "EUR", None),)}
        world.tariffs = (standard_tariff(tax_rate=Decimal("0.19"), days_before=(TimeStep(0, Decimal(2)),)),)
        async with open_desk(tmp_path, world) as desk:
            offers = by_code((await desk.offers("f:A", "f:B", passengers="child:1"))["trips"][0])
            # The tariff's cabin, family and category count; its days, load and tax do not.
            assert {key: offer["price"]["amount"] for key, offer in offers.items()} == {
                ("first", "saver"): "2.30",
                ("first", "flex"): "3.28",
                ("second", "saver"): "1.44",
                ("second", "flex"): "2.05",
            }

    async def test_tell_how_they_are_taxed(self, tmp_path: Path) -> None:
        world = two_trains()
        world.tariffs = (standard_tariff(tax_rate=Decimal("0.070"), tax_fixed=Decimal("1.50")),)
        async with open_desk(tmp_path, world) as desk:
            offer = desk.open(by_code((await desk.offers("f:A", "f:B"))["trips"][0])["second", "flex"])
            (leg,) = offer.legs
            assert (leg.prices, leg.taxes, leg.tax_rate, leg.tax_fixed) == ((1969,), (269,), "0.07", 150)

    @pytest.mark.parametrize(("rate", "tax", "told"), [(None, 0, ""), ("0.19", 65, "0.19"), ("0", 0, "0")])
    async def test_of_the_feed_contain_the_tax_a_tariff_says(
        self, tmp_path: Path, rate: str | None, tax: int, told: str
    ) -> None:
        world = two_trains()
        world.fares = {"f": (FeedFare("flat", Decimal("4.10"), "EUR", None),)}
        world.tariffs = (standard_tariff(fare_tax_rate=None if rate is None else Decimal(rate)),)
        async with open_desk(tmp_path, world) as desk:
            offer = desk.open(by_code((await desk.offers("f:A", "f:B"))["trips"][0])["second", "flex"])
            (leg,) = offer.legs
            assert (leg.prices, leg.taxes, leg.tax_rate, leg.tax_fixed) == ((410,), (tax,), told, 0)

    async def test_of_the_feed_in_another_currency_stand_alone(self, tmp_path: Path) -> None:
        world = two_trains()
        world.fares = {"f": (FeedFare("flat", Decimal("4.10"), "USD", None),)}
        async with open_desk(tmp_path, world) as desk:
            offers = by_code((await desk.offers("f:A", "f:B"))["trips"][0])
            assert {key: offer["price"]["amount"] for key, offer in offers.items()} == {
                ("first", "standard"): "4.10",
                ("second", "standard"): "4.10",
            }
            assert offers["first", "standard"]["conditions"]["text"] == [
                "Not refundable.",
                "Not exchangeable.",
                "The name on a ticket cannot be changed.",
            ]

    async def test_a_fare_for_two_legs_is_split_between_them(self, tmp_path: Path) -> None:
        world = World(fares={"f": (FeedFare("through", Decimal("10.01"), "EUR", 1),)})
        world.service("1", "A 08:00 M 08:30").service("2", "M 09:00 B 10:00")
        async with open_desk(tmp_path, world) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            offer = desk.open(by_code(trip)["second", "flex"])
            assert [leg.prices for leg in offer.legs] == [(333,), (668,)]

    async def test_missing_are_named(self, tmp_path: Path) -> None:
        world = two_trains()
        world.tariffs = (standard_tariff(mode="air"),)
        async with open_desk(tmp_path, world) as desk:
            trip = (await desk.offers("f:A", "f:B"))["trips"][0]
            assert (trip["offers"], trip["reason"]["code"]) == ([], "no_fare")

    async def test_without_a_layout_nothing_is_sold(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, World().service("1", "A 08:00 B 09:00", layout=-1)) as desk:
            (trip,) = (await desk.offers("f:A", "f:B"))["trips"]
            assert trip["reason"]["code"] == "no_layout"


class TestSalesTimes:
    async def reason(self, desk: Desk, now: datetime, **query: Any) -> str | None:
        desk.clock.advance(int(now.timestamp()) - desk.clock.now_s())
        trips = (await desk.offers("f:A", "f:B", time="00:00", **query))["trips"]
        if not trips:
            answer = await desk.offers("f:A", "f:B")
            trips = (await desk.offers("f:A", "f:B", cursor=answer["previous_cursor"]))["trips"]
        reason = trips[0]["reason"]
        return None if reason is None else str(reason["code"])

    async def test_trains_close_five_minutes_before(self, desk: Desk) -> None:
        departs = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
        assert await self.reason(desk, departs - timedelta(seconds=301)) is None
        assert await self.reason(desk, departs - timedelta(seconds=300)) == "closed"
        assert await self.reason(desk, departs) == "departed"

    async def test_offers_expire_when_sales_close(self, desk: Desk) -> None:
        desk.clock.advance(19 * HOUR + 45 * 60)
        trip = (await desk.offers("f:A", "f:B"))["trips"][0]
        assert trip["offers"][0]["expires_at"] == "2026-06-15T09:55:00+02:00"

    async def test_the_first_leg_to_close_closes_the_trip(self, tmp_path: Path) -> None:
        world = World().service("1", "A 08:00 M 08:20").service("2", "M 08:30 B 10:00", mode="air", line="F")
        async with open_desk(tmp_path, world) as desk:
            departs = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
            assert await self.reason(desk, departs - timedelta(minutes=16)) is None
            assert await self.reason(desk, departs - timedelta(minutes=15)) == "closed"

    async def test_sales_open_a_year_before(self, tmp_path: Path) -> None:
        world = World().service("1", "A 08:00 B 09:00", days=(366, 364)).service("2", "A 18:00 B 19:00", days=(364,))
        async with open_desk(tmp_path, world, NOON_BEFORE) as desk:
            soon, late = (await desk.offers("f:A", "f:B", "2027-06-14"))["trips"]
            assert soon["reason"] is None
            assert late["reason"]["code"] == "not_yet_on_sale"
            answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date="2027-06-15")
            assert answer.status_code == 422
            assert "on sale until 2027-06-14, 365 days ahead" in answer.json()["detail"]

    async def test_may_be_set(self, tmp_path: Path) -> None:
        world = World().service("1", "A 08:00 B 09:00", days=(0, 3)).service("2", "A 18:00 B 19:00", days=(1,))
        async with open_desk(tmp_path, world, sales_horizon_days=2, closing_s={"rail": HOUR}) as desk:
            assert (await desk.get("/v1/offers", from_="f:A", to="f:B", date="2026-06-17")).status_code == 422
            (trip,) = (await desk.offers("f:A", "f:B", "2026-06-16"))["trips"]
            assert trip["reason"]["code"] == "not_yet_on_sale"
            assert await self.reason(desk, datetime(2026, 6, 15, 7, 0, tzinfo=UTC)) == "closed"


class TestOptions:
    async def times(self, desk: Desk, **query: Any) -> list[str]:
        found = await desk.offers("f:A", "f:B", **query)
        return [trip["departs_at"][11:16] for trip in found["trips"]]

    async def test_time_is_the_origins(self, desk: Desk) -> None:
        assert await self.times(desk, time="14:00") == ["14:00", "20:00"]
        assert await self.times(desk, time="14:01", sort="duration") == ["20:00"]

    async def test_arrive_by_is_the_destinations(self, desk: Desk) -> None:
        assert await self.times(desk, arrive_by="18:00") == ["10:00", "14:00"]
        assert await self.times(desk, arrive_by="17:59") == ["10:00"]
        assert await self.times(desk, arrive_by="2026-06-15T23:00") == ["10:00", "14:00", "20:00"]
        assert await self.times(desk, arrive_by="2026-06-14T23:00") == []

    async def test_arrive_by_shows_the_last_ones_first(self, desk: Desk) -> None:
        assert await self.times(desk, arrive_by="23:30", limit=1) == ["20:00"]

    def night_trains(self) -> World:
        """A leaves at 17:00 for B at 08:35 the next morning; a train of the day arrives at 20:00; two days to C."""
        every_day = tuple(range(5))
        return (
            World()
            .service("night", "A 17:00 B 32:35", days=every_day)
            .service("slow", "A 12:00 B 33:00", days=every_day)
            .service("day", "A 08:00 B 20:00", days=every_day)
            .service("long", "A 20:00 C 54:00", days=(0,))
        )

    async def departures(self, desk: Desk, to: str = "f:B", **query: Any) -> list[str]:
        return [trip["departs_at"][:16] for trip in (await desk.offers("f:A", to, **query))["trips"]]

    async def test_arrive_by_finds_trips_that_left_the_evening_before(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.night_trains()) as desk:
            # The slow train is beaten by the night train, which leaves later; both leave on the same date.
            assert await self.departures(desk, date="2026-06-17", arrive_by="09:30") == ["2026-06-16T17:00"]
            assert await self.departures(desk, date="2026-06-17", arrive_by="2026-06-17T09:30") == ["2026-06-16T17:00"]
            evening = await self.departures(desk, date="2026-06-17", arrive_by="20:00")
            assert evening == ["2026-06-16T17:00", "2026-06-17T08:00"]
            cheapest = await self.departures(desk, date="2026-06-17", arrive_by="20:00", sort="price")
            assert sorted(cheapest) == evening
            assert await self.departures(desk, "f:C", date="2026-06-17", arrive_by="09:30") == ["2026-06-15T20:00"]

    async def test_an_evening_flight_does_not_hide_the_night_train(self, tmp_path: Path) -> None:
        world = self.night_trains().service("fly", "A 19:00 B 22:00", days=tuple(range(5)), mode="air", line="F")
        async with open_desk(tmp_path, world) as desk:
            assert await self.departures(desk, date="2026-06-17", arrive_by="09:30") == ["2026-06-16T17:00"]
            assert await self.departures(desk, date="2026-06-17", arrive_by="09:30", mode="air") == []
            leaving = await self.departures(desk, date="2026-06-17")
            assert leaving == ["2026-06-17T08:00", "2026-06-17T17:00", "2026-06-17T19:00"]
            assert await self.departures(desk, date="2026-06-17", mode="air,rail") == [leaving[0], leaving[2]]

    async def test_a_moment_on_a_later_day_leaves_the_date_that_of_leaving(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.night_trains()) as desk:
            moment = {"date": "2026-06-16", "arrive_by": "2026-06-17T09:30"}
            assert await self.departures(desk, **moment) == ["2026-06-16T08:00", "2026-06-16T17:00"]

    async def test_arrive_by_with_a_later_time_means_the_evening_before(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.night_trains()) as desk:
            query = {"date": "2026-06-17", "arrive_by": "09:30"}
            assert await self.departures(desk, time="16:00", **query) == ["2026-06-16T17:00"]
            assert await self.departures(desk, time="18:00", **query) == []

    async def test_nobody_arrives_on_a_train_that_left_in_the_past(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.night_trains(), datetime(2026, 6, 16, 18, 0, tzinfo=UTC)) as desk:
            found = await desk.offers("f:A", "f:B", "2026-06-16", arrive_by="19:00")
            assert found["trips"] == []
            assert found["nearest_dates"] == []  # the day train arrives on that date, only later

    async def test_arrive_by_names_dates_of_arrival(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, self.night_trains()) as desk:
            found = await desk.offers("f:A", "f:C", "2026-06-16", arrive_by="09:30")
            assert (found["trips"], found["nearest_dates"]) == ([], ["2026-06-17"])
            answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date="2026-06-21", arrive_by="09:30")
            assert "until 2026-06-20" in answer.json()["detail"]  # when the last night train arrives

    async def test_max_transfers(self, tmp_path: Path) -> None:
        world = World().service("1", "A 08:00 M 09:00").service("2", "M 09:30 B 10:30")
        async with open_desk(tmp_path, world) as desk:
            assert await self.times(desk, max_transfers=1) == ["08:00"]
            assert await self.times(desk, max_transfers=0) == []

    async def test_mode(self, desk: Desk) -> None:
        assert await self.times(desk, mode="air,coach") == []
        assert len(await self.times(desk, mode="rail,air")) == 3

    async def test_cabin(self, desk: Desk) -> None:
        trip = (await desk.offers("f:A", "f:B", cabin="First"))["trips"][0]
        assert {offer["cabin"] for offer in trip["offers"]} == {"first"}

    async def test_currency(self, desk: Desk) -> None:
        assert (await desk.offers("f:A", "f:B", currency="EUR"))["trips"][0]["offers"]
        answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date=TODAY, currency="USD")
        assert "no exchange rate for USD" in answer.json()["detail"]
        assert answer.status_code == 422
        assert "EUR" in answer.json()["detail"]

    async def test_today_begins_now(self, desk: Desk) -> None:
        desk.clock.advance(21 * HOUR)
        assert await self.times(desk) == ["14:00", "20:00"]
        assert await self.times(desk, sort="arrival") == ["14:00", "20:00"]


class TestOrderAndPages:
    @pytest.fixture
    async def busy(self, tmp_path: Path) -> AsyncIterator[Desk]:
        world = World()
        for hour in range(6, 18):
            # The later it is the faster they are, and the even hours go by a longer, dearer way.
            minutes = 300 - 10 * hour
            end = hour * 60 + minutes
            world.service(f"{hour}", f"A {hour}:00 B {end // 60}:{end % 60:02}")
        async with open_desk(tmp_path, world) as desk:
            yield desk

    async def hours(self, desk: Desk, **query: Any) -> list[int]:
        return [int(trip["departs_at"][11:13]) for trip in (await desk.offers("f:A", "f:B", **query))["trips"]]

    @pytest.mark.parametrize(
        ("sort", "first"), [("departure", 6), ("arrival", 6), ("duration", 17), ("price", 17), ("transfers", 6)]
    )
    async def test_every_order(self, sort: str, first: int, busy: Desk) -> None:
        hours = await self.hours(busy, sort=sort, limit=50)
        assert sorted(hours) == list(range(6, 18))
        assert hours[0] == first
        assert hours == (sorted(hours) if first == 6 else sorted(hours, reverse=True))

    @pytest.mark.parametrize("sort", ["departure", "arrival", "duration", "price", "transfers"])
    async def test_pages_lead_to_every_trip_and_back(self, sort: str, busy: Desk) -> None:
        whole = await self.hours(busy, sort=sort, limit=50)
        found: list[int] = []
        page = await busy.offers("f:A", "f:B", sort=sort, limit=5)
        assert page["previous_cursor"] is None
        while True:
            found += [int(trip["departs_at"][11:13]) for trip in page["trips"]]
            if page["next_cursor"] is None:
                break
            page = await busy.offers("f:A", "f:B", sort=sort, limit=5, cursor=page["next_cursor"])
        assert found == whole
        page = await busy.offers("f:A", "f:B", sort=sort, limit=5, cursor=page["previous_cursor"])
        assert [int(trip["departs_at"][11:13]) for trip in page["trips"]] == whole[5:10]
        page = await busy.offers("f:A", "f:B", sort=sort, limit=5, cursor=page["previous_cursor"])
        assert [int(trip["departs_at"][11:13]) for trip in page["trips"]] == whole[:5]
        assert page["previous_cursor"] is None

    async def test_earlier_trips_than_the_time_asked_for(self, busy: Desk) -> None:
        page = await busy.offers("f:A", "f:B", time="12:30", limit=3)
        assert [trip["departs_at"][11:13] for trip in page["trips"]] == ["13", "14", "15"]
        earlier = await busy.offers("f:A", "f:B", time="12:30", limit=3, cursor=page["previous_cursor"])
        assert [trip["departs_at"][11:13] for trip in earlier["trips"]] == ["10", "11", "12"]
        nothing = await busy.offers("f:A", "f:B", time="23:00", limit=3)
        assert nothing["trips"] == []
        last = await busy.offers("f:A", "f:B", time="23:00", limit=3, cursor=nothing["previous_cursor"])
        assert [trip["departs_at"][11:13] for trip in last["trips"]] == ["15", "16", "17"]

    @pytest.mark.parametrize("cursor", ["x", "AAAA", "k6dkZXBhcnR1cmXDkaE", "%"])
    async def test_other_cursors_are_refused(self, cursor: str, busy: Desk) -> None:
        answer = await busy.get("/v1/offers", from_="f:A", to="f:B", date=TODAY, cursor=cursor)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "cursor"

    async def test_a_cursor_belongs_to_its_order(self, busy: Desk) -> None:
        cursor = (await busy.offers("f:A", "f:B", limit=2))["next_cursor"]
        answer = await busy.get("/v1/offers", from_="f:A", to="f:B", date=TODAY, cursor=cursor, sort="price")
        assert answer.status_code == 422

    async def test_trips_that_cannot_be_had_come_last_by_price(self, busy: Desk) -> None:
        for cabin in ("first", "second"):
            busy.seats.take(departure_id(DAY, 12), cabin, 2)
        assert (await self.hours(busy, sort="price", limit=50))[-1] == 17


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"from_": ""}, "from"),
            ({"to": "f:A"}, "to"),
            ({"date": "2026-06-13"}, "date"),
            ({"date": "2026-02-30"}, "date"),
            ({"date": "9999-12-31"}, "date"),
            ({"date": "20260615"}, "date"),
            ({"date": "٢٠٢٦-06-15"}, "date"),
            ({"passengers": "adult:0"}, "passengers"),
            ({"passengers": "adult:9,child:1"}, "passengers"),
            ({"passengers": ""}, "passengers"),
            ({"time": "24:00"}, "time"),
            ({"time": "8:00"}, "time"),
            ({"arrive_by": "2026-06-15 08:00"}, "arrive_by"),
            ({"max_transfers": "4"}, "max_transfers"),
            ({"max_transfers": "-1"}, "max_transfers"),
            ({"max_transfers": "²"}, "max_transfers"),
            ({"mode": "rail,broom"}, "mode"),
            ({"cabin": "throne"}, "cabin"),
            ({"currency": "eur"}, "currency"),
            ({"currency": "XTS"}, "currency"),
            ({"sort": "beauty"}, "sort"),
            ({"limit": "0"}, "limit"),
            ({"limit": "51"}, "limit"),
            ({"colour": "red"}, "colour"),
            ({"from_": "a\x00b"}, "from"),
            ({"from_": "x" * 201}, "from"),
        ],
    )
    async def test_name_the_parameter(self, changes: dict[str, str], field: str, desk: Desk) -> None:
        query = {"from_": "f:A", "to": "f:B", "date": TODAY, **changes}
        answer = await desk.get("/v1/offers", **query)
        assert answer.status_code == 422
        assert answer.json()["code"] == "validation_failed"
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    async def test_list_everything_that_is_wrong(self, desk: Desk) -> None:
        answer = await desk.get("/v1/offers", to="f:B", date="x", limit="y")
        assert [error["field"] for error in answer.json()["errors"]] == ["from", "date", "limit"]

    async def test_a_parameter_given_twice(self, desk: Desk) -> None:
        answer = await desk.client.get(f"/v1/offers?from=f:A&from=f:B&to=f:B&date={TODAY}")
        assert answer.status_code == 422

    async def test_an_unknown_place(self, desk: Desk) -> None:
        answer = await desk.get("/v1/offers", from_="Atlantis", to="f:B", date=TODAY)
        assert (answer.status_code, answer.json()["code"], answer.json()["parameter"]) == (404, "not_found", "from")

    async def test_the_local_date_decides_what_is_past(self, tmp_path: Path) -> None:
        world = World().station("A", tz="Pacific/Auckland").service("1", "A 08:00 B 09:00", days=(0, 1))
        async with open_desk(tmp_path, world, datetime(2026, 6, 15, 13, 0, tzinfo=UTC)) as desk:
            answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date="2026-06-15")
            assert answer.status_code == 422  # it is the 16th in Auckland

    async def test_without_a_timetable(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, None) as desk:
            answer = await desk.get("/v1/offers", from_="f:A", to="f:B", date=TODAY)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


class TestNewTimetables:
    async def test_replace_the_old_while_it_serves(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, two_trains()) as desk:
            assert len((await desk.offers("f:A", "f:B"))["trips"]) == 3
            world = two_trains().service("5", "A 19:00 B 22:00")
            world.generation = 2
            desk.publish(world.build())
            assert len((await desk.offers("f:A", "f:B"))["trips"]) >= 3
            await desk.until_ready()
            assert len((await desk.offers("f:A", "f:B"))["trips"]) == 4

    async def test_that_cannot_be_used_leave_the_old_one_in_place(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, two_trains()) as desk:
            world = two_trains()
            world.generation = 2
            desk.publish(replace(world.build(), place_station=np.zeros(0, np.int32)))
            await desk.service.stop()  # waits for the attempt
            assert len((await desk.offers("f:A", "f:B"))["trips"]) == 3
            world.generation = 3
            desk.publish(world.service("5", "A 19:00 B 22:00").build())
            await desk.until_ready()
            assert len((await desk.offers("f:A", "f:B"))["trips"]) == 4


def test_the_world_begins_on_its_day() -> None:
    assert date(2000, 1, 1) + timedelta(days=DAY) == date.fromisoformat(TODAY)
