"""What the service publishes about itself: its OpenAPI description, its metrics, its list for the doctor."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from integration.bookings.world import Process, World, body
from wayfare.contracts.bookings.api import BookingsApi, ListBookings
from wayfare.contracts.payments.api import PaymentsApi
from wayfare.infrastructure.rpc import contract_methods


class TestOpenApi:
    async def test_bodies_and_keys_are_described(self, process: Process) -> None:
        paths = process.app.openapi()["paths"]
        book = paths["/v1/bookings"]["post"]
        assert book["requestBody"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/BookingBody"
        }
        assert [parameter["name"] for parameter in book["parameters"]] == ["Idempotency-Key", "X-Device-Id"]
        assert {"201", "202"} <= book["responses"].keys()
        assert (
            "application/pdf"
            in paths["/v1/bookings/{locator}/tickets/{number}.pdf"]["get"]["responses"]["200"]["content"]
        )

    async def test_what_needs_a_token_says_so(self, process: Process) -> None:
        description = process.app.openapi()
        assert "bookingToken" in description["components"]["securitySchemes"]
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                guarded = "{locator}" in path or (method, path) == ("get", "/v1/bookings")
                assert ("security" in operation) == guarded, (method, path)


async def test_counters_tell_what_happened(world: World, process: Process) -> None:
    def read(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    names = [
        ("wayfare_bookings_total", {"state": "ticketed"}, 1),
        ("wayfare_bookings_total", {"state": "waiting"}, 1),
        ("wayfare_booking_saga_steps_total", {"step": "capture"}, 1),
        ("wayfare_payments_total", {"gateway": "simulated", "state": "declined"}, 1),
        ("wayfare_revenue_captured_total", {"currency": "EUR"}, 59.9),
    ]
    before = [read(name, **labels) for name, labels, _ in names]
    await process.booked()
    await process.book(body(await world.hold(), "tok_declined"))
    after = [read(name, **labels) for name, labels, _ in names]
    grown = [new - old for old, new in zip(before, after, strict=True)]
    assert grown == pytest.approx([expected for _, _, expected in names])


async def test_bookings_are_listed_by_id_in_pages(process: Process) -> None:
    made = [(await process.booked())["booking_id"] for _ in range(5)]
    first = (await process.bookings.api.list_bookings(ListBookings(None, 3))).bookings
    rest = (await process.bookings.api.list_bookings(ListBookings(first[-1].booking_id, 3))).bookings
    assert [str(one.booking_id) for one in first + rest] == sorted(made)


async def test_the_contracts_are_kept_in_full(process: Process) -> None:
    for service, protocol in ((process.bookings, BookingsApi), (process.payments, PaymentsApi)):
        assert service.protocol is protocol
        assert all(callable(getattr(service.api, name)) for name in contract_methods(protocol))
