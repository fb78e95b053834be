"""The part of the command line that looks after accounts and keys."""

from __future__ import annotations

import sys

import click

from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import ROLES, Grant

_ROLE = click.Choice(list(ROLES))
_OPERATOR = click.option("--operator", default="", help="The operator that the role is limited to.")


@click.group()
def user() -> None:
    """Make accounts, and say what they may do. An EMAIL may also be the id of an account that has no address.

    \b
    The first administrator:
      wayfare user create ada@example.org --role administrator
    A partner's programs, which get API keys (wayfare api-keys) and never log in:
      wayfare user create acme-travel --service --role agent

    The other commands take the name of a service account where they take an address.
    """


@user.command(name="create")
@click.argument("account")
@click.option("--role", type=_ROLE, default="customer", show_default=True)
@_OPERATOR
@click.option("--given-name", default="")
@click.option("--family-name", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--service", is_flag=True, help="A service account: no password, for API keys.")
def create(
    account: str, role: str, operator: str, given_name: str, family_name: str, password_stdin: bool, service: bool
) -> None:
    """Make an account whose address counts as confirmed, or a service account."""
    from wayfare.bootstrap.user_commands import run_service_create, run_user_create
    from wayfare.services.customers.application.register import NewCustomer

    if service:
        run_service_create(Settings.load(), account, Grant(role, operator))
        return
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    new = NewCustomer(account, password, given_name, family_name)
    run_user_create(Settings.load(), new, Grant(role, operator))


@user.command(name="grant")
@click.argument("account")
@click.argument("role", type=_ROLE)
@_OPERATOR
@click.option("--revoke", is_flag=True, help="Take the role away, and sign the account out everywhere.")
def grant(account: str, role: str, operator: str, revoke: bool) -> None:
    """Give an account a role; it counts when its access token is next renewed, for API keys at once."""
    from wayfare.bootstrap.user_commands import run_user_grant

    run_user_grant(Settings.load(), account, Grant(role, operator), revoke=revoke)


@user.command(name="disable")
@click.argument("account")
@click.option("--enable", is_flag=True, help="Let the account log in again.")
def disable(account: str, enable: bool) -> None:
    """Sign an account out everywhere, at once, and let it log in no more; refuse its API keys."""
    from wayfare.bootstrap.user_commands import run_user_disable

    run_user_disable(Settings.load(), account, enable=enable)


@user.command(name="reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Remove the second factor of somebody who lost it, and sign the account out everywhere.

    Be sure who asks: until another one is enrolled, the password alone logs in, without the rights of staff.
    """
    from wayfare.bootstrap.user_commands import run_user_reset_second_factor

    run_user_reset_second_factor(Settings.load(), email)


@user.command(name="show")
@click.argument("account")
def show(account: str) -> None:
    """Show an account and its roles."""
    from wayfare.bootstrap.user_commands import run_user_show

    run_user_show(Settings.load(), account)


@click.group()
def keys() -> None:
    """Look after the keys of personal data and access tokens."""


@keys.command(name="rotate")
def rotate() -> None:
    """Put new keys into use; nobody is logged out and nothing becomes unreadable.

    Keep the key file of personal data with your backups, and apart from those of the database: without it the
    data cannot be read.
    """
    from wayfare.bootstrap.user_commands import run_keys_rotate

    run_keys_rotate(Settings.load())
