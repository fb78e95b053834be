"""`wayfare api-keys …`: keys that partners' programs show."""

from __future__ import annotations

from uuid import UUID

import click

from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import PERSONAL, Permission

_PERMISSION = click.Choice([one.value for one in Permission if one not in PERSONAL])


@click.group(name="api-keys")
def api_keys() -> None:
    """Make and revoke API keys of service accounts.

    \b
      wayfare user create acme-travel --service --role agent
      wayfare api-keys create acme-travel --days 90
    A program sends its key with every request: Authorization: Bearer wf_…
    """


@api_keys.command(name="create")
@click.argument("account")
@click.option(
    "--permission", "permissions", type=_PERMISSION, multiple=True, help="At most this. Default: all its roles give."
)
@click.option("--operator", "operators", multiple=True, help="Only in the affairs of this operator: feed:agency_id.")
@click.option("--rate-class", default="standard", show_default=True, help="How much of it is let through, by name.")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it is good.")
def create(account: str, permissions: tuple[str, ...], operators: tuple[str, ...], rate_class: str, days: int) -> None:
    """Make a key for a service account. It is shown this once."""
    from wayfare.bootstrap.api_keys_commands import run_create

    run_create(Settings.load(), account, permissions, operators, rate_class, days)


@api_keys.command(name="list")
@click.argument("account", required=False)
def list_keys(account: str | None) -> None:
    """List keys, of one service account or all: what they may do, until when, and the day they were last used."""
    from wayfare.bootstrap.api_keys_commands import run_list

    run_list(Settings.load(), account)


@api_keys.command(name="revoke")
@click.argument("key", type=click.UUID)
def revoke(key: UUID) -> None:
    """Refuse a key from now on, by its id: in every process within two seconds."""
    from wayfare.bootstrap.api_keys_commands import run_revoke

    run_revoke(Settings.load(), key)
