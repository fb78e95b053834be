"""Which service a request is for, by the routes that the services themselves declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Scope


class RouteTable:
    def __init__(self, routers: Mapping[str, Iterable[APIRouter]]) -> None:
        """`routers`: by the name of their service. The first route that fits counts, as in an application."""
        self._routes: Sequence[tuple[BaseRoute, str]] = [
            (route, service) for service, listed in routers.items() for router in listed for route in router.routes
        ]

    def find(self, scope: Scope) -> str | None:
        """The service whose route this is; leaves the route in the scope. None: nobody's, or another method's."""
        for route, service in self._routes:
            match, _ = route.matches(scope)
            if match == Match.FULL:
                scope["route"] = route
                return service
        return None
