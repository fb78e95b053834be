"""CloudEvents 1.0 in their JSON form (https://github.com/cloudevents/spec, json-format, 1.0.2)."""

from __future__ import annotations

import msgspec

from wayfare.kernel.errors import ValidationFailed

CONTENT_TYPE = "application/cloudevents+json"


class CloudEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event with its envelope.

    `partitionkey` and `sequence` are the extensions of those names: the key within which order is kept, and a
    string that sorts as the events of one source happened. `id` is unique within `source`. `traceparent` is of the
    extension "distributed tracing": the span in which it happened, where that is traced.
    """

    id: str
    source: str
    type: str
    subject: str
    time: str  # RFC 3339
    partitionkey: str
    sequence: str
    data: msgspec.Raw = msgspec.Raw(b"{}")
    traceparent: str = ""
    specversion: str = msgspec.field(default_factory=lambda: "1.0")
    datacontenttype: str = msgspec.field(default_factory=lambda: "application/json")

    @property
    def identity(self) -> str:
        """What tells it from every other event of every source."""
        return f"{self.source}#{self.id}"

    def encode(self) -> bytes:
        return _ENCODER.encode(self)


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(CloudEvent)


def decode_event(body: bytes | str) -> CloudEvent:
    """Raises ValidationFailed for anything but a CloudEvent 1.0 of ours."""
    try:
        event = _DECODER.decode(body)
    except msgspec.MsgspecError as error:
        raise ValidationFailed(f"not an event: {error}") from None
    if event.specversion != "1.0":
        raise ValidationFailed(f"an event of CloudEvents {event.specversion}, not 1.0")
    return event


def source_of(service: str) -> str:
    """The `source` of a service's events."""
    return f"/wayfare/{service}"
