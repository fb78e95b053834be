"""`wayfare user …` and `wayfare keys …`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import click

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.key_files import open_key_file
from wayfare.bootstrap.schema import run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database
from wayfare.services.customers.application.manage_services import ManageServices
from wayfare.services.customers.application.manage_users import ManageUsers
from wayfare.services.customers.application.register import NewCustomer
from wayfare.services.customers.domain.api_key import ServiceAccount
from wayfare.services.customers.domain.customer import Customer
from wayfare.services.customers.wiring import open_services, open_users, rotate_keys

T = TypeVar("T")
_POOL = 3


def run_user_create(settings: Settings, new: NewCustomer, grant: Grant) -> None:
    """Raises ValidationFailed."""
    created = _with_users(settings, lambda users: users.create(new, grant))
    click.echo(f"{new.email} is {_words(grant)} ({created})")


def run_service_create(settings: Settings, name: str, grant: Grant) -> None:
    """Raises ValidationFailed."""
    created = with_services(settings, lambda services: services.create(name, grant))
    click.echo(f"{name} is a service account, {_words(grant)} ({created})")


def run_user_grant(settings: Settings, account: str, grant: Grant, *, revoke: bool) -> None:
    """Raises ValidationFailed, NotFound."""

    async def work(accounts: ManageUsers | ManageServices) -> None:
        await (accounts.revoke(account, grant) if revoke else accounts.grant(account, grant))

    _with_either(settings, account, work)
    click.echo(f"{account} is {'no longer ' if revoke else ''}{_words(grant)}")


def run_user_disable(settings: Settings, account: str, *, enable: bool) -> None:
    """Raises NotFound."""

    async def work(accounts: ManageUsers | ManageServices) -> None:
        await accounts.set_disabled(account, disabled=not enable)

    _with_either(settings, account, work)
    if is_service(account):
        click.echo(f"the keys of {account} are {'accepted again' if enable else 'refused'}")
    else:
        click.echo(f"{account} {'may log in again' if enable else 'is signed out everywhere and cannot log in'}")


def run_user_reset_second_factor(settings: Settings, email: str) -> None:
    """Raises NotFound."""
    _with_users(settings, lambda users: users.reset_second_factor(email))
    click.echo(f"{email} has no second factor any more and is signed out everywhere")


def run_user_show(settings: Settings, account: str) -> None:
    """Raises NotFound."""

    async def work(accounts: ManageUsers | ManageServices) -> Customer | ServiceAccount:
        return await accounts.show(account)

    found = _with_either(settings, account, work)
    if isinstance(found, ServiceAccount):
        name, own_id = found.name, found.account_id
    else:
        name, own_id = found.email or "no address", found.customer_id
    click.echo(f"{name} ({own_id}){', disabled' if found.disabled else ''}")
    for grant in found.grants:
        click.echo(f"  {_words(grant)}")


def run_keys_rotate(settings: Settings) -> None:
    """Raises ConfigurationError."""

    async def rotate(ready: Settings) -> tuple[int, str]:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            return await rotate_keys(database, open_key_file(ready))

    number, kid = _run(settings, rotate)
    click.echo(f"personal data: key {number} of {settings.data_keys_path} wraps the keys of persons from now on")
    click.echo(f"access tokens: key {kid} signs in ten minutes; those signed before stay good")


def is_service(account: str) -> bool:
    """Whether this names a service account: an address has an @, and the only other name of a person is an id."""
    try:
        UUID(account)
    except ValueError:
        return "@" not in account
    return False


def _words(grant: Grant) -> str:
    return f"{grant.role} of {grant.operator}" if grant.operator else grant.role


def _with_users(settings: Settings, work: Callable[[ManageUsers], Awaitable[T]]) -> T:
    async def run(ready: Settings) -> T:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            return await work(open_users(database, open_key_file(ready)))

    return _run(settings, run)


def with_services(settings: Settings, work: Callable[[ManageServices], Awaitable[T]]) -> T:
    """On the service accounts of an up-to-date schema."""

    async def run(ready: Settings) -> T:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            return await work(open_services(database))

    return _run(settings, run)


def _with_either(settings: Settings, account: str, work: Callable[[ManageUsers | ManageServices], Awaitable[T]]) -> T:
    return with_services(settings, work) if is_service(account) else _with_users(settings, work)


def _run(settings: Settings, work: Callable[[Settings], Awaitable[T]]) -> T:
    """On an up-to-date schema: the first administrator is made before the first server starts."""

    async def run(ready: Settings) -> T:
        await run_migrations(ready, ["customers"])
        return await work(ready)

    with database_server(settings, share=True) as ready:
        return asyncio.run(run(ready))
