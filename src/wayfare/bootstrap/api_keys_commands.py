"""What `wayfare api-keys …` does."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import click

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.operator_trail import Deed, record_deeds
from wayfare.bootstrap.schema import prepare_database
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.user_commands import with_services
from wayfare.kernel.time import rfc3339
from wayfare.services.customers.application.manage_services import ManageServices
from wayfare.services.customers.domain.api_key import ApiKey, Scope, usual_permissions

T = TypeVar("T")


def run_create(
    settings: Settings,
    account: str,
    permissions: tuple[str, ...],
    operators: tuple[str, ...],
    rate_class: str,
    days: int,
) -> None:
    """Raises ValidationFailed, NotFound."""

    async def work(services: ManageServices) -> tuple[UUID, str, Scope]:
        given = permissions or usual_permissions((await services.show(account)).grants)
        scope = Scope(given, operators, rate_class)
        return *await services.create_key(account, scope, days), scope

    def deed(made: tuple[UUID, str, Scope]) -> Deed:
        key_id, _, scope = made
        after = {
            "account": account,
            "permissions": list(scope.permissions),
            "operators": list(scope.operators),
            "rate_class": scope.rate_class,
            "days": days,
        }
        return Deed("api_key.created", f"key:{key_id}", after=after)

    key_id, text, scope = _run(settings, work, deed)
    click.echo(f"key {key_id} of {account} may {', '.join(scope.permissions)} for {days} days")
    click.echo(text)


def run_list(settings: Settings, account: str | None) -> None:
    found = with_services(settings, lambda services: services.list_keys(account))
    if not found:
        click.echo("no keys")
    for key in found:
        click.echo(_line(key))


def run_revoke(settings: Settings, key_id: UUID) -> None:
    """Raises NotFound."""
    _run(
        settings,
        lambda services: services.revoke_key(key_id),
        lambda _: Deed("api_key.revoked", f"key:{key_id}", before={"state": "living"}, after={"state": "revoked"}),
    )
    click.echo(f"key {key_id} is revoked")


def _run(settings: Settings, work: Callable[[ManageServices], Awaitable[T]], deed: Callable[[T], Deed]) -> T:
    """And recorded in the audit log."""
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        outcome = with_services(ready, work)
        record_deeds(ready, [deed(outcome)])
        return outcome


def _line(key: ApiKey) -> str:
    state = "revoked" if key.revoked else "expired" if key.expires_s <= time.time() else "living"
    scope = ",".join(key.scope.permissions) + (f" of {','.join(key.scope.operators)}" if key.scope.operators else "")
    used = f"last used {key.last_used_on}" if key.last_used_on else "never used"
    until = rfc3339(key.expires_s)
    return f"{key.key_id}  {key.account}  {state}  until {until}  {used}  {scope}  rate class {key.scope.rate_class}"
