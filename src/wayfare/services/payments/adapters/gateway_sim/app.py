"""The HTTP app of the simulated gateway.

Every POST that moves money carries `Idempotency-Key` and is answered the same however often it comes. Amounts are
integer minor units. A refusal that belongs to the trade (declined, amount differs) is 402 with its reason; a bearer
key guards all but the customer's page.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from wayfare.infrastructure.http import Body
from wayfare.services.payments.adapters.gateway_sim.ledger import Refused, SimCharge, SimLedger
from wayfare.services.payments.adapters.gateway_sim.webhooks import WebhookSender
from wayfare.services.payments.domain.simulation import SLOW_S, LaterStep, judge, loss_of

HANG_S = 3600.0
_PAGE = """<!doctype html><html lang="en"><title>Simulated bank</title>
<body style="font-family:sans-serif;max-width:30em;margin:4em auto"><h1>Simulated bank</h1>
<p>Do you confirm this payment?</p><form method="post"><button name="result" value="approved">Confirm</button>
<button name="result" value="declined">Refuse</button></form></body></html>"""

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
Minor = Annotated[int, Field(ge=0, le=2**53)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class AuthorisationBody(Body):
    amount: Minor
    currency: Currency
    token: Annotated[str, Field(min_length=1, max_length=255)]
    method: Annotated[str, Field(max_length=40)] = "card"


class CaptureBody(Body):
    amount: Minor
    currency: Currency


class RefundBody(Body):
    charge: str
    amount: Minor
    currency: Currency


class CompletionBody(Body):
    result: Literal["approved", "declined"]


class DisputeBody(Body):
    amount: Minor
    reason: Annotated[str, Field(max_length=100)] = "fraudulent"


class BehaviourBody(Body):
    """How the whole gateway behaves from now on."""

    mode: Literal["ok", "down", "hang"]


class GatewaySim:
    """The gateway's state in one process."""

    def __init__(self, ledger: SimLedger, *, api_key: str, sender: WebhookSender | None = None, slow_s: float) -> None:
        self.ledger, self.sender, self.slow_s = ledger, sender, slow_s
        self.mode = "ok"
        self._expected = f"Bearer {api_key}".encode()

    async def guard(self, request: Request) -> None:
        """The key of the shop, and the mood of the gateway."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            raise HTTPException(401, "wrong key")
        if request.url.path != "/behaviour":
            if self.mode == "down":
                raise HTTPException(503, "the gateway is told to be down")
            if self.mode == "hang":
                await asyncio.sleep(HANG_S)

    async def authorise(self, request: Request, key: str, body: AuthorisationBody) -> Response:
        answering = judge(body.token).answering
        if answering == "outage" or (answering == "error_before" and self.ledger.fails_first(key)):
            raise HTTPException(503, "the gateway fails before it has acted")
        charge = self.ledger.authorise(key, body.amount, body.currency, body.token)
        if answering == "error_after" and self.ledger.fails_first(key):
            raise HTTPException(500, "the gateway fails after it has acted")
        if answering == "slowly":
            await asyncio.sleep(self.slow_s)
        elif answering == "never":
            await asyncio.sleep(HANG_S)
        return Response(msgspec.json.encode(shown(charge, request)), media_type="application/json")

    async def lose_first_answer(self, charge: SimCharge, step: LaterStep) -> None:
        """What was done stays done; the caller does not learn of it where the token says so."""
        loss = loss_of(charge.token, step)
        if loss and self.ledger.fails_first(f"{step} {charge.key}"):
            if loss == "error":
                raise HTTPException(500, "the gateway fails after it has acted")
            await asyncio.sleep(HANG_S)


def shown(charge: SimCharge, request: Request) -> dict[str, Any]:
    """A charge as the API shows it; its token stays inside."""
    content = msgspec.to_builtins(charge)
    del content["token"]
    if charge.state == "pending":
        content["next_action"] = {"type": "redirect", "url": f"{request.base_url}challenges/{charge.id}"}
    return dict(content)


def create_app(
    ledger: SimLedger, *, api_key: str, sender: WebhookSender | None = None, slow_s: float = SLOW_S
) -> FastAPI:
    """`sender`: where webhooks go; none are sent without it."""
    sim = GatewaySim(ledger, api_key=api_key, sender=sender, slow_s=slow_s)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sending = asyncio.create_task(sender.run()) if sender else None
        yield
        if sending is not None and sender is not None:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
            await sender.aclose()

    app = FastAPI(title="Wayfare simulated gateway", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_exception_handler(Refused, _refused)
    _add_charges(app, sim)
    _add_customer(app, sim)
    _add_control(app, sim)
    return app


async def _refused(_: Request, error: Exception) -> Response:
    return Response(msgspec.json.encode({"state": "declined", "reason": str(error)}), 402, None, "application/json")


def _add_charges(app: FastAPI, sim: GatewaySim) -> None:
    guarded: dict[str, Any] = {"dependencies": [Depends(sim.guard)], "response_model": None}

    @app.post("/authorisations", **guarded)
    async def authorise(request: Request, key: Key, body: AuthorisationBody) -> Response:
        return await sim.authorise(request, key, body)

    @app.get("/authorisations", **guarded)
    async def look_up(request: Request, key: str) -> dict[str, Any]:
        charge = sim.ledger.find_by_key(key)
        if charge is None:
            raise HTTPException(404, "no charge has this key")
        if judge(charge.token).answering == "outage":
            raise HTTPException(503, "the gateway fails for this token")
        return shown(charge, request)

    @app.post("/authorisations/{charge_id}/capture", **guarded)
    async def capture(request: Request, charge_id: str, body: CaptureBody) -> dict[str, Any]:
        charge = sim.ledger.capture(charge_id, body.amount, body.currency)
        await sim.lose_first_answer(charge, "capture")
        return shown(charge, request)

    @app.post("/authorisations/{charge_id}/void", **guarded)
    async def void(request: Request, charge_id: str) -> dict[str, Any]:
        charge = sim.ledger.void(charge_id)
        await sim.lose_first_answer(charge, "void")
        return shown(charge, request)

    @app.post("/refunds", **guarded)
    async def refund(key: Key, body: RefundBody) -> dict[str, Any]:
        done = sim.ledger.refund(key, body.charge, body.amount, body.currency)
        await sim.lose_first_answer(sim.ledger.get(body.charge), "refund")
        return dict(msgspec.to_builtins(done))

    @app.get("/charges", **guarded)
    async def list_charges(
        request: Request, after: str = "", limit: Annotated[int, Field(ge=1, le=1000)] = 100, since: float = 0.0
    ) -> dict[str, Any]:
        """Charges in the order they were made, from Unix second `since`; `after` is the last id of the page before."""
        return {"items": [shown(charge, request) for charge in sim.ledger.list_charges(after, limit, since)]}


def _add_customer(app: FastAPI, sim: GatewaySim) -> None:
    @app.get("/challenges/{charge_id}", response_class=HTMLResponse)
    async def show_challenge(charge_id: str) -> str:
        sim.ledger.get(charge_id)
        return _PAGE

    @app.post("/challenges/{charge_id}", response_model=None)
    async def answer_challenge(request: Request, charge_id: str) -> HTMLResponse:
        agreed = b"result=approved" in await request.body()
        charge = sim.ledger.complete(charge_id, agreed=agreed)
        return HTMLResponse(f"<!doctype html><title>Simulated bank</title><p>The payment is {charge.state}.</p>")


def _add_control(app: FastAPI, sim: GatewaySim) -> None:
    guarded: dict[str, Any] = {"dependencies": [Depends(sim.guard)], "response_model": None}

    @app.post("/authorisations/{charge_id}/complete", **guarded)
    async def complete(request: Request, charge_id: str, body: CompletionBody) -> dict[str, Any]:
        """What the customer does on the page of the challenge."""
        return shown(sim.ledger.complete(charge_id, agreed=body.result == "approved"), request)

    @app.post("/authorisations/{charge_id}/disputes", **guarded)
    async def dispute(charge_id: str, body: DisputeBody) -> dict[str, Any]:
        """What the customer's bank does: it takes captured money back, and the shop is told."""
        return dict(msgspec.to_builtins(sim.ledger.dispute(charge_id, body.amount, body.reason)))

    @app.put("/behaviour", **guarded)
    async def behave(body: BehaviourBody) -> dict[str, str]:
        sim.mode = body.mode
        return {"mode": sim.mode}
