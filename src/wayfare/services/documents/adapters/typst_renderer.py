"""Tickets as PDF, typeset by Typst in worker threads.

The fonts are the shipped ones alone and the document's date is that of the newest ticket: the same
tickets give the same bytes on every machine.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, cast

import msgspec

from wayfare.kernel.errors import Unavailable
from wayfare.services.documents.adapters.coverage import FONTS
from wayfare.services.documents.adapters.ticket_page import ticket_page
from wayfare.services.documents.application.ports import SealedTicket

_TEMPLATE = Path(__file__).parent / "templates" / "ticket.typ"
# In this order a character is looked for; Latin, Greek and Cyrillic come first.
FAMILIES = (
    "Noto Sans", "Noto Sans Devanagari", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Sans Hebrew",
    "Noto Sans Thai", "Noto Sans Armenian", "Noto Sans Georgian", "Noto Sans Bengali", "Noto Sans Gujarati",
    "Noto Sans Gurmukhi", "Noto Sans Kannada", "Noto Sans Malayalam", "Noto Sans Oriya", "Noto Sans Tamil",
    "Noto Sans Telugu",
)  # fmt: skip


class TypstRenderer:
    """Implements `TicketRenderer`. `threads` documents are set at once, `waiting_max` more may wait."""

    def __init__(self, *, threads: int = 2, waiting_max: int = 200) -> None:
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="tickets")
        self._room = threads + waiting_max
        self._under_way = 0
        self._local = threading.local()
        self._fonts: Any = None
        self._fonts_lock = threading.Lock()

    async def render(self, tickets: Sequence[SealedTicket]) -> bytes:
        """A PDF with one page per ticket, in order.

        Raises `ValidationFailed` for a ticket without readable times, `Unavailable` when too many wait.
        """
        if self._under_way >= self._room:
            raise Unavailable("too many tickets are being made; try again")
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, self.render_now, tickets)
        finally:
            self._under_way -= 1

    def render_now(self, tickets: Sequence[SealedTicket]) -> bytes:
        """The same in the calling thread."""
        pages = [
            ticket_page(sealed.ticket, sealed.payload, sealed.key_id, page=number, pages=len(tickets))
            for number, sealed in enumerate(tickets, 1)
        ]
        return self._compile(_document(pages), timestamp=max(sealed.ticket.issued_at for sealed in tickets))

    def close(self) -> None:
        """Let the document in work finish and drop those that wait."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _compile(self, document: Mapping[str, Any], *, timestamp: int) -> bytes:
        """PDF/UA-1 (ISO 14289-1), which screen readers can read and which refuses undrawable letters.

        Should a letter combine with its neighbours to something no font draws, a ticket that shows a
        gap there is better than none.
        """
        import typst

        data = msgspec.json.encode(document).decode()
        compile_pdf = partial(self._compiler().compile, format="pdf", sys_inputs={"tickets": data}, timestamp=timestamp)
        try:
            return cast(bytes, compile_pdf(pdf_standards="ua-1"))
        except typst.TypstError:
            return cast(bytes, compile_pdf())

    def _compiler(self) -> Any:
        """This thread's compiler: one compiler serves one call at a time; the fonts are shared."""
        import typst

        if not hasattr(self._local, "compiler"):
            with self._fonts_lock:
                if self._fonts is None:
                    self._fonts = typst.Fonts(
                        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
                    )
            self._local.compiler = typst.Compiler(str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=self._fonts)
        return self._local.compiler


def _document(pages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    locators = dict.fromkeys(page["locator"] for page in pages)
    return {
        "title": f"Ticket {' '.join(locators)}",
        "author": pages[0]["operator"],
        "fonts": FAMILIES,
        "tickets": pages,
    }
