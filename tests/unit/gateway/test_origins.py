"""Where requests that write came from reaches the audit service, also when that does not answer for a while."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from wayfare.contracts.audit.api import Noted, NoteOrigins, Origin
from wayfare.gateway import origins
from wayfare.gateway.edge import Edge
from wayfare.gateway.origins import OriginNotes
from wayfare.kernel.errors import Unavailable


class ListeningAudit:
    """Keeps what it was told; refuses or hangs when asked to."""

    def __init__(self) -> None:
        self.heard: list[Origin] = []
        self.away = False
        self.hangs = False

    async def note_origins(self, message: NoteOrigins) -> Noted:
        if self.hangs:
            await asyncio.sleep(60)
        if self.away:
            raise Unavailable("the audit service is away")
        self.heard += message.origins
        return Noted(len(message.origins))

    async def record(self, message: Any) -> Any:
        raise NotImplementedError


@pytest.fixture
def audit() -> ListeningAudit:
    return ListeningAudit()


@pytest.fixture
def notes(audit: ListeningAudit) -> OriginNotes:
    return OriginNotes(audit)


def scope(method: str = "POST", path: str = "/v1/bookings", client: Any = ("203.0.113.7", 4711)) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "client": client}


async def test_the_edge_notes_what_writes(audit: ListeningAudit, notes: OriginNotes) -> None:
    app = FastAPI()

    @app.api_route("/{rest:path}", methods=["GET", "POST", "DELETE"])
    async def anything(rest: str) -> str:
        return rest

    transport = httpx2.ASGITransport(
        app=Edge(app, body_bytes_max=1000, worker=0, origins=notes), client=("203.0.113.7", 4711)
    )
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as http:
        for number, (method, path) in enumerate(
            [
                ("POST", "/v1/bookings"),
                ("GET", "/v1/bookings/K7M2QX"),
                ("POST", "/v1/holds"),
                ("DELETE", "/v1/holds/1"),
                ("POST", "/rpc/payments/capture"),
                ("DELETE", "/api/v1/bookings/K7M2QX"),
                ("POST", "/api/v1/holds"),
            ]
        ):
            await http.request(method, path, headers={"x-correlation-id": f"request-{number}"})
    await notes.tell()
    assert audit.heard == [Origin("request-0", "203.0.113.7"), Origin("request-5", "203.0.113.7")]


async def test_without_an_address_there_is_nothing_to_tell(audit: ListeningAudit, notes: OriginNotes) -> None:
    notes.note(scope(client=None), "request-1")  # a UNIX socket
    await notes.tell()
    assert audit.heard == []


async def test_nothing_is_lost_while_the_audit_service_is_away(
    audit: ListeningAudit, notes: OriginNotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins, "BATCH", 2)
    for number in range(5):
        notes.note(scope(), str(number))
    audit.away = True
    await notes.tell()
    audit.away = False
    notes.note(scope(), "5")
    await notes.tell()
    assert [origin.correlation_id for origin in audit.heard] == ["0", "1", "2", "3", "4", "5"]


async def test_stopping_tells_what_is_left_also_what_was_under_way(
    audit: ListeningAudit, notes: OriginNotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins, "EVERY_S", 0.001)
    notes.start()
    audit.hangs = True
    notes.note(scope(), "1")
    await asyncio.sleep(0.1)
    audit.hangs = False
    notes.note(scope(), "2")
    await notes.stop()
    assert [origin.correlation_id for origin in audit.heard] == ["1", "2"]
