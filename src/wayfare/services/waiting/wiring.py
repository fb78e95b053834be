"""The only door into the waiting service."""

from __future__ import annotations

from dataclasses import dataclass

from wayfare.contracts.waiting.api import WaitingApi
from wayfare.infrastructure.addresses import Networks
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.services.waiting.adapters.place_store import PostgresPlaces
from wayfare.services.waiting.adapters.room_keeper import RoomKeeper
from wayfare.services.waiting.adapters.room_store import PostgresRooms
from wayfare.services.waiting.application.keep_rooms import KeepRooms
from wayfare.services.waiting.application.places import Places
from wayfare.services.waiting.entrypoints.api import Waiting
from wayfare.services.waiting.entrypoints.http import Devices, place_routes, waiting_routes
from wayfare.services.waiting.entrypoints.jobs import waiting_jobs


@dataclass(frozen=True)
class WaitingOptions:
    """`admission_s`: how long who was let in may buy; `admission_holds_max`: with so many holds.

    `places_address_max`: places of one address in a room, 0: any number; addresses in `many_from` are not counted.
    `secure`: this site is reached over TLS, and so are its cookies.
    """

    secret: bytes
    admission_s: int = 600
    admission_holds_max: int = 4
    places_address_max: int = 0
    many_from: str = ""
    secure: bool = False


def build(*, database: Database, options: WaitingOptions) -> Service:
    rooms_kept = PostgresRooms(database)
    rooms = RoomKeeper(database, rooms_kept)
    store = PostgresPlaces(database, options.admission_s, options.admission_holds_max, options.places_address_max)
    places = Places(rooms, store, options.secret, Networks(options.many_from), options.admission_s)

    async def start() -> None:
        await store.lane.start()
        await rooms.start()

    async def stop() -> None:
        await rooms.stop()
        await store.lane.stop()

    return Service(
        name="waiting",
        api=Waiting(rooms, KeepRooms(rooms_kept), store),
        protocol=WaitingApi,
        routers=[waiting_routes(places, Devices(options.secret, secure=options.secure)), place_routes(places)],
        jobs=waiting_jobs(rooms_kept.tidy),
        start=start,
        stop=stop,
        lanes=1,
    )
