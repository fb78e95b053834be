"""The AsyncAPI 3 document of every event, made from the contracts. `docs/asyncapi.json` is its copy."""

from __future__ import annotations

import inspect
import json
from typing import Any

import msgspec

from wayfare import __version__
from wayfare.contracts.bookings.events import BookingEvent
from wayfare.contracts.customers.events import CustomerEvent
from wayfare.contracts.events import EventData, event_types
from wayfare.contracts.payments.events import PaymentEvent
from wayfare.infrastructure.events.cloud_event import CONTENT_TYPE, source_of

FAMILIES: dict[str, type[EventData]] = {
    "bookings": BookingEvent,
    "payments": PaymentEvent,
    "customers": CustomerEvent,
}
"""By the service that publishes them."""
_REF = "#/components/schemas/{name}"


def asyncapi_text() -> str:
    return json.dumps(asyncapi_document(), indent=2, ensure_ascii=False) + "\n"


def asyncapi_document() -> dict[str, Any]:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0: a channel per topic, a message per type."""
    types = {service: event_types(family) for service, family in FAMILIES.items()}
    classes = [cls for family in types.values() for cls in family.values()]
    _, schemas = msgspec.json.schema_components(classes, ref_template=_REF)
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for service, family in types.items():
        topic = FAMILIES[service].TOPIC
        for name, cls in family.items():
            messages[name] = _message(service, name, cls)
        channels[topic] = {
            "address": topic,
            "description": f"What the {service} service publishes; the order of events of one key is kept.",
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in family},
        }
        operations[f"publish-{topic}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{topic}"},
            "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in family],
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wayfare events",
            "version": __version__,
            "description": "CloudEvents 1.0 in structured JSON, delivered at least once: tell copies by source and id.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(service: str, name: str, cls: type[EventData]) -> dict[str, Any]:
    text = {"type": "string"}
    envelope = {
        "id": text,
        "source": {"const": source_of(service)},
        "type": {"const": name},
        "subject": {"type": "string", "description": "the booking, or the account"},
        "time": {"type": "string", "format": "date-time"},
        "partitionkey": {"type": "string", "description": "events of one key stay in order"},
        "sequence": {"type": "string", "description": "sorts as the events of one source happened"},
        "specversion": {"const": "1.0"},
        "datacontenttype": {"const": "application/json"},
        "data": {"$ref": _REF.format(name=cls.__name__)},
    }
    traced = {"type": "string", "description": "W3C Trace Context, where the request was traced"}
    return {
        "name": name,
        "title": cls.__name__,
        "summary": (inspect.getdoc(cls) or "").splitlines()[0],
        "contentType": CONTENT_TYPE,
        "payload": {"type": "object", "required": list(envelope), "properties": {**envelope, "traceparent": traced}},
    }
