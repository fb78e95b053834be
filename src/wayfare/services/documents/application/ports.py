"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.contracts.documents.api import TicketRequest
from wayfare.contracts.payments.invoices import Invoice
from wayfare.kernel.signing_key import SigningKey


@dataclass(frozen=True)
class SealedTicket:
    """A ticket with the signed text of its barcode."""

    ticket: TicketRequest
    payload: str
    key_id: str


DrawTicket: TypeAlias = Callable[[SealedTicket], bytes]
"""A ticket in one of its forms; milliseconds of work. Raises `ValidationFailed`."""


class KeyStore(Protocol):
    """The keys that sign tickets, and those that may have signed them."""

    def current(self) -> SigningKey: ...

    def public_keys(self) -> Mapping[str, Ed25519PublicKey]: ...


class Renderer(Protocol):
    async def render(self, tickets: Sequence[SealedTicket]) -> bytes: ...

    async def render_invoice(self, invoice: Invoice) -> bytes: ...


class CodeReader(Protocol):
    """Finds the texts of the barcodes in a picture or document."""

    def read(self, path: Path) -> list[str]: ...
