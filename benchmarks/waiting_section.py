"""A sale behind a waiting room: 5,000 visitors come within seconds for a train of 500 seats.

The train is sold at one rate. When it is full the operator lets the others in faster, so that nobody waits longer than
needed to hear that nothing is left.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections import Counter
from dataclasses import dataclass

import uvloop

from benchmarks.results import WaitingRun
from benchmarks.server import Server, ServerFailed, environment_of, running_server, travel_dates, wayfare_command
from benchmarks.visitors import BOOKED, SOLD_OUT, Sale, Visit, judge

TRAIN = "501"
SEATS = 500
LAYOUT = f"""
[[layout]]
code = "on-sale"
name = "A train of {SEATS} seats"
mode = "rail"
cabin = [{{ code = "second", name = "Second", comfort = 2 }}]
coach = [{{ labels = ["1", "2", "3", "4", "5"], plan = "open" }}]
[[layout.plan.open.block]]
cabin = "second"
seats = "AB.CD"
rows = {SEATS // 20}

[[rule]]
layout = "on-sale"
service = "{TRAIN}"
"""
LEARNT_WITHIN_S = 15.0
SHOWN_MAX = 1000
"""Visitors drawn in the chart."""


@dataclass(frozen=True, slots=True)
class Rush:
    """How many come, within how many seconds, and how fast they are let in: while there are seats, and afterwards."""

    visitors: int = 5000
    within_s: float = 15.0
    rate: float = 50.0
    rate_after: float = 200.0


def measure_waiting_room(workers: int, rush: Rush = Rush()) -> WaitingRun:
    """The whole sale; about fifty seconds. Raises ServerFailed."""
    with running_server(workers=workers, settings={"log_level": "warning"}) as server:
        layouts = server.data_dir / "on-sale.toml"
        layouts.write_text(LAYOUT, encoding="utf-8")
        _wayfare(server, "import", "layouts", str(layouts))
        departure, offer = _offer(server)
        _wayfare(server, "waiting-room", "open", departure, "--rate", str(rush.rate))
        visits = uvloop.run(_sell(server, departure, offer, rush))
        _wayfare(server, "doctor")
    return _run(visits, rush)


async def _sell(server: Server, departure: str, offer: str, rush: Rush) -> list[Visit]:
    sale = Sale(server.port, departure, offer)

    async def hasten() -> None:
        await sale.sold_out.wait()
        await asyncio.to_thread(_wayfare, server, "waiting-room", "rate", departure, "--rate", str(rush.rate_after))

    operator = asyncio.create_task(hasten())
    visits = await sale.visit(rush.visitors, rush.within_s)
    if sale.sold_out.is_set():
        await operator
    operator.cancel()  # nobody was sold out
    return visits


def _wayfare(server: Server, *arguments: str) -> None:
    """A command of the operator beside the running server. Raises ServerFailed."""
    done = subprocess.run(
        [wayfare_command(), *arguments],
        env=environment_of(server.data_dir, {"log_level": "warning"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ServerFailed(f"wayfare {' '.join(arguments)}: {(done.stdout + done.stderr)[-1500:]}")


def _offer(server: Server) -> tuple[str, str]:
    """The train on a day on which nobody has booked it: its departure, and an offer for all of its way.

    Raises ServerFailed when the server does not learn of the train's layout.
    """
    until = time.monotonic() + LEARNT_WITHIN_S
    while (found := _find_offer(server)) is None:
        if time.monotonic() > until:
            raise ServerFailed(f"train {TRAIN} is not on sale with {SEATS} seats")
        time.sleep(0.2)
    return found


def _find_offer(server: Server) -> tuple[str, str] | None:
    day = travel_dates(30, 1)[0].isoformat()
    query = {"from": "demo-rail-eu:berlin-hbf", "to": "demo-rail-eu:muenchen", "date": day, "max_transfers": "0"}
    for trip in server.get("/v1/offers", **query)["trips"]:
        leg = trip["legs"][0]
        if leg["service_number"] == TRAIN:
            for offer in trip["offers"]:
                if offer.get("offer_id") and offer["seats_left"] == SEATS:
                    return leg["departure_id"], offer["offer_id"]
    return None


def _run(visits: list[Visit], rush: Rush) -> WaitingRun:
    verdict = judge(visits)
    by_second = Counter(int(visit.done_s) for visit in visits if visit.outcome == BOOKED)
    step = max(1, len(visits) // SHOWN_MAX)
    by_number = sorted(visits, key=lambda visit: visit.number)
    return WaitingRun(
        visitors=len(visits),
        seats=SEATS,
        rate=rush.rate,
        rate_after=rush.rate_after,
        booked=verdict.outcomes.get(BOOKED, 0),
        sold_out=verdict.outcomes.get(SOLD_OUT, 0),
        others={name: n for name, n in verdict.outcomes.items() if name not in (BOOKED, SOLD_OUT)},
        sold_twice=verdict.sold_twice,
        arrival_order_s=round(verdict.arrival_order_s, 3),
        entry_order_s=round(verdict.entry_order_s, 3),
        went_back=verdict.went_back,
        asked=verdict.asked,
        bookings_by_second=[by_second[second] for second in range(max(by_second, default=-1) + 1)],
        shown=[
            (visit.number, round(visit.came_s, 2), round(visit.entered_s, 2), visit.outcome == BOOKED)
            for visit in by_number[::step]
        ],
    )
