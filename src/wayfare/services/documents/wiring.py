"""The only door into the documents service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.contracts.documents.api import (
    DocumentsApi,
    ReadTicket,
    RenderedPdf,
    RenderedTicket,
    RenderInvoice,
    RenderTicket,
    RenderTickets,
    TicketRead,
)
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.signing_keys import SigningKeys, read_public_keys
from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.time import Clock
from wayfare.services.documents.adapters.calendar_file import calendar_file
from wayfare.services.documents.adapters.code_file import code_alone
from wayfare.services.documents.adapters.picture_reader import PictureReader
from wayfare.services.documents.adapters.typst_renderer import TypstRenderer
from wayfare.services.documents.adapters.wallet_pass import WalletKeys, WalletPasses
from wayfare.services.documents.application.ports import DrawTicket
from wayfare.services.documents.application.render_invoice import render_invoice
from wayfare.services.documents.application.render_ticket import render_ticket
from wayfare.services.documents.application.render_tickets import render_tickets
from wayfare.services.documents.application.verify_ticket import TicketVerdict, verify_image, verify_ticket
from wayfare.services.documents.domain.payload import verify_payload
from wayfare.services.documents.entrypoints.http import router

KEYS = "the ticket keys"


class Documents:
    """Implements `DocumentsApi` with this process's renderer and keys."""

    def __init__(self, keys: SigningKeys, renderer: TypstRenderer, passes: WalletPasses | None = None) -> None:
        """`passes`: None where nothing may sign them."""
        self.keys = keys
        self.renderer = renderer
        self.forms: dict[str, DrawTicket] = {"ics": calendar_file, "svg": code_alone}
        if passes is not None:
            self.forms["pkpass"] = passes.make

    async def render_tickets(self, message: RenderTickets) -> RenderedPdf:
        return await render_tickets(message, keys=self.keys, renderer=self.renderer)

    async def render_ticket(self, message: RenderTicket) -> RenderedTicket:
        return await render_ticket(message, keys=self.keys, forms=self.forms)

    async def render_invoice(self, message: RenderInvoice) -> RenderedPdf:
        return await render_invoice(message, renderer=self.renderer)

    async def read_ticket(self, message: ReadTicket) -> TicketRead:
        facts = verify_payload(message.code.strip("\r\n"), self.keys.public_keys())
        return TicketRead(facts.ticket_no, facts.locator)


class Verifier:
    """Checks tickets with public keys alone, without a connection."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey], clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def verify(self, payload: str) -> TicketVerdict:
        """Raises `TicketUnreadable`, `TicketKeyUnknown` or `TicketForged`."""
        return verify_ticket(payload, keys=self._keys, now_s=self._clock.now_s())

    def verify_image(self, path: Path) -> list[TicketVerdict]:
        """The tickets in a PNG, JPEG or PDF, in order; at least one. Raises as `verify` does."""
        return verify_image(path, reader=PictureReader(), keys=self._keys, now_s=self._clock.now_s())


def key_file_of(data_dir: Path) -> Path:
    """Where an installation keeps its ticket keys."""
    return data_dir / "documents" / "ticket-keys.json"


def build(
    *, data_dir: Path, key_file: Path | None = None, threads: int = 2, wallet: WalletKeys | None = None
) -> Service:
    """The service with its keys in `data_dir`, or in `key_file` where several machines share one.

    `wallet`: what signs passes for phones. Raises `ConfigurationError` when keys can neither be read nor made.
    """
    keys = SigningKeys(key_file or key_file_of(data_dir), KEYS)
    documents = Documents(keys, TypstRenderer(threads=threads), None if wallet is None else WalletPasses(wallet))

    async def stop() -> None:
        await asyncio.to_thread(documents.renderer.close)

    return Service(
        name="documents",
        api=documents,
        protocol=DocumentsApi,
        routers=(router(documents.keys.export_public),),
        stop=stop,
    )


def open_verifier(key_file: Path, *, clock: Clock) -> Verifier:
    """A verifier with the keys of a file: an exported set, or the key file of an installation.

    Raises `ConfigurationError` when there is no such file or it holds no keys.
    """
    try:
        document = key_file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{KEYS} {key_file} cannot be read: {error.strerror}") from error
    return Verifier(read_public_keys(document, KEYS), clock)
