"""The only door into the audit service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wayfare.contracts.audit.api import AuditApi, Noted, NoteOrigins, Recorded, RecordWrites
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.signing_keys import SigningKeys, read_public_keys
from wayfare.kernel.errors import ConfigurationError
from wayfare.services.audit.adapters.checkpoint_file import CheckpointFile
from wayfare.services.audit.adapters.export_file import ExportReader, write_export
from wayfare.services.audit.adapters.origins import PostgresOrigins
from wayfare.services.audit.adapters.outbox_source import OutboxSource
from wayfare.services.audit.adapters.partitions import prepare_partitions
from wayfare.services.audit.adapters.person_keys import PersonKeys
from wayfare.services.audit.adapters.store import PostgresLog
from wayfare.services.audit.application.follow_events import FollowEvents
from wayfare.services.audit.application.forget_person import ForgetPerson
from wayfare.services.audit.application.ports import Origins
from wayfare.services.audit.application.record_writes import Record
from wayfare.services.audit.application.sign_checkpoint import SignCheckpoint
from wayfare.services.audit.application.verify_log import VerifyLog, feed
from wayfare.services.audit.domain.verification import Verdict, Verification
from wayfare.services.audit.entrypoints.jobs import audit_jobs, retention_rules

KEYS = "the audit keys"


class Audit:
    """Implements `AuditApi`."""

    def __init__(self, record: Record, origins: Origins) -> None:
        self._record, self._origins = record, origins

    async def record(self, message: RecordWrites) -> Recorded:
        return await self._record(message)

    async def note_origins(self, message: NoteOrigins) -> Noted:
        if message.origins:
            await self._origins.note(message.origins)
        return Noted(len(message.origins))


@dataclass(frozen=True)
class AuditUseCases:
    """What the operator's commands do with the log."""

    record: Record
    follow: FollowEvents
    sign: SignCheckpoint
    verify: VerifyLog
    forget: ForgetPerson
    log: PostgresLog

    async def export(self, target: IO[bytes]) -> tuple[int, int]:
        """Write the whole log as JSON lines; how many rows and checkpoints."""
        async with self.log.read() as reader:
            return await write_export(reader, target)


def make_use_cases(*, database: Database, outboxes: Sequence[Outbox], keys_dir: Path, secret: bytes) -> AuditUseCases:
    """`keys_dir` holds the signing keys and the last checkpoint, `secret` wraps the keys of persons.

    Raises `ConfigurationError` when the keys can neither be read nor made.
    """
    log = PostgresLog(database, PersonKeys(secret))
    keys, kept = SigningKeys(key_file_of(keys_dir), KEYS), CheckpointFile(keys_dir / "last-checkpoint.json")
    return AuditUseCases(
        record=Record(log),
        follow=FollowEvents(log, [OutboxSource(outbox) for outbox in outboxes]),
        sign=SignCheckpoint(log, keys, kept),
        verify=VerifyLog(log, keys, kept),
        forget=ForgetPerson(log),
        log=log,
    )


def build(*, database: Database, outboxes: Sequence[Outbox], keys_dir: Path, secret: bytes) -> Service:
    """`outboxes`: those whose events are recorded."""
    use_cases = make_use_cases(database=database, outboxes=outboxes, keys_dir=keys_dir, secret=secret)
    origins = PostgresOrigins(database)

    async def prepare() -> None:
        await prepare_partitions(database)

    return Service(
        name="audit",
        api=Audit(use_cases.record, origins),
        protocol=AuditApi,
        jobs=audit_jobs(
            follow=use_cases.follow, sign=use_cases.sign, prepare=prepare, forget_origins=origins.forget_old
        ),
        retention=retention_rules(),
        start=prepare,
    )


def key_file_of(keys_dir: Path) -> Path:
    """Where the keys are that sign checkpoints."""
    return keys_dir / "checkpoint-keys.json"


def public_keys(keys_dir: Path) -> bytes:
    """The public halves as a JWK set in JSON, for those who verify exports elsewhere."""
    return SigningKeys(key_file_of(keys_dir), KEYS).export_public()


async def verify_export(export: Path, key_file: Path) -> Verdict:
    """Verify an export with the keys of a file: a public set, or the key file of an installation.

    Raises `ConfigurationError` when either file cannot be read.
    """
    try:
        document = key_file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{KEYS} {key_file} cannot be read: {error.strerror}") from error
    check = Verification(read_public_keys(document, KEYS))
    reader = ExportReader(export)
    await feed(check, reader)
    for line in reader.unreadable:
        check.fault("altered", 0, f"line {line} of the file cannot be read")
    return check.finish()
