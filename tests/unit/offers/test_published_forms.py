"""What the routes answer has the form their OpenAPI schema publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unit.offers.desks import Desk, open_desk
from unit.offers.test_find_offers import two_trains
from wayfare.infrastructure.http import Answer
from wayfare.services.offers.entrypoints.answers import CalendarAnswer, OffersAnswer, PlacesAnswer
from wayfare.services.offers.entrypoints.http import CALENDAR_PARAMETERS, OFFER_PARAMETERS, PLACE_PARAMETERS


def form(value: Any) -> Any:
    """The names in a JSON value without what they hold."""
    if isinstance(value, dict):
        return {name: form(member) for name, member in value.items()}
    if isinstance(value, list):
        return [form(member) for member in value]
    return None


def check(model: type[Answer], answer: Any) -> None:
    read = model.model_validate(answer)
    assert form(read.model_dump(mode="json", by_alias=True)) == form(answer)


class TestAnswers:
    async def test_offers(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, two_trains()) as desk:
            for query in ({}, {"passengers": "adult:3"}, {"limit": 1}, {"date": "2026-06-16", "mode": "air"}):
                check(OffersAnswer, await desk.offers("f:A", "f:B", **query))
            desk.clock.advance(30 * 3600)
            found = await desk.offers("f:A", "f:B", "2026-06-16", time="00:00")
            check(OffersAnswer, found)

    async def test_places(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, two_trains()) as desk:
            for query in ({"q": "aachen"}, {"near": "50,6"}, {"q": "nothing"}):
                check(PlacesAnswer, (await desk.get("/v1/places", **query)).json())

    async def test_calendar(self, tmp_path: Path) -> None:
        async with open_desk(tmp_path, two_trains()) as desk:
            for query in ({}, {"days": "3", "passengers": "adult:2"}, {"mode": "air"}):
                answer = await desk.get("/v1/offers/calendar", from_="f:A", to="f:B", date_from="2026-06-13", **query)
                check(CalendarAnswer, answer.json())


class TestOpenApi:
    async def published(self, desk: Desk, path: str) -> Any:
        return desk.app.openapi()["paths"][path]["get"]

    @pytest.mark.parametrize(
        ("path", "model", "parameters"),
        [
            ("/v1/offers", "OffersAnswer", OFFER_PARAMETERS),
            ("/v1/offers/calendar", "CalendarAnswer", CALENDAR_PARAMETERS),
            ("/v1/places", "PlacesAnswer", PLACE_PARAMETERS),
        ],
    )
    async def test_names_every_parameter_and_the_answer(
        self, path: str, model: str, parameters: Any, tmp_path: Path
    ) -> None:
        async with open_desk(tmp_path, two_trains()) as desk:
            route = await self.published(desk, path)
        assert [each["name"] for each in route["parameters"]] == [parameter.name for parameter in parameters]
        schema = route["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema == {"$ref": f"#/components/schemas/{model}"}

    async def test_examples_and_defaults_are_accepted(self) -> None:
        for parameter in (*OFFER_PARAMETERS, *CALENDAR_PARAMETERS, *PLACE_PARAMETERS):
            for example in (*parameter.schema.get("examples", ()), parameter.schema.get("default")):
                if example is not None:
                    parameter.read(str(example))
