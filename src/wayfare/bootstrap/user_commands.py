"""`wayfare user …` and `wayfare keys …`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.schema import run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database
from wayfare.services.customers.application.manage_users import ManageUsers
from wayfare.services.customers.application.register import NewCustomer
from wayfare.services.customers.wiring import open_users, rotate_keys

T = TypeVar("T")
_POOL = 3


def run_user_create(settings: Settings, new: NewCustomer, grant: Grant) -> None:
    """Raises ValidationFailed."""
    created = _with_users(settings, lambda users: users.create(new, grant))
    click.echo(f"{new.email} is {_words(grant)} ({created})")


def run_user_grant(settings: Settings, email: str, grant: Grant, *, revoke: bool) -> None:
    """Raises ValidationFailed, NotFound."""
    _with_users(settings, lambda users: users.revoke(email, grant) if revoke else users.grant(email, grant))
    click.echo(f"{email} is {'no longer ' if revoke else ''}{_words(grant)}")


def run_user_disable(settings: Settings, email: str, *, enable: bool) -> None:
    """Raises NotFound."""
    _with_users(settings, lambda users: users.set_disabled(email, disabled=not enable))
    click.echo(f"{email} {'may log in again' if enable else 'is signed out everywhere and cannot log in'}")


def run_user_reset_second_factor(settings: Settings, email: str) -> None:
    """Raises NotFound."""
    _with_users(settings, lambda users: users.reset_second_factor(email))
    click.echo(f"{email} has no second factor any more and is signed out everywhere")


def run_user_show(settings: Settings, email: str) -> None:
    """Raises NotFound."""
    found = _with_users(settings, lambda users: users.show(email))
    click.echo(f"{found.email or 'no address'} ({found.customer_id}){', disabled' if found.disabled else ''}")
    for grant in found.grants:
        click.echo(f"  {_words(grant)}")


def run_keys_rotate(settings: Settings) -> None:
    """Raises ConfigurationError."""

    async def rotate(ready: Settings) -> tuple[int, str]:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            return await rotate_keys(database, ready.data_keys_path)

    number, kid = _run(settings, rotate)
    click.echo(f"personal data: key {number} of {settings.data_keys_path} wraps the keys of persons from now on")
    click.echo(f"access tokens: key {kid} signs in ten minutes; those signed before stay good")


def _words(grant: Grant) -> str:
    return f"{grant.role} of {grant.operator}" if grant.operator else grant.role


def _with_users(settings: Settings, work: Callable[[ManageUsers], Awaitable[T]]) -> T:
    async def run(ready: Settings) -> T:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            return await work(open_users(database, ready.data_keys_path))

    return _run(settings, run)


def _run(settings: Settings, work: Callable[[Settings], Awaitable[T]]) -> T:
    """On an up-to-date schema: the first administrator is made before the first server starts."""

    async def run(ready: Settings) -> T:
        await run_migrations(ready, ["customers"])
        return await work(ready)

    with database_server(settings, share=True) as ready:
        return asyncio.run(run(ready))
