"""Record what somebody did, at once."""

from __future__ import annotations

import time

import msgspec

from wayfare.contracts.audit.api import Recorded, RecordWrites, WriteDone
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.audit.application.ports import Log
from wayfare.services.audit.domain.entry import Draft
from wayfare.services.audit.domain.from_events import text_of

NAME_CHARS_MAX = 300
FACTS_BYTES_MAX = 65_536


class Record:
    def __init__(self, log: Log) -> None:
        self._log = log

    async def __call__(self, message: RecordWrites) -> Recorded:
        """Raises ValidationFailed, Unavailable."""
        drafts = [_draft(write) for write in message.writes]
        if not drafts:
            return Recorded(0, 0)
        numbers = await self._log.append(drafts)
        assert numbers is not None, "only who follows events can come too late"
        return Recorded(*numbers)


def _draft(write: WriteDone) -> Draft:
    for field in ("actor", "action", "object", "correlation_id", "person"):
        _check_name(field, getattr(write, field) or "")
    if write.personal and not write.person:
        raise ValidationFailed.of("person", "personal values need the person they are about")
    return Draft(
        at_us=time.time_ns() // 1000,
        actor=write.actor,
        action=write.action,
        object=write.object,
        correlation_id=write.correlation_id,
        before=_facts("before", write.before),
        after=_facts("after", write.after),
        person=write.person,
        personal=write.personal,
    )


def _check_name(field: str, value: str) -> None:
    if len(value) > NAME_CHARS_MAX or "\0" in value:
        raise ValidationFailed.of(field, f"{NAME_CHARS_MAX} characters at most, none of them NUL")


def _facts(field: str, facts: dict[str, object] | None) -> str | None:
    if facts is None:
        return None
    try:
        text = text_of(facts)
    except (TypeError, msgspec.MsgspecError) as error:
        raise ValidationFailed.of(field, str(error)) from None
    if len(text.encode()) > FACTS_BYTES_MAX:
        raise ValidationFailed.of(field, f"{FACTS_BYTES_MAX} bytes of JSON at most")
    return text
