"""One ticket in a form for phones: a calendar's event, a pass, the barcode alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from wayfare.contracts.documents.api import RenderedTicket, RenderTicket
from wayfare.kernel.errors import WalletNotConfigured
from wayfare.services.documents.application.ports import DrawTicket, KeyStore
from wayfare.services.documents.application.render_tickets import seal_ticket


async def render_ticket(message: RenderTicket, *, keys: KeyStore, forms: Mapping[str, DrawTicket]) -> RenderedTicket:
    """Raises `WalletNotConfigured` where nothing may sign a pass, `ValidationFailed` for times that are none."""
    draw = forms.get(message.form)
    if draw is None:
        raise WalletNotConfigured("this system has no certificate to sign passes with")
    return RenderedTicket(await asyncio.to_thread(draw, seal_ticket(message.ticket, keys.current())))
