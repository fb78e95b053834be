"""Routes of a customer's own account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, Response

from wayfare.contracts.customers.api import Identity
from wayfare.infrastructure.http import encoded
from wayfare.kernel.ids import parse_uuid
from wayfare.services.customers.application.change_password import ChangePassword
from wayfare.services.customers.application.keep_devices import KeepDevices
from wayfare.services.customers.application.keep_travellers import KeepTravellers
from wayfare.services.customers.application.profile import Profile, customer_json, device_json, traveller_json
from wayfare.services.customers.entrypoints import bodies

PRIVATE = {"cache-control": "private, no-store"}
SignedIn = Callable[..., Awaitable[Identity]]


def account_routes(signed_in: SignedIn, profile: Profile) -> APIRouter:
    router = APIRouter(tags=["me"])
    given = Depends(signed_in)

    @router.get("/v1/me", responses={200: {"model": bodies.CustomerAnswer}}, response_model=None)
    async def get_me(me: Identity = given) -> Response:
        """My account."""
        return encoded(customer_json(await profile.get(me)), headers=PRIVATE)

    @router.patch("/v1/me", responses={200: {"model": bodies.CustomerAnswer}}, response_model=None)
    async def change_me(body: bodies.ProfileBody, me: Identity = given) -> Response:
        """Change what is given; a phone number of null is removed."""
        return encoded(customer_json(await profile.change(me, body.changes())), headers=PRIVATE)

    @router.get("/v1/me/export", responses={200: {"model": bodies.ExportAnswer}}, response_model=None)
    async def export_me(me: Identity = given) -> Response:
        """Everything that is kept about me here."""
        headers = PRIVATE | {"content-disposition": 'attachment; filename="wayfare-account.json"'}
        return encoded(await profile.export(me), headers=headers)

    @router.post("/v1/me/deletion", status_code=204, response_class=Response)
    async def delete_me(body: bodies.DeletionBody, me: Identity = given) -> Response:
        """Delete my account for good, with the travellers; the password is asked for once more."""
        await profile.delete(me, body.password)
        return Response(status_code=204)

    return router


def password_routes(signed_in: SignedIn, change_password: ChangePassword) -> APIRouter:
    router = APIRouter(tags=["me"])
    given = Depends(signed_in)

    @router.post("/v1/me/password", status_code=204, response_class=Response)
    async def change_my_password(body: bodies.PasswordBody, me: Identity = given) -> Response:
        """Change my password; other devices are signed out."""
        await change_password(me, body.current_password, body.new_password)
        return Response(status_code=204)

    return router


def device_routes(signed_in: SignedIn, devices: KeepDevices) -> APIRouter:
    router = APIRouter(tags=["me"])
    given = Depends(signed_in)

    @router.get("/v1/me/devices", responses={200: {"model": bodies.DevicesAnswer}}, response_model=None)
    async def list_my_devices(me: Identity = given) -> Response:
        """Where I am signed in; the device used last comes first."""
        items = [device_json(one, me) for one in await devices.list_all(me)]
        return encoded({"items": items}, headers=PRIVATE)

    @router.delete("/v1/me/devices/{device_id}", status_code=204, response_class=Response)
    async def end_my_device(device_id: str, me: Identity = given) -> Response:
        """Sign a device out, at once."""
        await devices.end(me, parse_uuid(device_id, "device"))
        return Response(status_code=204)

    return router


def traveller_routes(signed_in: SignedIn, travellers: KeepTravellers) -> APIRouter:
    router = APIRouter(tags=["me"], prefix="/v1/me/travellers")
    given = Depends(signed_in)

    @router.get("", responses={200: {"model": bodies.TravellersAnswer}}, response_model=None)
    async def list_my_travellers(me: Identity = given) -> Response:
        """The people I travel with, in the order they were added."""
        items = [traveller_json(one) for one in await travellers.list_all(me)]
        return encoded({"items": items}, headers=PRIVATE)

    @router.post("", status_code=201, responses={201: {"model": bodies.TravellerAnswer}}, response_model=None)
    async def add_traveller(body: bodies.TravellerBody, me: Identity = given) -> Response:
        """Keep a traveller."""
        added = await travellers.add(me, body.facts())
        headers = PRIVATE | {"location": f"/v1/me/travellers/{added.traveller_id}"}
        return encoded(traveller_json(added), 201, headers)

    @router.get("/{traveller_id}", responses={200: {"model": bodies.TravellerAnswer}}, response_model=None)
    async def get_traveller(traveller_id: str, me: Identity = given) -> Response:
        """One traveller."""
        found = await travellers.get(me, parse_uuid(traveller_id, "traveller"))
        return encoded(traveller_json(found), headers=PRIVATE)

    @router.put("/{traveller_id}", responses={200: {"model": bodies.TravellerAnswer}}, response_model=None)
    async def replace_traveller(traveller_id: str, body: bodies.TravellerBody, me: Identity = given) -> Response:
        """Replace what is kept of a traveller."""
        replaced = await travellers.replace(me, parse_uuid(traveller_id, "traveller"), body.facts())
        return encoded(traveller_json(replaced), headers=PRIVATE)

    @router.delete("/{traveller_id}", status_code=204, response_class=Response)
    async def remove_traveller(traveller_id: str, me: Identity = given) -> Response:
        """Forget a traveller."""
        await travellers.remove(me, parse_uuid(traveller_id, "traveller"))
        return Response(status_code=204)

    return router
