"""Everybody asks for everything: docs/access.md says what comes of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from conftest import Databases
from integration.access.requests import REQUESTS, Case
from integration.access.table import Question, read_table
from integration.access.world import World, running, settings_of
from wayfare.bootstrap.asgi import build_app
from wayfare.bootstrap.compose import SERVICES, compose
from wayfare.bootstrap.imports import load_demo
from wayfare.bootstrap.schema import run_migrations
from wayfare.contracts.customers.roles import ROLES
from wayfare.infrastructure.access import access_of
from wayfare.services.inventory.entrypoints import seat_events

AT_ONCE = 8
RPC = "POST /rpc/…"
MOUNTED = "GET /static-offline-docs/…"
OTHERS = ("guest", "booking token", "disabled", "key", "other key", "old key")


def routes_of(folder: Path) -> dict[str, object]:
    """Every route of the application with its endpoint, as the table writes it."""
    app: Any = build_app(compose(settings_of(folder), SERVICES, run_jobs=False))
    found: dict[str, object] = {}
    for context in iter_route_contexts(app._app.routes):
        if not context.methods:
            found[f"GET {context.path}/…"] = context.original_route
        for method in set(context.methods or ()) - {"HEAD"}:
            found[f"{method} {context.path}"] = context.endpoint
    return found


def as_written(route: str) -> str:
    return RPC if route.startswith("POST /rpc/") else route


class TestTable:
    def test_every_route_carries_a_decision(self, tmp_path: Path) -> None:
        routes = routes_of(tmp_path)
        assert len(routes) > 80
        assert [route for route, endpoint in routes.items() if access_of(endpoint) is None] == []

    def test_every_route_and_every_role_stands_in_it(self, tmp_path: Path) -> None:
        table = read_table()
        routes = {as_written(route) for route in routes_of(tmp_path)}
        assert {question.route for question in table} == routes
        assert set(REQUESTS) == routes - {RPC}
        assert {question.actor for question in table} == {*ROLES, *OTHERS}

    def test_every_route_about_an_object_is_asked_for_own_and_others(self) -> None:
        objects: dict[str, set[str]] = {}
        for question in read_table():
            objects.setdefault(question.route, set()).add(question.object)
        for route, asked in objects.items():
            owned = "{locator}" in route or ("/v1/me/" in route and "_id}" in route)
            assert asked == ({"own", "other's"} if owned else {""}), route


async def outcome(world: World, question: Question) -> str:
    owner = "eve" if question.object == "other's" else question.actor
    case = Case(world, question.actor, owner)
    answer, good = await send(case, question)
    if answer.status_code in (401, 403, 404):
        assert answer.headers["content-type"] == "application/problem+json", question
        if question.object == "other's" and answer.status_code == 404:
            missing, _ = await send(Case(world, question.actor, owner, missing=True), question)
            assert told(missing) == told(answer), question
        return str(answer.status_code)
    return "yes" if answer.status_code == good else f"{answer.status_code} {answer.text[:200]}"


async def send(case: Case, question: Question) -> tuple[httpx2.Response, int]:
    ask = await REQUESTS[question.route](case)
    method = question.route.partition(" ")[0]
    token = case.world.tokens.get(case.actor)
    headers = ({"authorization": f"Bearer {token}"} if token else {}) | case.headers
    body = {} if ask.body is None else {"data" if ask.form else "json": ask.body}
    return await case.world.http.request(method, ask.path, headers=headers, **body), ask.good


def told(answer: httpx2.Response) -> dict[str, Any]:
    """What an answer says, but for the id of its request."""
    return {name: value for name, value in answer.json().items() if name != "correlation_id"}


@pytest.fixture
def prepared(databases: Databases, data_dir: Path) -> str:
    """A database with the demo network, and a data folder that belongs to it."""
    dsn = databases.create()
    settings = settings_of(data_dir, dsn)
    asyncio.run(run_migrations(settings))
    load_demo(settings)
    return dsn


def test_everybody_asks_for_everything(
    prepared: str, data_dir: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_events, "STREAM_S", 0.1)
    table = read_table()
    rpc = [route.partition(" ")[2] for route in routes_of(data_dir) if route.startswith("POST /rpc/")]

    async def ask_all() -> tuple[list[str], dict[str, int]]:
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(question: Question) -> str:
            async with turns:
                if question.route != RPC:
                    return await outcome(world, question)
                answers = [await world.ask(question.actor, "POST", path) for path in rpc]
                return "/".join(sorted({str(answer.status_code) for answer in answers}))

        async with running(data_dir, prepared) as world:
            answers = await asyncio.gather(*map(ask, table))
            return answers, await reads_by_staff(world)

    found, reads = asyncio.run(ask_all())
    databases.drop(prepared)
    wrong = [f"{question}: {was}" for question, was in zip(table, found, strict=True) if was != table[question]]
    assert wrong == [], "\n".join(wrong)
    assert reads == {"operator_staff": 1, "administrator": 1}, "what staff read of others stands in the audit log"


async def reads_by_staff(world: World) -> dict[str, int]:
    """Bookings read, by role, as the audit log has it."""
    rows = await world.database.fetch("SELECT actor FROM audit.entry WHERE action = 'booking.read'")
    names = {f"customer:{account}": actor for actor, account in world.accounts.items()}
    return dict(Counter(names[row["actor"]] for row in rows))
