"""What stands before a hold: the limits of open holds, and the waiting room."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Hold, PlaceHold
from wayfare.services.inventory.application.limit_holds import LimitHolds
from wayfare.services.inventory.application.place_hold import PlaceHolds
from wayfare.services.inventory.application.ports import Door


class GuardHolds:
    def __init__(self, place: PlaceHolds, limits: LimitHolds, door: Door) -> None:
        self._place, self._limits, self._door = place, limits, door

    async def __call__(self, message: PlaceHold) -> Hold:
        """Raises TooManyHolds, AdmissionNeeded, AdmissionRefused, and what placing a hold raises."""
        opened = await self._limits.begin(message.holder)
        try:
            hold = await self._behind_the_door(message)
        except BaseException:
            if opened is not None:
                await self._limits.came_to_nothing(opened)
            raise
        if opened is not None:
            await self._limits.placed(opened, hold.hold_id)
        return hold

    async def find_earlier(self, message: PlaceHold) -> Hold | None:
        """As `PlaceHolds.find_earlier`: looking at what one has needs no admission."""
        return await self._place.find_earlier(message)

    async def _behind_the_door(self, message: PlaceHold) -> Hold:
        spent = await self._door.enter((leg.departure_id for leg in message.legs), message.holder)
        try:
            return await self._place(message)
        except BaseException:
            await self._door.leave(spent)
            raise
