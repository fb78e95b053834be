"""Where the routes of those who run Wayfare answer: on a listener of their own, and to some addresses alone."""

from __future__ import annotations

from starlette.types import Scope

from wayfare.infrastructure.addresses import Networks
from wayfare.kernel.errors import Forbidden, NotFound

_ROUTES = frozenset({"/metrics", "/v1/admin"})
_PREFIXES = ("/v1/admin/",)


class OperatorsDoor:
    def __init__(self, port: int | None, addresses: Networks | None) -> None:
        """`port`: of the listener on which they answer; None: on every one. `addresses`: to whom; None: to all."""
        self._port, self._addresses = port, addresses

    def check(self, scope: Scope) -> None:
        """Raises NotFound where the request came in by another listener, Forbidden from another address."""
        path: str = scope["path"]
        if path not in _ROUTES and not path.startswith(_PREFIXES):
            return
        if self._port is not None and (scope["server"] is None or scope["server"][1] != self._port):
            raise NotFound(f"{scope['method']} {path[:200]}: Not Found")
        if self._addresses is not None and (scope["client"] is None or scope["client"][0] not in self._addresses):
            raise Forbidden("operators come from other addresses")
