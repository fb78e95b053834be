"""Several gateways behind one port: which one takes a payment is a rule of its method.

A rule names gateways in order: the first takes the payment; while its circuit is open the next one does. A charge
belongs for ever to the gateway that answered it first: its name stands before the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from wayfare.kernel.errors import ConfigurationError, NotFound, Unauthenticated, Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.application.ports import Charge, ChargesPage, GatewayAnswer, Notice, PaymentGateway

_MARK = ":"


def parse_routes(text: str) -> dict[str, tuple[str, ...]]:
    """Read "card=stripe,simulated_http; paypal=paypal". Raises `ConfigurationError`."""
    routes: dict[str, tuple[str, ...]] = {}
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        method, equals, names = part.partition("=")
        found = tuple(name.strip() for name in names.split(",") if name.strip())
        if not equals or not method.strip() or not found:
            raise ConfigurationError(f"payment routes: {part!r} is not like card=stripe,paypal")
        routes[method.strip()] = found
    return routes


class GatewayRouter:
    """Implements the port `PaymentGateway` over several."""

    voids_by_key = False

    def __init__(
        self, gateways: Mapping[str, PaymentGateway], routes: Mapping[str, Sequence[str]], default: str
    ) -> None:
        """Raises ConfigurationError when a rule names a gateway that is not there."""
        for names in (*routes.values(), (default,)):
            for name in names:
                if name not in gateways:
                    raise ConfigurationError(f"payment routes: there is no gateway {name!r} here")
        self._gateways, self._routes, self.name = gateways, routes, default

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        *first, last = self._candidates(charge.method)
        for gateway in first:
            try:
                return _marked(gateway, await gateway.authorise(charge))
            except Unavailable as error:
                if "retry_after_s" not in error.facts:  # else its circuit is open and it never saw the charge
                    raise
        return _marked(last, await last.authorise(charge))

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        if charge.ref:
            gateway, ref = self._owner(charge.ref)
            return _marked(gateway, await gateway.look_up(msgspec.structs.replace(charge, ref=ref)))
        # The answer was lost: whoever was asked may have it, and one that never heard of it says so.
        answer = GatewayAnswer("unknown")
        for gateway in self._candidates(charge.method):
            answer = _marked(gateway, await gateway.look_up(charge))
            if answer.outcome != "unknown":
                break
        return answer

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        gateway, ref = self._owner(ref)
        return await gateway.capture(key, ref, amount)

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        gateway, ref = self._owner(ref)
        return await gateway.void(key, ref, amount)

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        gateway, ref = self._owner(ref)
        return await gateway.refund(key, ref, amount)

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:  # noqa: ARG002
        return None  # each has a list of its own: see `members`

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:  # noqa: ARG002
        raise Unauthenticated("notices are told to one of the gateways")

    def find(self, name: str) -> PaymentGateway:
        """Raises NotFound."""
        if name not in self._gateways:
            raise NotFound(f"there is no payment gateway {name!r} here")
        return self._gateways[name]

    @property
    def members(self) -> Sequence[PaymentGateway]:
        return tuple(self._gateways.values())

    def retry_after_s(self, method: str) -> int:
        return min(gateway.retry_after_s(method) for gateway in self._candidates(method))

    async def aclose(self) -> None:
        for gateway in self._gateways.values():
            await gateway.aclose()

    def _candidates(self, method: str) -> list[PaymentGateway]:
        return [self._gateways[name] for name in self._routes.get(method, (self.name,))]

    def _owner(self, ref: str) -> tuple[PaymentGateway, str]:
        """The gateway a reference belongs to; one from before there were several is the default's."""
        name, mark, rest = ref.partition(_MARK)
        if mark and name in self._gateways:
            return self._gateways[name], rest
        return self._gateways[self.name], ref


def _marked(gateway: PaymentGateway, answer: GatewayAnswer) -> GatewayAnswer:
    ref = f"{gateway.name}{_MARK}{answer.ref}" if answer.ref else ""
    return msgspec.structs.replace(answer, ref=ref, gateway=gateway.name)
