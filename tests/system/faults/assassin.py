"""A server composed as `wayfare serve` composes it, whose process kills itself at one point of one step.

What a service is given is wrapped where the composition root hands it over: the interfaces of inventory and payments,
and the client of the payment gateway. Points inside a database transaction are seen at the driver. Nothing is told to
the process that dies: SIGKILL leaves it no time to tidy up.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
import uvicorn
from asyncpg.transaction import Transaction

from wayfare.bootstrap.asgi import build_app
from wayfare.bootstrap.compose import Composer
from wayfare.bootstrap.payment_gateways import gateway_options
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.inventory.api import ConfirmHold, Hold
from wayfare.infrastructure.telemetry import configure_logging
from wayfare.kernel.time import SystemClock
from wayfare.services.bookings.adapters import after_sales_sql as after_sales
from wayfare.services.bookings.adapters import sql as bookings
from wayfare.services.inventory.adapters import sql as inventory
from wayfare.services.payments.adapters.gateway_router import GatewayRouter
from wayfare.services.payments.adapters.resilience import ResilientGateway
from wayfare.services.payments.adapters.simulated_http_gateway import SimulatedHttpGateway
from wayfare.services.payments.application.ports import PaymentGateway

IN_FLIGHT_S = 0.3
"""How long a gateway's answer is waited for before the process dies without it."""
STATEMENTS = {
    "create.claim": bookings.CLAIM_KEYS,
    "create.insert": bookings.INSERT_BOOKINGS,
    "confirm": inventory.CONFIRM,
    "ticket": bookings.TICKET_BOOKINGS,
    "release": inventory.UPDATE_HOLDS,
    "cancel": after_sales.CANCEL,
    "cancel.open": after_sales.OPEN_SETTLING,
}


class Death(msgspec.Struct, frozen=True):
    """Where a process dies.

    `at`: "payments.capture" (a call of a service's interface), "gateway.capture" (a call of the gateway's client) or
    "sql.ticket" (a statement, see STATEMENTS). `when`: "before" it, "after" its answer, for statements also "sent"
    (on its way, nobody has read the answer) and "committed" (its transaction is). `thief`: the hold's time is over
    just before it is confirmed.
    """

    at: str
    when: str
    thief: bool = False


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """Passes calls on, but dies around one method."""

    def __init__(self, target: Any, name: str, death: Death) -> None:
        self._target, self._name, self._death = target, name, death

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._target, method)
        return self._dying(call) if f"{self._name}.{method}" == self._death.at else call

    def _dying(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def dying(*arguments: Any) -> Any:
            if self._death.when == "before":
                die()
            # An answer, an error, or silence for so long: whichever it is, nobody acts on it.
            patience_s = IN_FLIGHT_S if self._name == "gateway" else None
            try:
                await asyncio.wait({asyncio.ensure_future(call(*arguments))}, timeout=patience_s)
            finally:  # also when the caller has no more patience
                die()

        return dying


class Thief:
    """An inventory whose holds end just before they are confirmed."""

    def __init__(self, inventory_api: Any, database_url: str) -> None:
        self._inventory, self._database_url = inventory_api, database_url

    def __getattr__(self, method: str) -> Any:
        return getattr(self._inventory, method)

    async def confirm_hold(self, message: ConfirmHold) -> Hold:
        connection = await asyncpg.connect(self._database_url)
        await connection.execute("UPDATE inventory.hold SET expires_at = now() WHERE hold_id = $1", message.hold_id)
        await connection.close()
        confirmed: Hold = await self._inventory.confirm_hold(message)
        return confirmed


class DoomedComposer(Composer):
    """The real composition with deadly wrappers."""

    death: Death

    def reach(self, name: str, protocol: type) -> Any:
        api: Any = super().reach(name, protocol)
        if name == "inventory" and self.death.thief:
            api = Thief(api, str(self.settings.database_url))
        return Deadly(api, name, self.death)

    def payment_gateway(self) -> PaymentGateway:
        options = gateway_options(self.settings)
        client = SimulatedHttpGateway(options.simulated_url, options.simulated_key, options.simulated_webhook_secret)
        deadly = ResilientGateway(Deadly(client, "gateway", self.death), options.limits)  # type: ignore[arg-type]
        return GatewayRouter({client.name: deadly}, {}, client.name)


def watch_statements(death: Death) -> None:
    """Let the driver die at the statement, for statements cannot be seen from outside a service."""
    service, _, name = death.at.partition(".")
    if service != "sql":
        return
    deadly, marked = STATEMENTS[name], set[asyncpg.Connection]()

    def watched(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run(connection: asyncpg.Connection, query: str, *arguments: Any, **options: Any) -> Any:
            if query != deadly:
                answer = await method(connection, query, *arguments, **options)
                if query == "COMMIT" and connection in marked:  # a lane's
                    die()
                return answer
            if death.when == "before":
                die()
            sending = asyncio.ensure_future(method(connection, query, *arguments, **options))
            if death.when == "sent":
                # Prepared, then sent: one round trip later it is on its way.
                await asyncio.wait({sending}, timeout=0.005)
                die()
            answer = await sending
            if death.when == "after" or not connection.is_in_transaction():
                die()
            marked.add(connection)
            return answer

        return run

    leave = Transaction.__aexit__

    async def left(transaction: Transaction, *why: Any) -> None:
        await leave(transaction, *why)
        if transaction._connection in marked:
            die()

    for method in ("fetch", "execute", "fetchval", "fetchrow"):
        setattr(asyncpg.Connection, method, watched(getattr(asyncpg.Connection, method)))
    Transaction.__aexit__ = left


def serve_until_killed(settings: Settings, facts: dict[str, Any]) -> None:
    """The body of a process that will not end well."""
    death = msgspec.convert(facts, Death)
    configure_logging(settings.log_level, json=True)
    watch_statements(death)
    composer = DoomedComposer(settings, settings.service_names, 0, SystemClock(settings.now), ())
    composer.death = death
    app = build_app(composer.build(run_jobs=True))
    uvicorn.run(
        app, host=settings.host, port=settings.port, loop="uvloop", http="httptools", log_config=None, access_log=False
    )
