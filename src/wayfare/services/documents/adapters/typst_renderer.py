"""Tickets, invoices and credit notes as PDF, typeset by Typst in worker threads.

The fonts are the shipped ones alone and the document's date is that of what it shows: the same tickets give the
same bytes on every machine.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, cast

import msgspec

from wayfare.contracts.payments.invoices import Invoice
from wayfare.kernel.errors import Unavailable
from wayfare.services.documents.adapters.coverage import FONTS
from wayfare.services.documents.adapters.invoice_page import invoice_page
from wayfare.services.documents.adapters.ticket_page import ticket_page
from wayfare.services.documents.application.ports import SealedTicket

_TEMPLATES = Path(__file__).parent / "templates"
# In this order a character is looked for; Latin, Greek and Cyrillic come first.
FAMILIES = (
    "Noto Sans", "Noto Sans Devanagari", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Sans Hebrew",
    "Noto Sans Thai", "Noto Sans Armenian", "Noto Sans Georgian", "Noto Sans Bengali", "Noto Sans Gujarati",
    "Noto Sans Gurmukhi", "Noto Sans Kannada", "Noto Sans Malayalam", "Noto Sans Oriya", "Noto Sans Tamil",
    "Noto Sans Telugu",
)  # fmt: skip


class TypstRenderer:
    """Implements `Renderer`. `threads` documents are set at once, `waiting_max` more may wait."""

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
        return await self._in_thread(partial(self.render_now, tickets))

    async def render_invoice(self, invoice: Invoice) -> bytes:
        """An invoice or credit note. Raises `ValidationFailed`, `Unavailable` as for tickets."""
        return await self._in_thread(partial(self.render_invoice_now, invoice))

    def render_now(self, tickets: Sequence[SealedTicket]) -> bytes:
        """The same in the calling thread."""
        pages = [
            ticket_page(sealed.ticket, sealed.payload, sealed.key_id, page=number, pages=len(tickets))
            for number, sealed in enumerate(tickets, 1)
        ]
        issued_at = max(sealed.ticket.issued_at for sealed in tickets)
        return self._compile("ticket.typ", _tickets(pages), timestamp=issued_at)

    def render_invoice_now(self, invoice: Invoice) -> bytes:
        """The same in the calling thread."""
        document = {**invoice_page(invoice), "fonts": FAMILIES}
        return self._compile("invoice.typ", document, timestamp=invoice.issued_s)

    async def _in_thread(self, work: Callable[[], bytes]) -> bytes:
        if self._under_way >= self._room:
            raise Unavailable("too many documents are being made; try again")
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """Let the document in work finish and drop those that wait."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _compile(self, template: str, document: Mapping[str, Any], *, timestamp: int) -> bytes:
        """PDF/UA-1 (ISO 14289-1), which screen readers can read and which refuses undrawable letters.

        Should a letter combine with its neighbours to something no font draws, a document that shows a
        gap there is better than none.
        """
        import typst

        data = msgspec.json.encode(document).decode()
        compiler = self._compiler(template)
        compile_pdf = partial(compiler.compile, format="pdf", sys_inputs={"document": data}, timestamp=timestamp)
        try:
            return cast(bytes, compile_pdf(pdf_standards="ua-1"))
        except typst.TypstError:
            return cast(bytes, compile_pdf())

    def _compiler(self, template: str) -> Any:
        """This thread's compiler: one compiler serves one call at a time; the fonts are shared."""
        import typst

        compilers: dict[str, Any] = self._local.__dict__
        if template not in compilers:
            with self._fonts_lock:
                if self._fonts is None:
                    self._fonts = typst.Fonts(
                        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
                    )
            compilers[template] = typst.Compiler(
                str(_TEMPLATES / template), root=str(_TEMPLATES), font_paths=self._fonts
            )
        return compilers[template]


def _tickets(pages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    locators = dict.fromkeys(page["locator"] for page in pages)
    return {
        "title": f"Ticket {' '.join(locators)}",
        "author": pages[0]["operator"],
        "fonts": FAMILIES,
        "tickets": pages,
    }
