"""`wayfare webhooks …`: partners' endpoints and what was sent to them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import click
import msgspec

from wayfare.bootstrap.operator_trail import Deed
from wayfare.bootstrap.service_command import ask_service
from wayfare.contracts.audit.api import Facts
from wayfare.contracts.notifications.api import (
    AddEndpoint,
    Attempt,
    EndpointRef,
    ListAttempts,
    ListEndpoints,
    NotificationsApi,
    ResendDeliveries,
    RotateSecret,
)
from wayfare.kernel.time import rfc3339

T = TypeVar("T")
ENDPOINT = click.argument("endpoint", metavar="ENDPOINT", type=int)


@click.group()
def webhooks() -> None:
    """Look after webhooks: signed events sent to partners."""


@webhooks.command(name="add")
@click.argument("url")
@click.option("--events", default="", help="Types of events, comma-separated. Default: all.")
@click.option("--operators", default="", help="Only events of these operators: feed:agency_id, comma-separated.")
def add(url: str, events: str, operators: str) -> None:
    """Register an endpoint. Its secret is shown this once."""
    message = AddEndpoint(url, _listed(events), _listed(operators))
    added = _run(
        lambda api: api.add_endpoint(message),
        lambda made: ("endpoint.added", made.endpoint_id, {"events": message.events, "operators": message.operators}),
    )
    click.echo(f"endpoint {added.endpoint_id}\nsecret {added.secret}")


@webhooks.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_endpoints(as_json: bool) -> None:
    """List endpoints and how they fare."""
    endpoints = _run(lambda api: api.list_endpoints(ListEndpoints())).endpoints
    if as_json:
        for endpoint in endpoints:
            click.echo(msgspec.json.encode(endpoint))
        return
    if not endpoints:
        click.echo("no endpoints")
        return
    for each in endpoints:
        state = "enabled" if each.failing_since_s is None else f"failing since {rfc3339(each.failing_since_s)}"
        if each.disabled_s is not None:
            state = f"disabled {rfc3339(each.disabled_s)}: {each.disabled_reason}"
        click.echo(f"{each.endpoint_id}  {each.url}  {state}  pending {each.pending}, failed {each.failed}")
        click.echo(f"   events: {', '.join(each.events) or 'all'}")
        click.echo(f"   operators: {', '.join(each.operators) or 'all'}")


@webhooks.command(name="remove")
@ENDPOINT
def remove(endpoint: int) -> None:
    """Forget an endpoint with all that waits for it."""
    _run(lambda api: api.remove_endpoint(EndpointRef(endpoint)), lambda _: ("endpoint.removed", endpoint, None))
    click.echo(f"endpoint {endpoint} removed")


@webhooks.command(name="enable")
@ENDPOINT
def enable(endpoint: int) -> None:
    """Send to an endpoint again that was disabled. What failed meanwhile: `resend --since`."""
    _run(lambda api: api.enable_endpoint(EndpointRef(endpoint)), lambda _: ("endpoint.enabled", endpoint, {}))
    click.echo(f"endpoint {endpoint} enabled")


@webhooks.command(name="rotate")
@ENDPOINT
@click.option("--overlap-hours", type=click.IntRange(0, 720), default=24, show_default=True)
def rotate(endpoint: int, overlap_hours: int) -> None:
    """Give an endpoint a new secret; the old one signs too for a while."""
    rotated = _run(
        lambda api: api.rotate_secret(RotateSecret(endpoint, overlap_hours * 3600)),
        lambda _: ("endpoint.secret_rotated", endpoint, {"overlap_hours": overlap_hours}),
    )
    click.echo(f"endpoint {rotated.endpoint_id}\nsecret {rotated.secret}")


@webhooks.command(name="log")
@ENDPOINT
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def log(endpoint: int, limit: int, as_json: bool) -> None:
    """Show the last attempts of an endpoint, the newest first."""
    attempts = _run(lambda api: api.list_attempts(ListAttempts(endpoint, limit))).attempts
    if as_json:
        for attempt in attempts:
            click.echo(msgspec.json.encode(attempt))
        return
    for each in attempts:
        said = each.error or each.answer.partition("\n")[0]
        click.echo(
            f"{rfc3339(each.at_s)}  delivery {each.delivery_id} ({each.state})  {each.type}  {each.webhook_id}  "
            f"{each.status or 'no answer'} in {each.duration_ms} ms  {said}".rstrip()
        )


@webhooks.command(name="resend")
@click.option("--delivery", type=int, help="This one (see `log`).")
@click.option("--endpoint", type=int, help="All of this endpoint …")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="… that happened since then (UTC)."
)
def resend(delivery: int | None, endpoint: int | None, since: datetime | None) -> None:
    """Send one delivery again, or all of an endpoint since a time, under their old ids."""
    since_s = None if since is None else int(since.replace(tzinfo=UTC).timestamp())
    facts = {"delivery": delivery, "since_s": since_s}
    resent = _run(
        lambda api: api.resend(ResendDeliveries(delivery, endpoint, since_s)),
        lambda done: ("deliveries.resent", endpoint or "any", facts | {"count": done.count}),
    )
    click.echo(f"{resent.count} to be sent again")


@webhooks.command(name="test")
@ENDPOINT
def test(endpoint: int) -> None:
    """Send a test message now and say what came of it. Exit code 1 when it was not accepted."""
    attempt: Attempt = _run(lambda api: api.send_test(EndpointRef(endpoint)))
    click.echo(
        f"{attempt.state}: {attempt.status or attempt.error} in {attempt.duration_ms} ms {attempt.answer}".strip()
    )
    sys.exit(0 if attempt.state == "delivered" else 1)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip() and part.strip() != "*")


def _run(
    work: Callable[[NotificationsApi], Awaitable[T]],
    deed: Callable[[T], tuple[str, int | str, Facts | None]] | None = None,
) -> T:
    """`deed`: what is recorded in the audit log: what was done, to which endpoint, and its state after it."""

    def recorded(outcome: T) -> Deed | None:
        if deed is None:
            return None
        action, endpoint, after = deed(outcome)
        return Deed(action, f"endpoint:{endpoint}", after=after)

    return ask_service("notifications", work, recorded, migrate=False)
