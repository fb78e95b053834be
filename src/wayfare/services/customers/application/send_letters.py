"""Send the letters that wait: outside of any request, so that no answer tells by its time whether one was written."""

from __future__ import annotations

import structlog

from wayfare.kernel.errors import Unavailable
from wayfare.services.customers.application.ports import DueLetter, Letters, Mailer

log = structlog.get_logger()
BATCH = 20
ATTEMPTS_MAX = 8


class SendLetters:
    def __init__(self, letters: Letters, mailer: Mailer) -> None:
        self._letters, self._mailer = letters, mailer

    async def __call__(self) -> int:
        """How many went out. One that does not is tried again later, with growing pauses, eight times."""
        sent = 0
        while due := await self._letters.take_due(BATCH):
            for letter in due:
                sent += await self._send(letter)
        return sent

    async def _send(self, letter: DueLetter) -> bool:
        message = await self._letters.prepare(letter)
        if message is None:
            await self._letters.drop(letter.letter_id)
            return False
        try:
            await self._mailer.send(message)
        except Unavailable as error:
            last = letter.attempts >= ATTEMPTS_MAX
            log.warning(
                "letter.not_sent", kind=letter.kind, attempts=letter.attempts, error=error.detail, given_up=last
            )
            if last:
                await self._letters.drop(letter.letter_id)
            return False
        await self._letters.note_sent(letter.letter_id)
        log.info("letter.sent", kind=message.kind)
        return True
