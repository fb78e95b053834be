"""Routes of a customer's own account."""

from __future__ import annotations

from fastapi import APIRouter, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import SignedIn, needs
from wayfare.infrastructure.http import encoded
from wayfare.kernel.ids import parse_uuid
from wayfare.services.customers.application.change_password import ChangePassword
from wayfare.services.customers.application.keep_devices import KeepDevices
from wayfare.services.customers.application.keep_travellers import KeepTravellers
from wayfare.services.customers.application.profile import Profile, customer_json, device_json, traveller_json
from wayfare.services.customers.entrypoints import bodies

PRIVATE = {"cache-control": "private, no-store"}


def account_routes(profile: Profile) -> APIRouter:
    router = APIRouter(tags=["me"])

    @router.get("/v1/me", responses={200: {"model": bodies.CustomerAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def get_me(me: SignedIn) -> Response:
        """My account."""
        return encoded(customer_json(await profile.get(me)), headers=PRIVATE)

    @router.patch("/v1/me", responses={200: {"model": bodies.CustomerAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def change_me(body: bodies.ProfileBody, me: SignedIn) -> Response:
        """Change what is given; a phone number of null is removed."""
        return encoded(customer_json(await profile.change(me, body.changes())), headers=PRIVATE)

    @router.get("/v1/me/export", responses={200: {"model": bodies.ExportAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def export_me(me: SignedIn) -> Response:
        """Everything that is kept about me here."""
        headers = PRIVATE | {"content-disposition": 'attachment; filename="wayfare-account.json"'}
        return encoded(await profile.export(me), headers=headers)

    @router.post("/v1/me/deletion", status_code=204, response_class=Response)
    @needs(Permission.ACCOUNT_OWN)
    async def delete_me(body: bodies.DeletionBody, me: SignedIn) -> Response:
        """Delete my account for good, with the travellers; the password is asked for once more."""
        await profile.delete(me, body.password)
        return Response(status_code=204)

    return router


def password_routes(change_password: ChangePassword) -> APIRouter:
    router = APIRouter(tags=["me"])

    @router.post("/v1/me/password", status_code=204, response_class=Response)
    @needs(Permission.ACCOUNT_OWN)
    async def change_my_password(body: bodies.PasswordBody, me: SignedIn) -> Response:
        """Change my password; other devices are signed out."""
        await change_password(me, body.current_password, body.new_password)
        return Response(status_code=204)

    return router


def device_routes(devices: KeepDevices) -> APIRouter:
    router = APIRouter(tags=["me"])

    @router.get("/v1/me/devices", responses={200: {"model": bodies.DevicesAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def list_my_devices(me: SignedIn) -> Response:
        """Where I am signed in; the device used last comes first."""
        items = [device_json(one, me) for one in await devices.list_all(me)]
        return encoded({"items": items}, headers=PRIVATE)

    @router.delete("/v1/me/devices/{device_id}", status_code=204, response_class=Response)
    @needs(Permission.ACCOUNT_OWN)
    async def end_my_device(device_id: str, me: SignedIn) -> Response:
        """Sign a device out, at once."""
        await devices.end(me, parse_uuid(device_id, "device"))
        return Response(status_code=204)

    return router


def traveller_routes(travellers: KeepTravellers) -> APIRouter:
    router = APIRouter(tags=["me"], prefix="/v1/me/travellers")

    @router.get("", responses={200: {"model": bodies.TravellersAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def list_my_travellers(me: SignedIn) -> Response:
        """The people I travel with, in the order they were added."""
        items = [traveller_json(one) for one in await travellers.list_all(me)]
        return encoded({"items": items}, headers=PRIVATE)

    @router.post("", status_code=201, responses={201: {"model": bodies.TravellerAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def add_traveller(body: bodies.TravellerBody, me: SignedIn) -> Response:
        """Keep a traveller."""
        added = await travellers.add(me, body.facts())
        headers = PRIVATE | {"location": f"/v1/me/travellers/{added.traveller_id}"}
        return encoded(traveller_json(added), 201, headers)

    @router.get("/{traveller_id}", responses={200: {"model": bodies.TravellerAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def get_traveller(traveller_id: str, me: SignedIn) -> Response:
        """One traveller."""
        found = await travellers.get(me, parse_uuid(traveller_id, "traveller"))
        return encoded(traveller_json(found), headers=PRIVATE)

    @router.put("/{traveller_id}", responses={200: {"model": bodies.TravellerAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def replace_traveller(traveller_id: str, body: bodies.TravellerBody, me: SignedIn) -> Response:
        """Replace what is kept of a traveller."""
        replaced = await travellers.replace(me, parse_uuid(traveller_id, "traveller"), body.facts())
        return encoded(traveller_json(replaced), headers=PRIVATE)

    @router.delete("/{traveller_id}", status_code=204, response_class=Response)
    @needs(Permission.ACCOUNT_OWN)
    async def remove_traveller(traveller_id: str, me: SignedIn) -> Response:
        """Forget a traveller."""
        await travellers.remove(me, parse_uuid(traveller_id, "traveller"))
        return Response(status_code=204)

    return router
