"""Traces, security events and logs of two processes with a broker between them, whatever is asked of them."""

from __future__ import annotations

import asyncio
import email
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import default
from typing import Any

import httpx2
import msgspec
import pytest

from fakes.otlp_receiver import Receiver, Seen, otlp_receiver
from integration.events.brokers import broker_url
from system.harness import DemoCopies, Server, run_wayfare
from system.searching import tables_with
from system.world import CONTACT, PASSENGER, bearer, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
BEHIND = ("catalogue", "inventory", "payments", "documents", "notifications", "audit", "customers")
FRONT, BACK = "wayfare-offers-bookings", f"wayfare-{'-'.join(BEHIND)}"


@dataclass(frozen=True)
class Shop:
    """Bookings and offers in front, everything else behind, a broker and a collector beside them."""

    back: Server
    front: Server
    receiver: Receiver

    def booked(self, changed: Any = None, **headers: str) -> Any:
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(30), "passengers": "adult:1"}
        trip = direct_trip(self.front.get("/v1/offers", params=query).json())
        body = {
            "offer_id": sellable(trip)[0]["offer_id"],
            "passengers": [PASSENGER],
            "contact": CONTACT,
            "payment": {"method": "card", "token": "tok_approved"},
            **(changed or {}),
        }
        answer = self.front.post("/v1/bookings", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def trace_with(self, *wanted: tuple[str, str]) -> dict[str, Seen]:
        """The spans of TRACE by their id once those are there (service and name) and nothing hangs in the air: they
        come in batches, each process its own."""
        deadline = time.monotonic() + 40
        while True:
            spans = {span.span_id: span for span in self.receiver.spans(TRACE)}
            loose = [span for span in spans.values() if span.parent_id not in {PARENT, *spans}]
            if not loose and {(span.service, span.name) for span in spans.values()} >= set(wanted):
                return spans
            assert time.monotonic() < deadline, sorted((span.service, span.name) for span in spans.values())
            time.sleep(0.2)


@pytest.fixture(scope="module")
def shop(demo: DemoCopies) -> Iterator[Shop]:
    with (
        demo.copy() as data,
        broker_url("valkey") as broker,
        otlp_receiver() as receiver,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        told = {"events_url": broker, "otlp_url": receiver.url, "log_level": "debug"}
        with Server(data, *BEHIND, workers=1, **told) as back:
            shared = {"database_url": (data / "run" / "postgres.url").read_text(), **told}
            peers = {f"{name}_url": back.url for name in BEHIND}
            with Server(data, "offers", "bookings", workers=1, **shared, **peers) as front:
                yield Shop(back, front, receiver)


def test_a_booking_is_one_trace_from_the_edge_to_the_consumer(shop: Shop) -> None:
    booked = shop.booked(traceparent=f"00-{TRACE}-{PARENT}-01")
    by_id = shop.trace_with(
        (FRONT, "process payment.captured bookings.invoices"),
        (FRONT, "publish booking.confirmed booking-events"),
        (BACK, "POST /rpc/payments/issue_invoices"),
    )
    spans = list(by_id.values())
    (edge,) = [span for span in spans if span.parent_id == PARENT]
    assert (edge.service, edge.name) == (FRONT, "POST /v1/bookings")
    assert edge.attributes["http.response.status_code"] == 201

    def above(span: Seen) -> list[str]:
        chain = []
        while span is not edge:
            span = by_id[span.parent_id]
            chain.append(span.name.split(" ")[0])
        return chain

    (consumed,) = [span for span in spans if span.name == "process payment.captured bookings.invoices"]
    assert consumed.service == FRONT
    # consumer < relay < the call of the lane in which it happened < the other process's edge < rpc < the request
    assert above(consumed) == ["publish", "lane", "POST", "POST", "POST"]
    (relayed,) = [span for span in spans if span.span_id == consumed.parent_id]
    assert relayed.service == BACK
    statements = [span for span in spans if "INSERT INTO" in span.attributes.get("db.query.text", "")]
    assert {span.service for span in statements} == {FRONT, BACK}
    assert any(above(span) == ["batch", "lane", "POST"] for span in statements), "a hot statement of this process"
    assert any("process" in above(span) for span in statements), "what the consumer wrote"
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


SECRETS = {
    "e-mail": "grace.hopper@secret.example.org",
    "given name": "Gracequeline",
    "family name": "Hopperknecht",
    "phone": "+49 30 98712340",
    "birth date": "1906-12-09",
    "document": "C01X00T478",
    "password": "an ocean of moths and relays",
    "wrong password": "a sea of butterflies instead",
}


def security_events(server: Server) -> dict[str, float]:
    lines = re.findall(r'^wayfare_security_events_total\{kind="(\w+)"\} (\S+)$', server.get("/metrics").text, re.M)
    return {kind: float(value) for kind, value in lines}


def letter_token(server: Server, address: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for path in (server.data_dir / "mail").glob("*.eml"):
            letter = email.message_from_bytes(path.read_bytes(), policy=default)
            found = re.search(r"#token=(\S+)", letter.get_content())  # type: ignore[attr-defined]
            if letter["to"] == address and found:
                return found[1]
        time.sleep(0.1)
    raise AssertionError(server.tail())


def misuse(shop: Shop) -> dict[str, str]:
    """A customer's whole life, with everything that can be refused on the way; the secrets it made."""
    back, front = shop.back, shop.front
    address, password = SECRETS["e-mail"], SECRETS["password"]
    assert back.post("/v1/customers", json={"email": address, "password": password}).status_code == 202
    link = letter_token(back, address)
    assert back.post("/v1/customers/verify", json={"token": link}).status_code == 204
    assert back.post("/v1/customers/verify", json={"token": link}).status_code == 422
    form = {"grant_type": "password", "username": address, "password": password}
    tokens = back.post("/v1/auth/token", data=form).json()
    assert back.post("/v1/auth/token", data={**form, "password": SECRETS["wrong password"]}).status_code == 400
    mine = bearer(tokens["access_token"])
    name = {"given_name": SECRETS["given name"], "family_name": SECRETS["family name"]}
    profile = {**name, "phone": SECRETS["phone"]}
    assert httpx2.patch(f"{back.url}/v1/me", json=profile, headers=mine).status_code == 200
    document = {"kind": "passport", "number": SECRETS["document"], "country": "DE"}
    traveller = {**name, "birth_date": SECRETS["birth date"], "document": document}
    assert back.post("/v1/me/travellers", json=traveller, headers=mine).status_code == 201
    assert back.post("/v1/me/travellers", json={**traveller, "x": SECRETS["document"]}, headers=mine).status_code == 422
    booked = shop.booked(
        {
            "passengers": [{**name, "birth_date": SECRETS["birth date"]}],
            "contact": {"email": address, "phone": SECRETS["phone"]},
        },
        **mine,
    )
    guest = booked["access_token"]
    path = f"/v1/bookings/{booked['locator']}"
    assert front.get(path, headers=bearer(guest[:-2] + "xx")).status_code in (401, 403)
    assert front.get(path, headers=bearer(guest)).status_code == 200
    assert front.post("/v1/bookings/lookup", json={"locator": "K7XQ2M", "email": address}).status_code == 404
    assert front.post("/v1/bookings", content=f'{{"contact": "{address}"').status_code == 422
    renewal = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = back.post("/v1/auth/token", data=renewal).json()
    assert back.post("/v1/auth/token", data=renewal).status_code == 400, "used before"
    assert back.post("/v1/auth/token", data={**renewal, "refresh_token": "junk"}).status_code == 400
    assert back.post("/rpc/inventory/check", content=b"\x80", headers=bearer("nobody's")).status_code == 401
    hooked = run_wayfare(
        "webhooks",
        "add",
        "https://example.org/hook",
        data_dir=back.data_dir,
        database_url=front.settings["database_url"],
    )
    secret = re.search(r"secret (\S+)", hooked.stdout)
    assert secret is not None, hooked.stderr
    return {
        "link": link,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "renewed refresh token": renewed["refresh_token"],
        "guest token": guest,
        "webhook secret": secret[1],
        "rpc token and others": "nobody's",
    }


def test_birth_dates_and_phone_numbers_lie_nowhere_in_the_clear(shop: Shop) -> None:
    """Of tables of all services; that no log tells them, the next test sees."""
    person = {**PASSENGER, "family_name": "Byron", "birth_date": "1931-02-03"}
    told = {"passengers": [person], "contact": {**CONTACT, "phone": "+49 171 5550199"}}
    booked = shop.booked(told, **{"Idempotency-Key": "a booking with a birth date"})
    (shown,) = booked["passengers"]
    assert (shown["birth_date"], booked["contact"]["phone"]) == ("1931-02-03", "+49 171 5550199")
    path, mine = f"/v1/bookings/{booked['locator']}", bearer(booked["access_token"])
    assert shop.front.get(path, headers=mine).json()["passengers"] == [shown]
    assert httpx2.delete(f"{shop.front.url}{path}", headers=mine).status_code == 200
    dsn = str(shop.front.settings["database_url"])
    assert asyncio.run(tables_with(dsn, "1931-02-03|5550199")) == []
    assert "bookings.booking_detail" in asyncio.run(tables_with(dsn, "Byron")), "the search finds what is there"


def test_refusals_are_counted_and_nothing_personal_or_secret_is_told(shop: Shop) -> None:
    before = security_events(shop.back)
    secrets = {**SECRETS, **misuse(shop)}
    after = security_events(shop.back)
    told = {kind: after[kind] - before.get(kind, 0) for kind in after}
    expected = {"log_in_failed", "refresh_reused", "refresh_refused", "token_refused", "link_refused"}
    assert {kind for kind, count in told.items() if count} == expected
    lines = [line for line in shop.back.log.read_text().splitlines() if '"security.event"' in line]
    assert {msgspec.json.decode(line)["kind"] for line in lines} >= expected
    assert all(msgspec.json.decode(line)["correlation_id"] for line in lines)
    time.sleep(3)  # what jobs and consumers say of it
    shown = {
        "log behind": shop.back.log.read_bytes(),
        "log in front": shop.front.log.read_bytes(),
        "metrics behind": shop.back.get("/metrics").content,
        "metrics in front": shop.front.get("/metrics").content,
        "traces": shop.receiver.bytes_seen,
    }
    assert [
        (where, what) for where, text in shown.items() for what, secret in secrets.items() if secret.encode() in text
    ] == []
    assert all(len(text) > 5_000 for text in shown.values()), "there was something to look into"
