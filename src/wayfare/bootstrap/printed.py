"""What a command prints, or writes where it is told."""

from __future__ import annotations

from pathlib import Path

import click

from wayfare.kernel.errors import ConfigurationError


def print_or_write(text: str, target: Path | None) -> None:
    """Raises ConfigurationError when the file cannot be written."""
    if target is None:
        click.echo(text, nl=False)
        return
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{target} cannot be written: {error.strerror}") from None
