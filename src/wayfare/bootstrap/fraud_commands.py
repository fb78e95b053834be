"""`wayfare fraud …`: rules, and the payments that a person decides on."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click
import msgspec

from wayfare.bootstrap.operator_trail import Deed
from wayfare.bootstrap.service_command import ask_service
from wayfare.contracts.payments.api import PaymentsApi
from wayfare.contracts.payments.fraud import (
    DecideReview,
    FindFraudRules,
    FindReview,
    ListReviews,
    LoadFraudRules,
    Review,
)
from wayfare.kernel.errors import ImportRefused
from wayfare.kernel.time import rfc3339

T = TypeVar("T")
PAYMENT = click.argument("payment", metavar="PAYMENT", type=click.UUID)
BY = click.option("--by", help="Who does it, for the audit. Default: the user of this machine.")


@click.group()
def fraud() -> None:
    """Look after fraud rules, and payments for a person to see."""


@fraud.command(name="load")
@click.argument("file", type=click.Path(path_type=Path))
@BY
def load(file: Path, by: str | None) -> None:
    """Load rules (TOML). They hold for every server within seconds; a file without rules switches them off."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{file}: cannot be read: {error}") from None
    try:
        loaded = _run(
            lambda api: api.load_fraud_rules(LoadFraudRules(text, _who(by))),
            lambda done: Deed("fraud_rules.loaded", "fraud_rules", after={"version": done.version, "file": file.name}),
        )
    except ImportRefused as error:
        raise ImportRefused(f"{file}: {error.detail}") from None
    click.echo(f"version {loaded.version} of the fraud rules holds within seconds")


@fraud.command(name="show")
def show() -> None:
    """Show the rules that hold."""
    found = _run(lambda api: api.find_fraud_rules(FindFraudRules()))
    if found.version == 0:
        click.echo("no fraud rules")
        return
    click.echo(f"# version {found.version}, loaded {rfc3339(found.loaded_s)} by {found.by}")
    click.echo(found.text, nl=not found.text.endswith("\n"))


@fraud.group()
def review() -> None:
    """Payments that wait for a person."""


@review.command(name="list")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_reviews(limit: int, as_json: bool) -> None:
    """List those that are open, the one that ends first first."""
    reviews = _run(lambda api: api.list_reviews(ListReviews(limit))).reviews
    for each in reviews:
        click.echo(msgspec.json.encode(each) if as_json else _line(each))
    if not reviews and not as_json:
        click.echo("no payment waits for a review")


@review.command(name="show")
@PAYMENT
def show_review(payment: UUID) -> None:
    """Show one with every decision about it."""
    found = _run(lambda api: api.get_review(FindReview(payment)), lambda _: Deed("review.read", f"payment:{payment}"))
    click.echo(f"{_line(found)}\nbooking {found.booking_id}")
    for each in found.decisions:
        reasons = "; ".join(each.reasons) or "no reason"
        said = f"{each.decision} by {each.by}, score {each.score}, rules {each.rules_version}: {reasons}"
        click.echo(f"  {rfc3339(each.decided_s)}  {said}")


@review.command(name="accept")
@PAYMENT
@BY
def accept(payment: UUID, by: str | None) -> None:
    """Let a payment go on to its gateway."""
    click.echo(_line(_decide(payment, _who(by), accept=True)))


@review.command(name="refuse")
@PAYMENT
@BY
def refuse(payment: UUID, by: str | None) -> None:
    """Refuse a payment: its booking fails and the seats are free again."""
    click.echo(_line(_decide(payment, _who(by), accept=False)))


def _decide(payment: UUID, by: str, *, accept: bool) -> Review:
    return _run(
        lambda api: api.decide_review(DecideReview(payment, accept=accept, by=by)),
        lambda done: Deed(
            "review.decided", f"payment:{payment}", before={"state": "open"}, after={"state": done.state, "by": by}
        ),
    )


def _line(each: Review) -> str:
    ends = f", until {rfc3339(each.expires_s)}" if each.state == "open" else ""
    return f"{each.payment_id}  {each.state}{ends}  {each.amount}  score {each.score}: {'; '.join(each.reasons)}"


def _who(by: str | None) -> str:
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in containers
        raise click.UsageError("this user has no name: say who it is with --by") from None


def _run(work: Callable[[PaymentsApi], Awaitable[T]], deed: Callable[[T], Deed] | None = None) -> T:
    return ask_service("payments", work, deed)
