"""Tell the shop what happened: webhooks, on demand twice, late or out of order; repeated until they are taken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import httpx2
import msgspec
import structlog

from wayfare.services.payments.adapters.gateway_sim.ledger import SimCharge, SimEvent, SimLedger
from wayfare.services.payments.adapters.gateway_sim.signing import signed_headers
from wayfare.services.payments.domain.simulation import delivery_of

log = structlog.get_logger()

PAUSE_S = 0.1
LATE_S = 3.0
GATHER_S = 1.0
"""How long events of a charge are gathered before they are sent newest first."""
RETRY_S = (1.0, 300.0)
ATTEMPTS_MAX = 20


class WebhookSender:
    def __init__(self, ledger: SimLedger, url: str, secret: str, timeout_s: float = 5.0) -> None:
        self._ledger, self._url, self._secret = ledger, url, secret
        self._http = httpx2.AsyncClient(timeout=timeout_s)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.send_due()
            await asyncio.sleep(PAUSE_S)

    async def send_due(self) -> None:
        held: dict[str, list[tuple[SimEvent, SimCharge]]] = {}
        for event in self._ledger.due_events():
            charge = self._ledger.get(event.charge)
            delivery = delivery_of(charge.token)
            age_s = time.time() - event.made_at
            if delivery == "silent":
                self._ledger.mark_sent(event)
            elif delivery == "reordered":
                held.setdefault(charge.id, []).append((event, charge))
            elif delivery != "late" or age_s >= LATE_S:
                await self._send(event, charge, times=2 if delivery == "duplicate" else 1)
        for events in held.values():
            await self._send_newest_first(events)

    async def _send_newest_first(self, events: Sequence[tuple[SimEvent, SimCharge]]) -> None:
        if time.time() - events[0][0].made_at >= GATHER_S:
            for event, charge in reversed(events):
                await self._send(event, charge)

    async def _send(self, event: SimEvent, charge: SimCharge, times: int = 1) -> None:
        content: dict[str, Any] = {
            "id": event.id,
            "type": event.type,
            "data": {"id": charge.id, "key": charge.key, "amount": charge.amount, "currency": charge.currency},
        }
        if (dispute := self._ledger.find_dispute(event.id)) is not None:
            content["data"]["dispute"] = msgspec.to_builtins(dispute)
        body = msgspec.json.encode(content)
        try:
            for _ in range(times):
                response = await self._http.post(
                    self._url, content=body, headers=signed_headers(self._secret, event.id, body)
                )
            taken = response.is_success
        except httpx2.HTTPError as error:
            log.info("webhook.unreachable", error=type(error).__name__)
            taken = False
        if taken or event.attempts >= ATTEMPTS_MAX:
            self._ledger.mark_sent(event)
        else:
            self._ledger.postpone(event, min(RETRY_S[0] * 2**event.attempts, RETRY_S[1]))

    async def aclose(self) -> None:
        await self._http.aclose()
