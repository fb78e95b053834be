"""`wayfare waiting-room …`: let visitors in one after another."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import click
import msgspec

from wayfare.bootstrap.operator_trail import Deed
from wayfare.bootstrap.service_command import ask_service
from wayfare.contracts.waiting.api import SITE, CloseRoom, ListRooms, OpenRoom, Room, SetRate, WaitingApi
from wayfare.kernel.ids import format_departure, parse_departure
from wayfare.kernel.time import rfc3339

T = TypeVar("T")
ROOM = click.argument("room", metavar="DEPARTURE|site")
RATE = click.option("--rate", type=float, required=True, help="Visitors let in per second.")


@click.group(name="waiting-room")
def waiting_room() -> None:
    """Let visitors in one after another: a fair on-sale.

    Before a departure, or before the whole site. Running servers follow within a second.
    """


@waiting_room.command(name="open")
@ROOM
@RATE
@click.option("--starts", metavar="TIME", help="When the first are let in: 2026-11-21T10:00:00Z. Default: now.")
def open_room(room: str, rate: float, starts: str | None) -> None:
    """Open a room before a departure (20261121-4711) or before the whole site.

    It may open ahead of the sale: who comes before it starts waits in order of arrival.
    """
    door, starts_s = _door(room), None if starts is None else _instant(starts)
    opened = _run("waiting_room.opened", lambda api: api.open_room(OpenRoom(door, rate, starts_s)))
    click.echo(_line(opened))


@waiting_room.command(name="rate")
@ROOM
@RATE
def set_rate(room: str, rate: float) -> None:
    """Let visitors in faster or slower."""
    door = _door(room)
    click.echo(_line(_run("waiting_room.rate_set", lambda api: api.set_rate(SetRate(door, rate)))))


@waiting_room.command(name="close")
@ROOM
def close_room(room: str) -> None:
    """Close a room: nobody has to wait any more, everybody may buy."""
    door = _door(room)
    closed = _run("waiting_room.closed", lambda api: api.close_room(CloseRoom(door)))
    click.echo(f"{_name(closed)} closed; {closed.admitted} of {closed.issued} were let in")


@waiting_room.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_rooms(as_json: bool) -> None:
    """List the rooms that are open."""
    rooms = _run(None, lambda api: api.list_rooms(ListRooms())).rooms
    for room in rooms:
        click.echo(msgspec.json.encode(room) if as_json else _line(room))
    if not rooms and not as_json:
        click.echo("no waiting room is open")


def _line(room: Room) -> str:
    starts = f", starts {rfc3339(int(room.starts_s))}" if room.starts_s > time.time() else ""
    return f"{_name(room)}  {room.rate:g}/s{starts}  {room.waiting} waiting, {room.admitted} let in"


def _name(room: Room) -> str:
    return "site" if room.departure_id == SITE else format_departure(room.departure_id)


def _door(room: str) -> int:
    return SITE if room == "site" else parse_departure(room)


def _instant(text: str) -> float:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise click.BadParameter("needs date, time and offset, such as 2026-11-21T10:00:00Z", param_hint="--starts")
    return instant.timestamp()


def _run(done: str | None, work: Callable[[WaitingApi], Awaitable[T]]) -> T:
    """`done`: what the audit log is told."""

    def recorded(answer: T) -> Deed | None:
        if done is None or not isinstance(answer, Room):
            return None
        facts = {"rate": answer.rate, "starts_at": rfc3339(int(answer.starts_s))}
        return Deed(done, f"waiting_room:{_name(answer)}", after=facts)

    return ask_service("waiting", work, recorded)
