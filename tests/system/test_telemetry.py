"""One booking through two processes and a broker is one trace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from fakes.otlp_receiver import Receiver, Seen, otlp_receiver
from folders import database_folder
from integration.events.brokers import broker_url
from system.harness import Server
from system.world import CONTACT, PASSENGER, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


@dataclass(frozen=True)
class Shop:
    """Bookings and offers in front, everything else behind, a broker and a collector beside them."""

    back: Server
    front: Server
    receiver: Receiver

    def booked(self, **headers: str) -> Any:
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(30), "passengers": "adult:1"}
        trip = direct_trip(self.front.get("/v1/offers", params=query).json())
        body = {
            "offer_id": sellable(trip)[0]["offer_id"],
            "passengers": [PASSENGER],
            "contact": CONTACT,
            "payment": {"method": "card", "token": "tok_approved"},
        }
        answer = self.front.post("/v1/bookings", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def trace_with(self, name: str) -> dict[str, Seen]:
        """The spans of TRACE by their id once one of that name is there and nothing hangs in the air: they come in
        batches, each process its own."""
        deadline = time.monotonic() + 40
        while True:
            spans = {span.span_id: span for span in self.receiver.spans(TRACE)}
            loose = [span for span in spans.values() if span.parent_id not in {PARENT, *spans}]
            if not loose and any(span.name == name for span in spans.values()):
                return spans
            assert time.monotonic() < deadline, "\n".join(
                sorted(f"{span.service} {span.name}" for span in spans.values())
            )
            time.sleep(0.2)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with (
        database_folder() as folder,
        broker_url("valkey") as broker,
        otlp_receiver() as receiver,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        data = folder / "data"
        told = {"events_url": broker, "otlp_url": receiver.url}
        behind = ("catalogue", "inventory", "payments", "documents", "notifications", "audit", "customers")
        with Server(data, "--demo", *behind, workers=1, **told) as back:
            shared = {"database_url": (data / "run" / "postgres.url").read_text(), **told}
            peers = {f"{name}_url": back.url for name in behind}
            with Server(data, "offers", "bookings", workers=1, **shared, **peers) as front:
                yield Shop(back, front, receiver)


def test_a_booking_is_one_trace_from_the_edge_to_the_consumer(shop: Shop) -> None:
    booked = shop.booked(traceparent=f"00-{TRACE}-{PARENT}-01")
    by_id = shop.trace_with("process payment.captured bookings.invoices")
    spans = list(by_id.values())
    (edge,) = [span for span in spans if span.parent_id == PARENT]
    assert (edge.service, edge.name) == ("wayfare-offers-bookings", "POST /v1/bookings")
    assert edge.attributes["http.response.status_code"] == 201

    def above(span: Seen) -> list[str]:
        chain = []
        while span is not edge:
            span = by_id[span.parent_id]
            chain.append(span.name.split(" ")[0])
        return chain

    (consumed,) = [span for span in spans if span.name == "process payment.captured bookings.invoices"]
    assert consumed.service == edge.service
    # consumer < relay < the call of the lane in which it happened < the other process's edge < rpc < the request
    assert above(consumed) == ["publish", "lane", "POST", "POST", "POST"]
    (relayed,) = [span for span in spans if span.span_id == consumed.parent_id]
    assert relayed.service.startswith("wayfare-catalogue-inventory-payments-")
    statements = [span for span in spans if "INSERT INTO" in span.attributes.get("db.query.text", "")]
    assert {span.service for span in statements} == {edge.service, relayed.service}
    assert any(above(span) == ["batch", "lane", "POST"] for span in statements), "a hot statement of this process"
    assert any("process" in above(span) for span in statements), "what the consumer wrote"
    assert {"publish booking.created booking-events", "publish booking.confirmed booking-events"} <= {
        span.name for span in spans
    }
    assert booked["locator"].encode() not in shop.receiver.bytes_seen
    assert CONTACT["email"].encode() not in shop.receiver.bytes_seen


def test_log_lines_say_the_trace(shop: Shop) -> None:
    shop.booked(traceparent=f"00-{TRACE}-{PARENT}-01")
    lines = [line for line in shop.front.log.read_bytes().splitlines() if TRACE.encode() in line]
    answered = [line for line in map(msgspec.json.decode, lines) if line["event"] == "request.answered"]
    assert {(line["trace_id"], line["route"]) for line in answered} == {(TRACE, "/v1/bookings")}
    assert all(line["correlation_id"] for line in answered)


@pytest.mark.parametrize(
    "broken", ["", "00-0-0-01", "ff-" + TRACE + "-" + PARENT + "-01", "00-" + "0" * 32 + "-" + PARENT + "-01", "é"]
)
def test_a_broken_traceparent_begins_a_trace_of_its_own(shop: Shop, broken: str) -> None:
    answer = shop.front.get("/v1/places", params={"q": "Berlin"}, headers=[(b"traceparent", broken.encode())])
    assert answer.status_code == 200
