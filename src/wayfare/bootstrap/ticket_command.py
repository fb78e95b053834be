"""`wayfare ticket verify`: what an inspector needs, without a connection."""

from __future__ import annotations

from pathlib import Path

import click

from wayfare.bootstrap.settings import Settings
from wayfare.kernel.errors import ValidationFailed, WayfareError
from wayfare.kernel.time import SystemClock, utc
from wayfare.services.documents.wiring import Verifier, key_file_of, open_verifier

_PAYLOAD = "WF1:"
_STANDING = {
    "valid": "VALID NOW",
    "not_yet_valid": "GENUINE, not valid yet",
    "expired": "GENUINE, no longer valid",
}


def run_ticket_verify(settings: Settings, source: str, keys: Path | None) -> int:
    """Print each ticket found. Gives the exit code: 0 genuine, 1 refused, 2 nothing to read."""
    verifier = open_verifier(keys or key_file_of(settings.data_dir), clock=SystemClock(settings.now))
    try:
        _verify(verifier, source)
    except ValidationFailed as error:
        if error.code == "ticket_unreadable":
            raise
        click.echo(f"REFUSED: {error.detail}", err=True)
        return 1
    return 0


def _verify(verifier: Verifier, source: str) -> None:
    if source.startswith(_PAYLOAD):
        verdicts = [verifier.verify(source)]
    elif Path(source).is_file():
        verdicts = verifier.verify_image(Path(source))
    else:
        raise WayfareError(f"{source[:80]!r} is neither the text of a ticket's code ({_PAYLOAD}…) nor a file")
    for verdict in verdicts:
        facts = verdict.facts
        seat = " ".join(part for part in (facts.coach and f"coach {facts.coach}", facts.unit_label) if part)
        click.echo(_STANDING[verdict.standing])
        for name, value in (
            ("ticket", f"{facts.ticket_no} (booking {facts.locator})"),
            ("passenger", f"{facts.passenger_name}, {facts.passenger_category}"),
            ("service", f"{facts.service_number}, {facts.operator_name}, {facts.mode}"),
            ("from", f"{facts.origin}, {facts.departs_local}"),
            ("to", f"{facts.destination}, {facts.arrives_local}"),
            ("seat", f"{seat or 'any'} in {facts.cabin}"),
            ("valid", f"{utc(facts.valid_from):%Y-%m-%d %H:%M} to {utc(facts.valid_until):%Y-%m-%d %H:%M} UTC"),
        ):
            click.echo(f"  {name:<10} {value}")
