"""Whatever is sent: nothing but what a route publishes is taken, and no input makes it stumble."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from integration.attacks.world import ADA, PASSWORD, World, bearer, booking_body

CARD = "4111 1111 1111 1111"
SMUGGLED = {
    "roles": ["administrator"],
    "owner_id": "0",
    "customer_id": "0",
    "disabled": False,
    "amount": 1,
    "price": "0",
}
ODD = {
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "right to left": "\u202eecila",
    "isolate": "\u2066a\u2069",
    "SQL": "'; DROP TABLE bookings.booking; --",
    "LIKE": "%_\\",
    "format": "%s%n{0}{__class__}${jndi:ldap://x}",
    "markup": '<script>alert(1)</script><img src=x onerror="1">',
    "template": '#set page(width: 1pt) #read("/etc/passwd")',
    "line ends": "a\r\nX-Injected: 1\r\n\r\nb",
    "beyond the plane": "𝕬\U0010ffff",
    "combining": "Z" + "\u0335" * 60,
    "ligatures": "\ufdfa" * 30,
    "empty": "",
    "blank": " \u00a0\u2003",
    "long": "x" * 20_000,
    "number": "1e999999",
    "path": "../../../../etc/passwd%00",
}
PAYPAL_SIGNS = ("auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time")
NOT_JSON = {
    "empty": b"",
    "not UTF-8": b'{"email": "\xff\xfe"}',
    "not UTF-8, with a card": b'{"email": "\xff", "x": "4111111111111111"}',
    "UTF-16": '{"email": "a@example.org"}'.encode("utf-16"),
    "BOM": b'\xef\xbb\xbf{"email": "a@example.org"}',
    "not a number": b'{"email": NaN}',
    "huge number": b'{"email": 1' + b"0" * 5_000 + b"}",
    "deep": b'{"a":' * 5_000,
    "deep lists": b"[" * 30_000 + b"]" * 30_000,
    "deep with a card": b"[" * 20_000 + f'"{CARD}"'.encode() + b"]" * 20_000,
    "nested with a card": b'{"a":' * 900 + f'"{CARD}"'.encode() + b"}" * 900,
    "twice": b'{"email": "a@example.org", "email": "b@example.org"}',
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
}


def bodies() -> dict[str, tuple[str, str, Any]]:
    """A body that each route would take, but for what it names."""
    traveller = {
        "given_name": "Ada",
        "family_name": "Lovelace",
        "birth_date": "1985-12-10",
        "document": {"kind": "passport", "number": "C01X00T47", "country": "GB", "expires_on": "2030-01-01"},
        "preferences": {"features": ["window"], "coach": "1"},
    }
    booking = booking_body()
    booking["contact"]["phone"] = "+49 30 1234567"
    booking["passengers"][0]["birth_date"] = "1985-12-10"
    booking["payment"]["cardholder"] = "Ada Lovelace"
    return {
        "register": ("POST", "/v1/customers", {"email": ADA, "password": PASSWORD, "given_name": "Ada"}),
        "verify": ("POST", "/v1/customers/verify", {"token": "x"}),
        "log in": ("POST", "/v1/auth/token", {"grant_type": "password", "username": ADA, "password": PASSWORD}),
        "refresh": ("POST", "/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": "x"}),
        "revoke": ("POST", "/v1/auth/revoke", {"token": "x"}),
        "reset": ("POST", "/v1/auth/password-reset", {"email": ADA}),
        "reset by link": ("POST", "/v1/auth/password-reset/confirm", {"token": "x", "password": PASSWORD}),
        "profile": ("PATCH", "/v1/me", {"given_name": "Ada", "language": "en", "phone": "+49 30 1234567"}),
        "password": ("POST", "/v1/me/password", {"current_password": "not this", "new_password": PASSWORD}),
        "deletion": ("POST", "/v1/me/deletion", {"password": "not this"}),
        "traveller": ("POST", "/v1/me/travellers", traveller),
        "consent": ("PUT", "/v1/me/consents/terms", {"version": "1"}),
        "hold": ("POST", "/v1/holds", {"offer_id": "x", "preferences": {"features": ["window"], "coach": "1"}}),
        "booking": ("POST", "/v1/bookings", {"offer_id": "x", **booking}),
        "look-up": ("POST", "/v1/bookings/lookup", {"locator": "K7M2QX", "email": ADA}),
        "ticket": ("POST", "/v1/tickets/check", {"code": "WF1:X"}),
    }


def spoiled(body: Any, odd: str) -> Iterator[Any]:
    """The body with one of its texts replaced, for each of them."""
    for path in list(_texts(body, ())):
        changed = copy.deepcopy(body)
        place = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = odd
        yield changed


def _texts(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        if isinstance(part, str):
            yield (*path, name)
        yield from _texts(part, (*path, name))


def check_refusal(answer: httpx2.Response, told: Any) -> None:
    """Not our fault, said as a problem, and without what was sent."""
    assert answer.status_code < 500, (told, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", told
        assert answer.json()["code"], told


class TestMassAssignment:
    async def test_no_published_body_takes_a_field_it_does_not_name(self, world: World) -> None:
        """Every route of the document, so that a new one is looked at too."""
        document = (await world.http.get("/openapi.json")).json()
        token, looked_at = await world.log_in(ADA), set()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                content = operation.get("requestBody", {}).get("content", {})
                if "application/json" not in content:
                    continue
                url = path.replace("{kind}", "terms")
                answer = await world.http.request(method.upper(), url, json=SMUGGLED, headers=bearer(token))
                check_refusal(answer, (method, path))
                if answer.status_code == 422:
                    refused = {each["field"].rpartition(".")[2] for each in answer.json()["errors"]}
                    assert set(SMUGGLED) <= refused | named(document, content), (method, path, refused)
                    looked_at.add(f"{method} {path}")
                else:
                    assert answer.status_code in (401, 403, 404), (method, path, answer.text)
        assert {"post /v1/bookings", "post /v1/customers", "patch /v1/me", "post /v1/holds"} <= looked_at

    @pytest.mark.parametrize(
        ("path", "smuggled"),
        [
            (("passengers", 0), {"issue": 9}),
            (("passengers", 0), {"price": "0"}),
            (("contact",), {"verified": True}),
            (("payment",), {"amount": "0.01"}),
            (("payment",), {"currency": "JPY"}),
            ((), {"status": "confirmed"}),
            ((), {"locator": "AAAAAA"}),
            ((), {"owner_id": "00000000-0000-0000-0000-000000000000"}),
        ],
    )
    async def test_nor_does_a_part_of_a_booking(self, path: Any, smuggled: Any, world: World) -> None:
        body: Any = {"offer_id": await world.offer_id(), **booking_body()}
        place = body
        for step in path:
            place = place[step]
        place |= smuggled
        answer = await world.http.post("/v1/bookings", json=body)
        assert answer.status_code == 422, answer.text
        assert next(iter(smuggled)) in answer.json()["errors"][0]["field"]


def named(document: Any, content: Any) -> set[str]:
    """The fields that a body names itself."""
    schema = content["application/json"]["schema"]
    found: set[str] = set()
    for part in (schema, *schema.get("anyOf", ())):
        reference = part.get("$ref", "").rpartition("/")[2]
        found |= set((document["components"]["schemas"][reference] if reference else part).get("properties", ()))
    return found


class TestOddTexts:
    @pytest.mark.parametrize("route", bodies())
    async def test_in_every_text_of_every_body(self, route: str, world: World) -> None:
        method, path, body = bodies()[route]
        headers = bearer(await world.log_in(ADA)) | {"content-type": "application/json"}
        for odd, text in ODD.items():
            for changed in spoiled(body, text):
                raw = json.dumps(changed)  # lone surrogates leave as escapes
                answer = await world.http.request(method, path, content=raw, headers=headers)
                check_refusal(answer, (route, odd, changed))
                assert "x-injected" not in answer.headers

    async def test_in_queries(self, world: World) -> None:
        for odd, text in ODD.items():
            query = text.encode(errors="surrogatepass")[:500]
            for path in ("/v1/places?q=", "/v1/offers?to=f:C&date=2026-12-01&from=", "/v1/bookings?before="):
                answer = await world.http.get(path + "".join(f"%{byte:02x}" for byte in query))
                check_refusal(answer, (path, odd))

    async def test_in_forms(self, world: World) -> None:
        for odd, text in ODD.items():
            coded = "".join(f"%{byte:02x}" for byte in text.encode(errors="surrogatepass")[:5000])
            form = f"grant_type=password&username={coded}&password={coded}&device_name={coded[:150]}"
            headers = {"content-type": "application/x-www-form-urlencoded"}
            check_refusal(await world.http.post("/v1/auth/token", content=form, headers=headers), odd)

    @pytest.mark.parametrize("name", NOT_JSON)
    async def test_bodies_that_are_no_proper_json(self, name: str, world: World) -> None:
        token = await world.log_in(ADA)
        for route, (method, path, _) in bodies().items():
            headers = bearer(token) | {"content-type": "application/json"}
            answer = await world.http.request(method, path, content=NOT_JSON[name], headers=headers)
            check_refusal(answer, (route, name))
            assert answer.status_code in (202, 413, 422), (route, answer.text)

    @pytest.mark.parametrize("name", NOT_JSON)
    async def test_webhooks_that_nobody_signed(self, name: str, world: World) -> None:
        for gateway, signed in (("paypal", {f"paypal-{part}": "x" for part in PAYPAL_SIGNS}), ("nobody", {})):
            path = f"/v1/webhooks/payments/{gateway}"
            answer = await world.http.post(path, content=NOT_JSON[name], headers=signed)
            assert answer.status_code in (401, 404, 503), (name, answer.text)  # 503: PayPal itself is asked

    async def test_names_that_are_taken_come_back_as_they_were(self, world: World) -> None:
        """What is let through is data: it is neither run, cut nor changed on its way into a ticket."""
        name = "Robert'); DROP TABLE bookings.booking;--"
        passengers = [{"given_name": name, "family_name": '#read("/etc/passwd")', "category": "adult"}]
        booked = await world.booked(passengers=passengers)
        shown = await world.http.get(f"/v1/bookings/{booked['locator']}", headers=bearer(booked["access_token"]))
        assert shown.json()["passengers"][0]["given_name"] == name
        path = f"/v1/bookings/{booked['locator']}/tickets.pdf"
        ticket = await world.http.get(path, headers=bearer(booked["access_token"]))
        assert ticket.content.startswith(b"%PDF-")
        assert await world.database.fetchval("SELECT count(*) FROM bookings.booking") == 1
