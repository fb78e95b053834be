"""What operators do by commands, recorded in the audit log when it is done. Heavy parts are imported when it is."""

from __future__ import annotations

import asyncio
import hashlib
import os
import pwd
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from wayfare.bootstrap.settings import Settings
from wayfare.contracts.audit.api import AuditApi, Facts, RecordWrites, WriteDone
from wayfare.infrastructure.telemetry import correlation_id, new_correlation_id

BATCH = 500


class Deed(msgspec.Struct, frozen=True):
    """What was done to what. Nothing personal in `before` and `after`."""

    action: str
    object: str
    before: Facts | None = None
    after: Facts | None = None


def record_deeds(settings: Settings, deeds: Sequence[Deed]) -> None:
    """Record what the operator at this terminal has done. Needs a database that is up to date."""
    if deeds:
        asyncio.run(_record(settings, deeds))


def by_operator(deed: Deed, command: str) -> WriteDone:
    """The operator is the account this process runs as, as the system knows it, not as the environment says.

    `command`: the correlation id.
    """
    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        login = f"uid-{os.getuid()}"
    operator = f"operator:{login}"
    remote = os.environ.get("SSH_CONNECTION", "").split()[:1]
    personal: Facts = {"addresses": [socket.gethostname(), *remote]}
    if "SUDO_USER" in os.environ:
        personal["sudo_user"] = os.environ["SUDO_USER"]
    return WriteDone(
        actor=operator,
        action=deed.action,
        object=deed.object,
        before=deed.before,
        after=deed.after,
        person=operator,
        personal=personal,
        correlation_id=command,
    )


def file_facts(path: Path) -> Facts:
    """Which file it was: its name and, unless it is a folder, its SHA-256."""
    if path.is_dir():
        return {"file": path.name}
    with path.open("rb") as file:
        return {"file": path.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def begin_command() -> None:
    """From here on, events and deeds of this command stand under one correlation id."""
    correlation_id.set(new_correlation_id())


async def _record(settings: Settings, deeds: Sequence[Deed]) -> None:
    command = correlation_id.get() or new_correlation_id()
    writes = [by_operator(deed, command) for deed in deeds]
    async with _audit(settings) as audit:
        for start in range(0, len(writes), BATCH):
            await audit.record(RecordWrites(tuple(writes[start : start + BATCH])))


@asynccontextmanager
async def _audit(settings: Settings) -> AsyncIterator[AuditApi]:
    """The audit service where it answers, or one of this process's own."""
    if settings.audit_url is not None:
        from wayfare.infrastructure.rpc import rpc_client

        client = rpc_client("audit", AuditApi, settings.urls_of("audit"), secret=settings.rpc_token)  # type: ignore[type-abstract]
        try:
            yield client
        finally:
            await client.aclose()  # type: ignore[attr-defined]
        return
    from wayfare.infrastructure.database import Database
    from wayfare.services.audit import wiring

    async with Database(settings.database_url_of("audit"), pool_size=2) as database:
        service = wiring.build(
            database=database, outboxes=(), keys_dir=settings.audit_keys, secret=settings.audit_secret
        )
        await service.start()
        yield service.api
