"""Sign what the log has come to."""

from __future__ import annotations

import structlog

from wayfare.services.audit.application.ports import KeptCheckpoint, Keys, Log
from wayfare.services.audit.domain.checkpoint import Checkpoint

log = structlog.get_logger()


class SignCheckpoint:
    def __init__(self, audit_log: Log, keys: Keys, kept: KeptCheckpoint) -> None:
        self._log, self._keys, self._kept = audit_log, keys, kept

    async def __call__(self) -> Checkpoint | None:
        """The checkpoint that was made; None when nothing was added since the last one.

        It is also kept beside the keys and told to the log lines, which are another witness if they leave the machine.
        """
        made = await self._log.add_checkpoint(self._keys.current())
        if made is not None:
            self._kept.keep(made)
            log.info(
                "audit.checkpoint",
                number=made.number,
                row=made.seq,
                hash=made.hash.hex(),
                key=made.key_id,
                signature=made.signature.hex(),
            )
        return made
