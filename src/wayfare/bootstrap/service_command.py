"""A command that asks one service of this data folder, made here for the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from wayfare.bootstrap.operator_trail import Deed, record_deeds
from wayfare.bootstrap.settings import Settings

T = TypeVar("T")


def ask_service(
    name: str,
    work: Callable[[Any], Awaitable[T]],
    deed: Callable[[T], Deed | None] | None = None,
    *,
    migrate: bool = True,
) -> T:
    """What `work` gives for the API of the service `name`. `deed`: what is recorded of it in the audit log.

    `migrate`: bring the database up to date first; else it is an error when it is not.
    """
    from wayfare.bootstrap.compose import compose
    from wayfare.bootstrap.database_server import database_server
    from wayfare.bootstrap.schema import prepare_database
    from wayfare.infrastructure.telemetry import configure_logging

    settings = Settings.load()
    configure_logging("critical", json=settings.logs_json)  # what goes wrong, the command says itself

    async def run(ready: Settings) -> T:
        system = compose(ready, (name,), run_jobs=False)
        await system.start()
        try:
            return await work(system.services[name].api)
        finally:
            await system.stop()

    with database_server(settings, share=True) as ready:
        if migrate:
            prepare_database(ready)
        outcome = asyncio.run(run(ready))
        done = None if deed is None else deed(outcome)
        if done is not None:
            record_deeds(ready, [done])
        return outcome
