"""One case of the matrix: a process dies, another takes over, and money and seats agree."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import msgspec

from system.faults.ground import PATIENCE_S, PRICE, Ground, Site
from system.faults.matrix import Case

_STATES = ("pending", "confirmed", "ticketed", "cancelled", "failed")


class Outcome(msgspec.Struct, frozen=True):
    """What came of a case.

    `told`: the status of the answer the client has in the end. Seconds count from the death, None when nothing was
    left open; `ready_s`: when the server ran again.
    """

    told: int
    booking: str
    money: str
    ready_s: float
    resumed_s: float | None
    settled_s: float | None


async def run_case(ground: Ground, case: Case) -> Outcome:
    """Raises AssertionError for whatever does not hold."""
    async with ground.site() as site:
        try:
            return await _Run(site, case)()
        except (AssertionError, TimeoutError) as error:
            raise AssertionError(f"{case.name}: {error!r}\n{site.tail()}") from error


class _Run:
    def __init__(self, site: Site, case: Case) -> None:
        self._site, self._case = site, case
        self._times = 2 if case.behaviour == "duplicate" else 1
        self._hold_id = ""
        self._cancelling: tuple[str, str] | None = None
        self._died_at = 0.0

    async def __call__(self) -> Outcome:
        site = self._site
        doomed = await site.serve_doomed(self._case.death)
        self._hold_id = await site.hold()
        if self._case.cancels:
            booked = await self._final_answer()
            assert booked.status_code == 201, booked.text
            self._cancelling = booked.json()["locator"], booked.json()["access_token"]
        asked = asyncio.create_task(self._ask())
        assert await doomed.end() == -9, "it was not killed"
        self._died_at = time.monotonic()
        await asked
        open_before = await self._open_saga()
        await site.serve()
        ready_s = self._elapsed_s()
        resumed_s, settled_s = await self._wait_for_recovery(open_before)
        told = (await self._final_answer()).status_code
        await self._end_of_holds()
        money = await self._check_money()
        await self._check_seats()
        report = await site.doctor()
        assert not report, report
        return Outcome(told, await self._check_booking(), money, ready_s, resumed_s, settled_s)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._died_at

    async def _ask(self) -> list[httpx2.Response | None]:
        """Book or cancel, as often as the case wants it, all at once."""
        site = self._site
        if self._cancelling is not None:
            calls = [site.cancel(*self._cancelling) for _ in range(self._times)]
        else:
            calls = [site.book(self._hold_id, self._case.token, "k") for _ in range(self._times)]
        return await asyncio.gather(*calls)

    async def _open_saga(self) -> Any:
        """How often the open saga was resumed; None when nobody has to do anything."""
        return await self._site.fetchval("SELECT attempts FROM bookings.open_saga WHERE kind <> 1")

    async def _wait_for_recovery(self, before: int | None) -> tuple[float | None, float | None]:
        """When recovery began and when it was done."""
        if before is None:
            return None, None
        deadline, resumed_s = time.monotonic() + PATIENCE_S, None
        while time.monotonic() < deadline:
            now = await self._open_saga()
            if resumed_s is None and now != before:
                resumed_s = self._elapsed_s()
            if now is None:
                return resumed_s, self._elapsed_s()
            await asyncio.sleep(0.05)
        raise AssertionError(f"it was not finished in {PATIENCE_S} s")

    async def _final_answer(self) -> httpx2.Response:
        """The client that lost its answer asks again: all that it is told is the same, and final."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answers = [answer for answer in await self._ask() if answer is not None]
            assert len(answers) == self._times, "no answer from the server that was started again"
            first = answers[0]
            if self._cancelling is None:
                assert all(_told(answer) == _told(first) for answer in answers), [answer.text for answer in answers]
            if first.status_code != 202:
                return first
            assert time.monotonic() < deadline, "the payment stays pending"
            await asyncio.sleep(0.3)

    async def _end_of_holds(self) -> None:
        """Time passes: what is not sold goes back on sale, what waits for another card ends."""
        await self._site.end_holds()
        deadline = time.monotonic() + PATIENCE_S
        open_query = (
            "SELECT (SELECT count(*) FROM bookings.open_saga) + (SELECT count(*) FROM payments.open_refund)"
            " + (SELECT count(*) FROM inventory.hold WHERE state = 0)"
        )
        while await self._site.fetchval(open_query):
            assert time.monotonic() < deadline, "something stays open after the end of the holds"
            await asyncio.sleep(0.1)

    async def _check_money(self) -> str:
        """By the gateway's own list: paid once for a ticket, or nothing kept and nothing blocked."""
        charges = await self._site.charges()
        kept = [charge["captured"] - charge["refunded"] for charge in charges]
        wanted = [PRICE] if self._case.ending == "ticketed" else []
        assert [amount for amount in kept if amount] == wanted, charges
        assert sum(charge["captured"] > 0 for charge in charges) <= 1, f"charged twice: {charges}"
        assert not [charge for charge in charges if charge["state"] in ("authorised", "pending")], charges
        return " ".join(charge["state"] if not charge["refunded"] else "refunded" for charge in charges) or "none"

    async def _check_seats(self) -> None:
        """Every unit that is taken is a ticketed booking's, and the other way round."""
        taken = await self._site.connection.fetch(
            "SELECT departure_id, unit_no FROM inventory.occupancy WHERE taken_lo <> 0 OR taken_hi <> 0"
        )
        sold = await self._site.connection.fetch(
            "SELECT i.departure_id, i.unit_no FROM bookings.booking_item AS i JOIN bookings.booking AS b"
            " USING (booking_id) WHERE b.state = 2"
        )
        assert {tuple(row) for row in taken} == {tuple(row) for row in sold}

    async def _check_booking(self) -> str:
        states = [_STATES[row[0]] for row in await self._site.connection.fetch("SELECT state FROM bookings.booking")]
        assert states == [self._case.ending], states
        return states[0]


def _told(answer: httpx2.Response) -> tuple[int, Any]:
    """What an answer says, without the request it was given to."""
    content = answer.json()
    return answer.status_code, {name: said for name, said in content.items() if name != "correlation_id"}
