"""The only door into the documents service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.contracts.documents.api import DocumentsApi, RenderedPdf, RenderTickets
from wayfare.kernel.time import Clock, SystemClock
from wayfare.services.documents.adapters.picture_reader import PictureReader
from wayfare.services.documents.adapters.signing_keys import SigningKeys, read_public_keys
from wayfare.services.documents.adapters.typst_renderer import TypstRenderer
from wayfare.services.documents.application.render_tickets import render_tickets
from wayfare.services.documents.application.verify_ticket import TicketVerdict, verify_image, verify_ticket

KEY_FILE = "ticket-keys.json"


class Documents:
    """`DocumentsApi` over this process's renderer and keys."""

    def __init__(self, keys: SigningKeys, renderer: TypstRenderer) -> None:
        self._keys = keys
        self._renderer = renderer

    async def render_tickets(self, message: RenderTickets) -> RenderedPdf:
        return await render_tickets(message, keys=self._keys, renderer=self._renderer)


class Verifier:
    """Checks tickets with public keys alone: of this installation, or of an exported set."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey], clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def verify(self, payload: str) -> TicketVerdict:
        """Raises `TicketUnreadable`, `TicketKeyUnknown` or `TicketForged`."""
        return verify_ticket(payload, keys=self._keys, now_s=self._clock.now_s())

    def verify_image(self, path: Path) -> list[TicketVerdict]:
        """The tickets in a PNG, JPEG or PDF. Raises as `verify` does."""
        return verify_image(path, reader=PictureReader(), keys=self._keys, now_s=self._clock.now_s())


@dataclass(frozen=True)
class Service:
    api: DocumentsApi
    keys: SigningKeys
    renderer: TypstRenderer
    clock: Clock

    def verifier(self) -> Verifier:
        """A verifier with the keys known now."""
        return Verifier(self.keys.public_keys(), self.clock)

    def close(self) -> None:
        """Finish the document in work; no more are made."""
        self.renderer.close()


def build(
    *, data_dir: Path, clock: Clock | None = None, key_file: Path | None = None, threads: int = 2
) -> Service:
    """The service with its keys in `data_dir`, or in `key_file` where several machines share one.

    Raises `ConfigurationError` when the keys cannot be made or read.
    """
    keys = SigningKeys(key_file or data_dir / "documents" / KEY_FILE)
    renderer = TypstRenderer(threads=threads)
    return Service(api=Documents(keys, renderer), keys=keys, renderer=renderer, clock=clock or SystemClock())


def build_verifier(*, public_keys: bytes, clock: Clock | None = None) -> Verifier:
    """A verifier that has nothing but an exported set of public keys (JSON)."""
    return Verifier(read_public_keys(public_keys), clock or SystemClock())
