"""Many passengers, few seats, two worker processes. Each seat is sold once per section; losers are told so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

import httpx2
import pytest

from system.world import Passenger, direct_trip, in_days, sellable

CLIENTS = 64
LOST = {"sold_out", "units_taken"}

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]


def check_losers(answers: Iterable[httpx2.Response]) -> None:
    for answer in answers:
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 409:
            assert answer.json()["code"] in LOST


def units_of(answers: Iterable[httpx2.Response]) -> list[tuple[str, str, int, int]]:
    """(departure, unit, from_call, to_call) of everything held."""
    return [
        (leg["departure_id"], unit["unit"], unit["from_call"], unit["to_call"])
        for answer in answers
        if answer.status_code == 201
        for leg in answer.json()["legs"]
        for unit in leg["units"]
    ]


def sold_twice(units: list[tuple[str, str, int, int]]) -> list[Any]:
    by_section = Counter((departure, unit, section) for departure, unit, a, b in units for section in range(a, b))
    return [item for item, count in by_section.items() if count > 1]


async def free_units(client: httpx2.AsyncClient, leg: Any, cabin: str) -> list[str]:
    query = {"from": leg["from_call"], "to": leg["to_call"]}
    answer = await client.get(f"/v1/departures/{leg['departure_id']}/seats", params=query)
    assert answer.status_code == 200, answer.text
    return [
        unit["unit"]
        for coach in answer.json()["coaches"]
        for unit in coach["units"]
        if unit["state"] == "free" and unit["cabin"] == cabin
    ]


class TestNamedSeats:
    async def test_64_clients_fight_for_the_same_10_seats(self, passenger: Passenger) -> None:
        trip = direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(20)))
        offer = sellable(trip)[0]
        wanted = (await free_units(passenger.client, trip["legs"][0], offer["cabin"]))[:10]
        assert len(wanted) == 10
        answers: list[httpx2.Response] = []

        async def fight(number: int) -> None:
            for turn in range(10):
                unit = wanted[(number + turn) % 10]
                answers.append(await passenger.hold(offer["offer_id"], units=[[unit]]))

        await asyncio.gather(*(fight(number) for number in range(CLIENTS)))
        check_losers(answers)
        assert len(answers) == CLIENTS * 10
        assert sorted(unit for _, unit, _, _ in units_of(answers)) == sorted(wanted)


class TestAnySeat:
    async def test_64_clients_take_seats_until_the_train_is_full(self, passenger: Passenger) -> None:
        trip = direct_trip(await passenger.search("Paris Gare de Lyon", "Marseille", in_days(21)))
        offer = sellable(trip)[-1]
        free = await free_units(passenger.client, trip["legs"][0], offer["cabin"])
        answers: list[httpx2.Response] = []

        async def take() -> None:
            while True:
                answer = await passenger.hold(offer["offer_id"])
                answers.append(answer)
                if answer.status_code != 201:
                    return
                booked = await passenger.book(answer.json()["hold_id"])
                assert booked.status_code == 201, booked.text

        await asyncio.gather(*(take() for _ in range(CLIENTS)))
        check_losers(answers)
        held = units_of(answers)
        assert sold_twice(held) == []
        assert len(held) == len(free), "every free seat was sold, none left over"
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"sold_out"}

    async def test_overlapping_legs_share_seats_but_no_section(self, passenger: Passenger) -> None:
        whole = direct_trip(await passenger.search("NDLS", "MMCT", in_days(22), mode="rail"))
        leg = whole["legs"][0]
        departure = (await passenger.client.get(f"/v1/departures/{leg['departure_id']}")).json()
        calls = departure["calls"]
        assert len(calls) >= 5, "a train with calls on the way is needed"
        pairs = [(0, 2), (1, 3), (2, len(calls) - 1), (0, len(calls) - 1), (1, 2), (3, len(calls) - 1)]
        offers = []
        for start, end in pairs:
            found = await passenger.search(calls[start]["place"]["id"], calls[end]["place"]["id"], in_days(22))
            for trip in found["trips"]:
                if trip["legs"][0]["departure_id"] == leg["departure_id"] and len(trip["legs"]) == 1:
                    offers.append(sellable(trip, "2A") or sellable(trip))
        assert len(offers) >= 3
        answers: list[httpx2.Response] = []

        async def take(number: int) -> None:
            for turn in range(12):
                offer = offers[(number + turn) % len(offers)][0]
                answers.append(await passenger.hold(offer["offer_id"]))

        await asyncio.gather(*(take(number) for number in range(CLIENTS)))
        check_losers(answers)
        held = units_of(answers)
        assert sold_twice(held) == []
        assert len({unit for _, unit, _, _ in held}) < len(held), "seats are sold again on other sections"

    async def test_parties_of_four_get_all_or_nothing(self, passenger: Passenger) -> None:
        trip = direct_trip(await passenger.search("Hamburg Hbf", "Frankfurt (Main) Hbf", in_days(23), "adult:4"))
        offer = sellable(trip)[0]
        free = await free_units(passenger.client, trip["legs"][0], offer["cabin"])
        answers: list[httpx2.Response] = []

        async def take() -> None:
            while True:
                answer = await passenger.hold(offer["offer_id"])
                answers.append(answer)
                if answer.status_code != 201:
                    return

        await asyncio.gather(*(take() for _ in range(CLIENTS)))
        check_losers(answers)
        held = units_of(answers)
        assert sold_twice(held) == []
        assert len(held) % 4 == 0
        assert len(free) - len(held) < 4, "fewer than four seats are left when parties of four are refused"
