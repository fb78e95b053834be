"""Commands that do not migrate, on a database that is behind this version: one line that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wayfare.bootstrap.cli import main

COMMANDS = [["timeline", "K7XQ2M"], ["doctor"], ["dlq", "list"], ["webhooks", "list"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_says_what_to_do(
    command: list[str], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYFARE_DATABASE_URL", database_url)
    monkeypatch.setenv("WAYFARE_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.strip().splitlines()
    assert "wayfare migrate" in line
