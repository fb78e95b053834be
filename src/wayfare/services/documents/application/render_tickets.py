"""Render tickets: sign each, then set them as one document."""

from __future__ import annotations

import hashlib

from wayfare.contracts.documents.api import RenderedPdf, RenderTickets, TicketRequest
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.signing_key import SigningKey
from wayfare.services.documents.application.ports import KeyStore, Renderer, SealedTicket
from wayfare.services.documents.domain.facts import facts_of
from wayfare.services.documents.domain.payload import sign_payload

TICKETS_MAX = 100  # a party of nine on eleven legs; more belongs into several documents


async def render_tickets(message: RenderTickets, *, keys: KeyStore, renderer: Renderer) -> RenderedPdf:
    """One page per ticket, in order. The same tickets under the same key give the same bytes.

    Raises `ValidationFailed` for no tickets, too many, or one whose times cannot be read.
    """
    if not message.tickets:
        raise ValidationFailed.of("tickets", "there is no ticket to render")
    if len(message.tickets) > TICKETS_MAX:
        raise ValidationFailed.of("tickets", f"a document holds at most {TICKETS_MAX} tickets")
    key = keys.current()
    pdf = await renderer.render([seal_ticket(ticket, key) for ticket in message.tickets])
    return RenderedPdf(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())


def seal_ticket(ticket: TicketRequest, key: SigningKey) -> SealedTicket:
    """Raises `ValidationFailed` for times that are none."""
    return SealedTicket(ticket=ticket, payload=sign_payload(facts_of(ticket), key), key_id=key.key_id)
