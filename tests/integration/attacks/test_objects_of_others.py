"""Whoever knows the name of something gets it only when it is theirs: bookings, holds, tickets, travellers."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from integration.attacks.world import ADA, EVE, World, bearer

TRAVELLER = {"given_name": "Ada", "family_name": "Lovelace"}


async def ask(world: World, method: str, path: str, token: str | None, body: Any = None) -> httpx2.Response:
    return await world.http.request(method, path, headers=bearer(token), json=body)


def requests_of(locator: str) -> list[tuple[str, str, Any]]:
    """Everything that can be asked about a booking."""
    base = f"/v1/bookings/{locator}"
    return [
        ("GET", base, None),
        ("DELETE", base, None),
        ("GET", f"{base}/tickets.pdf", None),
        ("GET", f"{base}/tickets/1.pdf", None),
        ("GET", f"{base}/invoices", None),
        ("GET", f"{base}/invoices/1.pdf", None),
        ("POST", f"{base}/refund-offers", {}),
        ("POST", f"{base}/cancel", {"refund_offer_id": "x"}),
        ("POST", f"{base}/exchange-offers", {"offer_id": "x"}),
        ("POST", f"{base}/exchange", {"exchange_offer_id": "x"}),
        ("PATCH", f"{base}/passengers/1", {"given_name": "Eve", "family_name": "Evil"}),
    ]


class TestBookings:
    async def test_of_somebody_else_look_as_if_they_were_not_there(self, world: World) -> None:
        mine, eve = await world.log_in(ADA), await world.log_in(EVE)
        of_ada, of_guest = await world.booked(mine), await world.booked()
        for booking in (of_ada, of_guest):
            before = await ask(world, "GET", f"/v1/bookings/{booking['locator']}", booking["access_token"])
            for (method, path, body), (_, missing, _) in zip(
                requests_of(booking["locator"]), requests_of("ZZZZZZ"), strict=True
            ):
                refused, absent = (
                    await ask(world, method, path, eve, body),
                    await ask(world, method, missing, eve, body),
                )
                assert refused.status_code in (404, 422), (method, path, refused.text)
                assert (refused.status_code, said(refused)) == (absent.status_code, said(absent)), (method, path)
            after = await ask(world, "GET", f"/v1/bookings/{booking['locator']}", booking["access_token"])
            assert after.content == before.content, "nothing was changed"

    async def test_one_guest_s_key_does_not_open_another_s_booking(self, world: World) -> None:
        mine, other = await world.booked(), await world.booked()
        for method, path, body in requests_of(mine["locator"]):
            answer = await ask(world, method, path, other["access_token"], body)
            assert answer.status_code in (403, 404, 422), (method, path, answer.text)
        assert (await ask(world, "GET", f"/v1/bookings/{mine['locator']}", mine["access_token"])).status_code == 200

    async def test_nothing_is_told_without_a_key(self, world: World) -> None:
        booking = await world.booked()
        for method, path, body in requests_of(booking["locator"]):
            answer = await ask(world, method, path, None, body)
            assert answer.status_code in (401, 422), (method, path, answer.text)
            assert "Lovelace" not in answer.text

    @pytest.mark.parametrize("claimed", ["alg", "refresh", "other secret"])
    async def test_a_key_cannot_be_made_up(self, claimed: str, world: World) -> None:
        booking = await world.booked()
        token: str = booking["access_token"]
        forged = {
            "alg": f"eyJhbGciOiJub25lIn0.{token}.",
            "refresh": token[::-1],
            "other secret": token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB"),
        }[claimed]
        answer = await ask(world, "GET", f"/v1/bookings/{booking['locator']}", forged)
        assert answer.status_code == 401

    async def test_a_hold_of_somebody_else_cannot_be_booked_cheaper(self, world: World) -> None:
        """A hold's id is the right to it (122 random bits); what it costs is sealed in it, whatever else is sent."""
        held = (await world.http.post("/v1/holds", json={"offer_id": await world.offer_id()})).json()
        changed = await world.book(hold_id=held["hold_id"])
        assert changed.status_code == 422, "a hold and an offer at once"
        guess = held["hold_id"][:-4] + ("0000" if not held["hold_id"].endswith("0000") else "1111")
        for method in ("GET", "DELETE"):
            assert (await world.http.request(method, f"/v1/holds/{guess}")).status_code == 404


class TestTravellersAndDevices:
    async def test_of_somebody_else_are_not_found(self, world: World) -> None:
        ada, eve = await world.log_in(ADA), await world.log_in(EVE)
        added = (await ask(world, "POST", "/v1/me/travellers", ada, TRAVELLER)).json()
        device = (await ask(world, "GET", "/v1/me/devices", ada)).json()["items"][0]["device_id"]
        path = f"/v1/me/travellers/{added['traveller_id']}"
        for method, body in (("GET", None), ("PUT", TRAVELLER), ("DELETE", None)):
            assert (await ask(world, method, path, eve, body)).status_code == 404
        assert (await ask(world, "DELETE", f"/v1/me/devices/{device}", eve)).status_code == 404
        assert (await ask(world, "GET", path, ada)).json() == added

    async def test_consents_and_the_export_are_one_s_own(self, world: World) -> None:
        ada, eve = await world.log_in(ADA), await world.log_in(EVE)
        await ask(world, "PUT", "/v1/me/consents/analytics", ada, {"version": "1"})
        await world.booked(ada)
        told = (await ask(world, "GET", "/v1/me/export", eve)).json()
        assert (told["consents"], told["bookings"], told["account"]["email"]) == ([], [], EVE)


class TestClaims:
    async def test_only_under_the_account_s_own_verified_address(self, world: World) -> None:
        eve = await world.log_in(EVE)
        of_ada = await world.booked()
        of_eve = await world.booked(contact={"email": EVE.upper()})
        await world.job("bookings.guests.intake")
        await world.job("bookings.guests.handle")
        assert (await ask(world, "POST", "/v1/bookings/claim", eve, {"email": ADA})).json() == {
            "claimed": [of_eve["locator"]]
        }
        listed = (await ask(world, "GET", "/v1/bookings", eve)).json()["items"]
        assert [one["locator"] for one in listed] == [of_eve["locator"]]
        assert (await ask(world, "GET", f"/v1/bookings/{of_ada['locator']}", eve)).status_code == 404


def said(answer: httpx2.Response) -> Any:
    problem = answer.json()
    return {name: value for name, value in problem.items() if name != "correlation_id"}
