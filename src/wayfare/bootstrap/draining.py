"""A process that is told to end says so at /readyz first, and takes requests for as long as it takes to be heard."""

from __future__ import annotations

import asyncio
import signal
import threading
from types import FrameType

import structlog

log = structlog.get_logger()


class Draining:
    """`begun`: this process is about to end."""

    def __init__(self, notice_s: int) -> None:
        self._notice_s = notice_s
        self.begun = False

    def watch(self) -> None:
        """Stand in front of the server's own handler of SIGTERM. To be called when the server has set that."""
        ending = signal.getsignal(signal.SIGTERM)
        if self._notice_s == 0 or not callable(ending) or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            if self.begun:  # told twice: at once
                ending(number, frame)
                return
            self.begun = True
            loop.call_soon_threadsafe(loop.call_later, self._notice_s, ending, number, frame)
            log.info("worker.draining", notice_s=self._notice_s)

        signal.signal(signal.SIGTERM, begin)

    async def check(self) -> str | None:
        """For /readyz."""
        return "this process is about to end" if self.begun else None
