"""The addresses at which services answer: which of them are well, and which one is asked next."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import IntEnum

import httpx2
import structlog

from wayfare.infrastructure.circuit import Circuit
from wayfare.infrastructure.metrics import Gauge
from wayfare.kernel.errors import Unavailable

log = structlog.get_logger()

EVERY_S = 1.0
CHECK_S = 2.0
CONNECT_S = 2.0
READ_S = 60.0
"""Between two pieces of an answer; how long its head may take is the edge's business."""
KEPT_S = 3.0
"""An unused connection is kept for less than the five seconds after which the other side closes it."""
FAILURES_MAX = 5
OPEN_S = 5.0
_UP = Gauge(
    "wayfare_upstream_state",
    "An address of a service is ready: 2; answers, but is not: 1; is away: 0.",
    ["address"],
    multiprocess_mode="livemin",
)


class State(IntEnum):
    """READY: /readyz says so. UNREADY: it answers, but would rather not be asked. AWAY: it does not answer."""

    AWAY = 0
    UNREADY = 1
    READY = 2


class Upstream:
    """One address. `state` is as last seen; `running`: requests it has been given and not finished."""

    def __init__(self, address: str, connections_max: int) -> None:
        self.address = address
        self.url = httpx2.URL(address)
        self.state = State.READY  # until it was looked at
        self.running = 0
        self._circuit = Circuit(address, FAILURES_MAX, OPEN_S, self._note_circuit)
        limits = httpx2.Limits(
            max_connections=connections_max, max_keepalive_connections=connections_max, keepalive_expiry=KEPT_S
        )
        # Certificates take long to load, and are for https alone. Proxies of the environment are for the world outside.
        tls = address.startswith("https:")
        self._transport = httpx2.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)
        self._checks = httpx2.AsyncHTTPTransport(verify=tls, trust_env=False)  # never behind requests
        self._is_open = False

    @property
    def is_closed_off(self) -> bool:
        """Its circuit is open: it is left alone for a while."""
        return self._circuit.remaining_s() > 0

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Around a request until its answer has begun: what fails here opens the circuit. Raises Unavailable."""
        async with self._circuit.closed():
            try:
                yield
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                self.note(State.AWAY)
                raise

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """The answer's head; its body is to be read and closed. Raises httpx2.TransportError."""
        return await self._transport.handle_async_request(request)

    def note(self, state: State) -> None:
        if state != self.state:
            log.warning("upstream.changed", address=self.address, state=state.name.lower())
        self.state = state
        _UP.labels(self.address).set(state)

    async def look(self) -> None:
        """Ask whether it is ready. Whoever is slow is not away."""
        request = httpx2.Request("GET", self.url.copy_with(raw_path=b"/readyz"))
        try:
            async with asyncio.timeout(CHECK_S):
                response = await self._checks.handle_async_request(request)
                await response.aread()
        except httpx2.ConnectError:
            self.note(State.AWAY)
        except (httpx2.TransportError, TimeoutError):
            self.note(State.UNREADY)
        else:
            self.note(State.READY if response.status_code == httpx2.codes.OK else State.UNREADY)

    async def aclose(self) -> None:
        await self._transport.aclose()
        await self._checks.aclose()

    def _note_circuit(self, is_open: bool) -> None:
        if is_open != self._is_open:
            log.warning("upstream.circuit", address=self.address, open=is_open)
        self._is_open = is_open


class Upstreams:
    """All addresses of all services. Several services may share one."""

    def __init__(self, addresses: Mapping[str, Sequence[str]], connections_max: int) -> None:
        """`addresses`: of each service, as http://10.0.0.5:8000. `connections_max`: to each address."""
        distinct = {address for listed in addresses.values() for address in listed}
        self._known = {address: Upstream(address, connections_max) for address in sorted(distinct)}
        self._of = {name: [self._known[address] for address in listed] for name, listed in addresses.items()}
        self._turn = itertools.count()
        self._tasks: list[asyncio.Task[None]] = []

    def choose(self, service: str, but: Collection[Upstream] = ()) -> Upstream:
        """The address with the fewest requests among the readiest; those with equally many take turns.

        `but`: those that were asked in vain. Raises Unavailable.
        """
        upstreams = self._of[service]
        open_to = [one for one in upstreams if one not in but and one.state != State.AWAY and not one.is_closed_off]
        if not open_to:
            raise Unavailable(f"the service {service} does not answer")
        best = max(one.state for one in open_to)
        turn = next(self._turn)
        ready = [one for one in open_to if one.state == best]
        return min((ready[(turn + place) % len(ready)] for place in range(len(ready))), key=lambda one: one.running)

    def away(self) -> list[str]:
        """The services none of whose addresses answers."""
        return [name for name, listed in self._of.items() if all(one.state == State.AWAY for one in listed)]

    async def start(self) -> None:
        """Look at all of them, and go on looking."""
        await asyncio.gather(*(one.look() for one in self._known.values()))
        self._tasks = [asyncio.create_task(_follow(one), name="upstream-health") for one in self._known.values()]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in self._known.values():
            await one.aclose()

    def __len__(self) -> int:
        return len(self._of)


async def _follow(upstream: Upstream) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        await upstream.look()
