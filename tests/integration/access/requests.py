"""One good request for each route: what comes back is a matter of who asks.

`good`: the status for who may. Where a good answer would need more than this world has (a letter's token, a quote), the
request is refused for what it asks, after it was let in: with a status that no refusal of access has.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from integration.access.world import DAY, EMAIL, HUMANS, PASSWORD, ROOM, TRAVELLER, World
from wayfare.contracts.customers.roles import ROLES


@dataclass(frozen=True)
class Ask:
    """`path`: values in braces are filled in. `form`: the body is a form."""

    path: str
    good: int = 200
    body: Any = None
    form: bool = False


@dataclass
class Case:
    """Who asks (`actor`), and whose object it is about (`owner`, an actor too)."""

    world: World
    actor: str
    owner: str
    missing: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def booking(self) -> dict[str, Any]:
        return self.world.bookings[self.world.accounts[self.owner]]

    @property
    def locator(self) -> str:
        return "ZZZZZZ" if self.missing else str(self.booking["locator"])


Make = Callable[[Case], Awaitable[Ask]]


def fixed(path: str, good: int = 200, body: Any = None, *, form: bool = False) -> Make:
    async def make(_: Case) -> Ask:
        return Ask(path, good, body, form)

    return make


def of_booking(rest: str, good: int = 200, body: Any = None) -> Make:
    async def make(case: Case) -> Ask:
        return Ask(f"/v1/bookings/{case.locator}{rest}", good, body)

    return make


def of_traveller(good: int = 200, body: Any = None) -> Make:
    async def make(case: Case) -> Ask:
        own_id = str(uuid.uuid4()) if case.missing else await case.world.traveller(case.owner)
        return Ask(f"/v1/me/travellers/{own_id}", good, body)

    return make


async def one_device(case: Case) -> Ask:
    own_id = str(uuid.uuid4()) if case.missing else await case.world.device(case.owner)
    return Ask(f"/v1/me/devices/{own_id}", 204)


async def withdraw_consent(case: Case) -> Ask:
    """Of a consent that was given, where the one who asks may give one."""
    path, token = "/v1/me/consents/analytics", case.world.tokens.get(case.actor)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    await case.world.http.put(path, json={"version": "1"}, headers=headers)
    return Ask(path, 204)


async def one_invoice(case: Case) -> Ask:
    return Ask(f"/v1/bookings/{case.locator}/invoices/{case.booking['invoice']}.pdf")


async def delete_booking(case: Case) -> Ask:
    """Of a booking of its own: others are asked about again."""
    if case.missing:
        return Ask("/v1/bookings/ZZZZZZ")
    account = None if case.owner in ("guest", "booking token") else case.world.accounts[case.owner]
    made = await case.world.book(account)
    if case.actor == "booking token" and case.owner == case.actor:
        case.headers["authorization"] = f"Bearer {made['access_token']}"
    return Ask(f"/v1/bookings/{made['locator']}")


async def delete_me(case: Case) -> Ask:
    """Somebody else of the same role goes."""
    if case.actor in HUMANS and case.actor != "disabled":
        name = f"leaving-{uuid.uuid4().hex}"
        await case.world.person(name, case.actor if case.actor in ROLES else "customer")
        case.headers["authorization"] = f"Bearer {await case.world.log_in(name)}"
    return Ask("/v1/me/deletion", 204, {"password": PASSWORD})


async def one_departure(case: Case) -> Ask:
    return Ask(f"/v1/departures/{case.world.departure_id}")


async def path(case: Case) -> Ask:
    return Ask(f"/v1/departures/{case.world.departure_id}/path")


async def seats(case: Case) -> Ask:
    return Ask(f"/v1/departures/{case.world.departure_id}/seats")


async def follow_seats(case: Case) -> Ask:
    return Ask(f"/v1/departures/{case.world.departure_id}/seats/events")


async def new_hold(case: Case) -> Ask:
    return Ask("/v1/holds", 201, {"offer_id": case.world.offer_id})


async def see_place(case: Case) -> Ask:
    return Ask(f"{ROOM}/place?place={case.world.place}")


async def follow_place(case: Case) -> Ask:
    return Ask(f"{ROOM}/place/events?place={case.world.place}")


async def see_hold(case: Case) -> Ask:
    return Ask(f"/v1/holds/{await case.world.hold()}")


async def drop_hold(case: Case) -> Ask:
    return Ask(f"/v1/holds/{await case.world.hold()}", 204)


async def new_booking(case: Case) -> Ask:
    return Ask("/v1/bookings", 201, case.world.booking_body(await case.world.hold()))


async def look_up(case: Case) -> Ask:
    return Ask("/v1/bookings/lookup", 200, {"locator": case.booking["locator"], "email": EMAIL})


SEARCH = f"from=Berlin Hbf&to=Leipzig Hbf&date={DAY}&limit=1"
SEALED = "not.a-quote"
REQUESTS: dict[str, Make] = {
    "GET /": fixed("/"),
    "GET /livez": fixed("/livez"),
    "GET /readyz": fixed("/readyz"),
    "GET /health": fixed("/health"),
    "GET /metrics": fixed("/metrics"),
    "GET /docs": fixed("/docs"),
    "GET /docs/oauth2-redirect": fixed("/docs/oauth2-redirect"),
    "GET /redoc": fixed("/redoc"),
    "GET /openapi.json": fixed("/openapi.json"),
    "GET /static-offline-docs/…": fixed("/static-offline-docs/swagger-ui.css"),
    "GET /v1/places": fixed("/v1/places?q=Berlin"),
    "GET /v1/offers": fixed(f"/v1/offers?{SEARCH}"),
    "GET /v1/offers/calendar": fixed(f"/v1/offers/calendar?from=Berlin Hbf&to=Leipzig Hbf&date_from={DAY}&days=2"),
    "GET /v1/departures/{departure_id}": one_departure,
    "GET /v1/departures/{departure_id}/path": path,
    "GET /v1/departures/{departure_id}/seats": seats,
    "GET /v1/departures/{departure_id}/seats/events": follow_seats,
    "POST /v1/holds": new_hold,
    "GET /v1/waiting-rooms/{room}": fixed(ROOM),
    "POST /v1/waiting-rooms/{room}/places": fixed(f"{ROOM}/places", 201),
    "GET /v1/waiting-rooms/{room}/place": see_place,
    "GET /v1/waiting-rooms/{room}/place/events": follow_place,
    "GET /v1/holds/{hold_id}": see_hold,
    "DELETE /v1/holds/{hold_id}": drop_hold,
    "GET /v1/ticket-keys": fixed("/v1/ticket-keys"),
    "POST /v1/tickets/check": fixed("/v1/tickets/check", 422, {"code": "no ticket"}),
    "GET /v1/payment-methods": fixed("/v1/payment-methods"),
    "POST /v1/webhooks/payments/{gateway}": fixed("/v1/webhooks/payments/simulated", 204, {}),
    "POST /v1/customers": fixed("/v1/customers", 202, {"email": "new@example.org", "password": PASSWORD}),
    "POST /v1/customers/verify": fixed("/v1/customers/verify", 422, {"token": "x" * 43}),
    "POST /v1/auth/token": fixed(
        "/v1/auth/token", 400, {"grant_type": "refresh_token", "refresh_token": "x"}, form=True
    ),
    "POST /v1/auth/revoke": fixed("/v1/auth/revoke", 200, {"token": "x"}, form=True),
    "POST /v1/auth/password-reset": fixed("/v1/auth/password-reset", 202, {"email": "nobody@example.org"}),
    "POST /v1/auth/password-reset/confirm": fixed(
        "/v1/auth/password-reset/confirm", 422, {"token": "x" * 43, "password": PASSWORD}
    ),
    "GET /.well-known/jwks.json": fixed("/.well-known/jwks.json"),
    "GET /v1/me": fixed("/v1/me"),
    "PATCH /v1/me": fixed("/v1/me", 200, {"given_name": "Ada"}),
    "POST /v1/me/password": fixed("/v1/me/password", 422, {"current_password": PASSWORD, "new_password": "password1"}),
    "GET /v1/me/second-factor": fixed("/v1/me/second-factor"),
    "POST /v1/me/second-factor": fixed("/v1/me/second-factor", 201, {"password": PASSWORD}),
    "POST /v1/me/second-factor/confirm": fixed("/v1/me/second-factor/confirm", 422, {}),
    "POST /v1/me/second-factor/removal": fixed("/v1/me/second-factor/removal", 422, {}),
    "GET /v1/me/export": fixed("/v1/me/export"),
    "POST /v1/me/deletion": delete_me,
    "GET /v1/me/devices": fixed("/v1/me/devices"),
    "DELETE /v1/me/devices/{device_id}": one_device,
    "GET /v1/me/travellers": fixed("/v1/me/travellers"),
    "POST /v1/me/travellers": fixed("/v1/me/travellers", 201, TRAVELLER),
    "GET /v1/me/travellers/{traveller_id}": of_traveller(),
    "PUT /v1/me/travellers/{traveller_id}": of_traveller(200, TRAVELLER),
    "DELETE /v1/me/travellers/{traveller_id}": of_traveller(204),
    "GET /v1/me/consents": fixed("/v1/me/consents"),
    "PUT /v1/me/consents/{kind}": fixed("/v1/me/consents/terms", 200, {"version": "1"}),
    "DELETE /v1/me/consents/{kind}": withdraw_consent,
    "POST /v1/bookings": new_booking,
    "POST /v1/bookings/lookup": look_up,
    "GET /v1/bookings": fixed("/v1/bookings"),
    "POST /v1/bookings/claim": fixed("/v1/bookings/claim"),
    "GET /v1/bookings/{locator}": of_booking(""),
    "POST /v1/bookings/{locator}/refund-offers": of_booking("/refund-offers", 201, {}),
    "POST /v1/bookings/{locator}/cancel": of_booking("/cancel", 422, {"refund_offer_id": SEALED}),
    "DELETE /v1/bookings/{locator}": delete_booking,
    "GET /v1/bookings/{locator}/tickets.pdf": of_booking("/tickets.pdf"),
    "GET /v1/bookings/{locator}/tickets/{number:int}.pdf": of_booking("/tickets/1.pdf"),
    "GET /v1/bookings/{locator}/tickets/{number:int}.ics": of_booking("/tickets/1.ics"),
    "GET /v1/bookings/{locator}/tickets/{number:int}.pkpass": of_booking("/tickets/1.pkpass"),
    "GET /v1/bookings/{locator}/tickets/{number:int}.svg": of_booking("/tickets/1.svg"),
    "GET /v1/bookings/{locator}/invoices": of_booking("/invoices"),
    "GET /v1/bookings/{locator}/invoices/{number}.pdf": one_invoice,
    "PATCH /v1/bookings/{locator}/passengers/{number:int}": of_booking("/passengers/1", 200, {"given_name": "Ada"}),
    "POST /v1/bookings/{locator}/exchange-offers": of_booking("/exchange-offers", 201, {"date": str(DAY)}),
    "POST /v1/bookings/{locator}/exchange": of_booking("/exchange", 422, {"exchange_offer_id": SEALED}),
}
