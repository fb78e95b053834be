"""`wayfare user …` and `wayfare keys …`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar
from uuid import UUID

import click

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.key_files import open_key_file
from wayfare.bootstrap.operator_trail import Deed, begin_command, record_deeds
from wayfare.bootstrap.schema import prepare_database
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database
from wayfare.services.customers.application.manage_services import ManageServices
from wayfare.services.customers.application.manage_users import ManageUsers
from wayfare.services.customers.application.register import NewCustomer
from wayfare.services.customers.domain.api_key import ServiceAccount
from wayfare.services.customers.domain.customer import Customer
from wayfare.services.customers.wiring import open_services, open_session_stores, open_users, outbox_of, rotate_keys

T = TypeVar("T")
_POOL = 3


def run_user_create(settings: Settings, new: NewCustomer, grant: Grant) -> None:
    """Raises ValidationFailed."""
    created = _with_users(
        settings, lambda users: users.create(new, grant), lambda made: _created(f"customer:{made}", grant)
    )
    click.echo(f"{new.email} is {_words(grant)} ({created})")


def run_service_create(settings: Settings, name: str, grant: Grant) -> None:
    """Raises ValidationFailed."""
    created = with_services(
        settings, lambda services: services.create(name, grant), lambda _: _created(f"service:{name}", grant)
    )
    click.echo(f"{name} is a service account, {_words(grant)} ({created})")


def run_user_grant(settings: Settings, account: str, grant: Grant, *, revoke: bool) -> None:
    """Raises ValidationFailed, NotFound."""

    async def work(accounts: ManageUsers | ManageServices) -> UUID | None:
        return await (accounts.revoke(account, grant) if revoke else accounts.grant(account, grant))

    def deed(whose: UUID | None) -> Deed:
        facts = {"role": grant.role, "operator": grant.operator}
        if revoke:
            return Deed("user.revoked", _object(account, whose), before=facts)
        return Deed("user.granted", _object(account, whose), after=facts)

    _with_either(settings, account, work, deed)
    click.echo(f"{account} is {'no longer ' if revoke else ''}{_words(grant)}")


def run_user_disable(settings: Settings, account: str, *, enable: bool) -> None:
    """Raises NotFound."""

    async def work(accounts: ManageUsers | ManageServices) -> UUID | None:
        return await accounts.set_disabled(account, disabled=not enable)

    action = "user.enabled" if enable else "user.disabled"
    _with_either(settings, account, work, lambda whose: Deed(action, _object(account, whose)))
    if is_service(account):
        click.echo(f"the keys of {account} are {'accepted again' if enable else 'refused'}")
    else:
        click.echo(f"{account} {'may log in again' if enable else 'is signed out everywhere and cannot log in'}")


def run_user_reset_second_factor(settings: Settings, email: str) -> None:
    """Raises NotFound."""
    _with_users(
        settings,
        lambda users: users.reset_second_factor(email),
        lambda whose: Deed("user.second_factor_reset", f"customer:{whose}"),
    )
    click.echo(f"{email} has no second factor any more and is signed out everywhere")


def run_user_show(settings: Settings, account: str) -> None:
    """Raises NotFound."""

    async def work(accounts: ManageUsers | ManageServices) -> Customer | ServiceAccount:
        return await accounts.show(account)

    def deed(found: Customer | ServiceAccount) -> Deed:
        whose = None if isinstance(found, ServiceAccount) else found.customer_id
        return Deed("user.read", _object(account, whose))

    found = _with_either(settings, account, work, deed)
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

    number, kid = _run(
        settings, rotate, lambda done: Deed("keys.rotated", "keys", after={"data_key": done[0], "token_key": done[1]})
    )
    click.echo(f"personal data: key {number} of {settings.data_keys_path} wraps the keys of persons from now on")
    click.echo(f"access tokens: key {kid} signs in ten minutes; those signed before stay good")


def is_service(account: str) -> bool:
    """Whether this names a service account: an address has an @, and the only other name of a person is an id."""
    try:
        UUID(account)
    except ValueError:
        return "@" not in account
    return False


def _object(account: str, customer_id: UUID | None) -> str:
    """How the audit log names an account: never by its address."""
    return f"customer:{customer_id}" if customer_id else f"service:{account}"


def _created(account: str, grant: Grant) -> Deed:
    return Deed("user.created", account, after={"role": grant.role, "operator": grant.operator})


def _words(grant: Grant) -> str:
    return f"{grant.role} of {grant.operator}" if grant.operator else grant.role


def _with_users(settings: Settings, work: Callable[[ManageUsers], Awaitable[T]], deed: Callable[[T], Deed]) -> T:
    async def run(ready: Settings) -> T:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            await outbox_of(database).prepare()
            async with aclosing(open_session_stores(ready.sessions_url, database)) as stores:
                return await work(open_users(database, open_key_file(ready), stores))

    return _run(settings, run, deed)


def with_services(
    settings: Settings,
    work: Callable[[ManageServices], Awaitable[T]],
    deed: Callable[[T], Deed] | None = None,
) -> T:
    """On the service accounts of an up-to-date schema. `deed`: what is recorded of it."""

    async def run(ready: Settings) -> T:
        async with Database(ready.database_url_of("customers"), pool_size=_POOL) as database:
            return await work(open_services(database))

    return _run(settings, run, deed)


def _with_either(
    settings: Settings,
    account: str,
    work: Callable[[ManageUsers | ManageServices], Awaitable[T]],
    deed: Callable[[T], Deed],
) -> T:
    return with_services(settings, work, deed) if is_service(account) else _with_users(settings, work, deed)


def _run(settings: Settings, work: Callable[[Settings], Awaitable[T]], deed: Callable[[T], Deed] | None) -> T:
    """On an up-to-date schema: the first administrator is made before the first server starts.

    `deed`: what is recorded of it, before anything is shown.
    """

    async def run(ready: Settings) -> T:
        return await work(ready)

    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        begin_command()
        done = asyncio.run(run(ready))
        record_deeds(ready, [deed(done)] if deed else [])
        return done
