"""`wayfare ticket verify`."""

from __future__ import annotations

from pathlib import Path

from wayfare.bootstrap.settings import Settings


def run_ticket_verify(settings: Settings, source: str, keys: Path | None) -> int:
    raise NotImplementedError
