"""Envelopes, waves, brokers by address, and the published document."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from wayfare.bootstrap.asyncapi import FAMILIES, asyncapi_document, asyncapi_text
from wayfare.contracts.events import event_types
from wayfare.infrastructure.events.broker import open_broker, readable, waves
from wayfare.infrastructure.events.cloud_event import CloudEvent, decode_event
from wayfare.kernel.errors import ConfigurationError, ValidationFailed

ROOT = Path(__file__).resolve().parents[3]


def event(key: str, number: int) -> CloudEvent:
    return CloudEvent(
        id=str(number),
        source="/wayfare/test",
        type="thing.turned",
        subject=key,
        time="2026-11-21T09:00:00+00:00",
        partitionkey=key,
        sequence=f"{number:020d}",
        data=msgspec.Raw(b'{"n":1}'),
    )


class TestEnvelope:
    def test_has_what_cloudevents_asks_for(self) -> None:
        content = json.loads(event("a", 1).encode())
        assert {"id", "source", "specversion", "type"} <= content.keys()
        assert content["specversion"] == "1.0"
        assert content["data"] == {"n": 1}

    def test_comes_back_as_it_went(self) -> None:
        sent = event("a", 1)
        got = decode_event(sent.encode())
        assert (got.identity, got.partitionkey, bytes(got.data)) == (sent.identity, "a", b'{"n":1}')

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", event("a", 1).encode().replace(b'"1.0"', b'"2.0"')])
    def test_what_is_none_is_refused(self, body: bytes) -> None:
        with pytest.raises(ValidationFailed):
            decode_event(body)

    def test_strange_messages_are_passed_over(self) -> None:
        assert [found.id for found in readable("t", [b"junk", event("a", 7).encode()])] == ["7"]


class TestWaves:
    def test_no_key_comes_twice_and_order_is_kept(self) -> None:
        events = [event(key, number) for number, key in enumerate("abacab")]
        found = [[item.id for item in wave] for wave in waves(events)]
        assert found == [["0", "1", "3"], ["2", "5"], ["4"]]

    def test_nothing_gives_nothing(self) -> None:
        assert waves([]) == []


class TestOpenBroker:
    def test_an_unknown_address_is_refused_by_name(self) -> None:
        with pytest.raises(ConfigurationError, match="carrier-pigeon"):
            open_broker("carrier-pigeon://coop", [])


class TestContracts:
    @pytest.mark.parametrize("family", FAMILIES.values())
    def test_types_are_named_after_their_family(self, family: type) -> None:
        prefix = family.__name__.removesuffix("Event").lower()
        types = event_types(family)
        assert types
        assert all(name.startswith(f"{prefix}.") for name in types)

    @pytest.mark.parametrize("family", FAMILIES.values())
    def test_no_personal_data_by_design(self, family: type) -> None:
        names = {field.name for cls in event_types(family).values() for field in msgspec.structs.fields(cls)}
        assert not names & {"given_name", "family_name", "name", "email", "phone", "contact", "birth_date", "token"}


class TestAsyncApi:
    def test_the_published_document_is_fresh(self) -> None:
        published = (ROOT / "docs" / "asyncapi.json").read_text()
        assert published == asyncapi_text(), "stale: run `wayfare events asyncapi --output docs/asyncapi.json`"

    def test_every_reference_leads_somewhere(self) -> None:
        document = asyncapi_document()

        def references(node: object) -> list[str]:
            if isinstance(node, dict):
                own = [node["$ref"]] if "$ref" in node else []
                return own + [found for value in node.values() for found in references(value)]
            return [found for value in node for found in references(value)] if isinstance(node, list) else []

        for reference in references(document):
            place: object = document
            for part in reference.removeprefix("#/").split("/"):
                assert isinstance(place, dict), reference
                assert part in place, reference
                place = place[part]

    def test_an_event_fits_its_schema(self) -> None:
        import jsonschema

        document = asyncapi_document()
        cls = event_types(FAMILIES["payments"])["payment.captured"]
        data = msgspec.convert(
            {"payment_id": str(uuid4()), "booking_id": str(uuid4()), "amount": {"amount": "59.90", "currency": "EUR"}},
            cls,
        )
        content = json.loads(event("a", 1).encode()) | {
            "source": "/wayfare/payments",
            "type": "payment.captured",
            "data": json.loads(msgspec.json.encode(data)),
        }
        schema = document["components"]["messages"]["payment.captured"]["payload"]
        jsonschema.validate(content, {**schema, "components": document["components"]})
