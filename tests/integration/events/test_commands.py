"""`wayfare dlq …` and `wayfare events …` on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner, Result

from conftest import run_in_thread
from wayfare.bootstrap.cli import main


class Shell:
    def __init__(self, dsn: str) -> None:
        self.dsn = dsn

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    def sql(self, statement: str) -> int:
        async def fetch() -> int:
            connection = await asyncpg.connect(self.dsn)
            try:
                return int(await connection.fetchval(statement))
            finally:
                await connection.close()

        return run_in_thread(fetch())

    def park(self, consumer: str) -> str:
        """A dead letter of a consumer; its id."""
        number = self.sql(
            "INSERT INTO events.dead_letter (consumer, topic, key, type, event, error, attempts) "
            f"VALUES ('{consumer}', 'test-events', 'k', 'thing.turned', '{{\"id\": \"1\"}}', 'KeyError: x', 12) "
            "RETURNING id"
        )
        return str(number)


@pytest.fixture
def shell(events_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("WAYFARE_DATABASE_URL", events_dsn)
    monkeypatch.setenv("WAYFARE_DATA_DIR", str(tmp_path))
    return Shell(events_dsn)


class TestDlq:
    def test_list_and_show(self, shell: Shell) -> None:
        assert "no dead letters" in shell.run("dlq", "list").output
        number = shell.park("mailer")
        shell.park("other")
        assert "KeyError" in shell.run("dlq", "list").output
        (line,) = shell.run("dlq", "list", "--consumer", "mailer", "--json").output.splitlines()
        assert json.loads(line)["consumer"] == "mailer"
        assert json.loads(shell.run("dlq", "show", number).output)["event"] == {"id": "1"}

    def test_retry_puts_it_back_in_line(self, shell: Shell) -> None:
        number = shell.park("mailer")
        assert shell.run("dlq", "retry", number).exit_code == 0
        assert shell.sql("SELECT count(*) FROM events.waiting WHERE consumer = 'mailer'") == 1
        assert shell.sql("SELECT count(*) FROM events.dead_letter") == 0

    def test_drop_takes_only_what_is_named(self, shell: Shell) -> None:
        shell.park("mailer")
        shell.park("other")
        assert shell.run("dlq", "drop", "--consumer", "mailer").output == "1 dropped\n"
        assert shell.sql("SELECT count(*) FROM events.dead_letter") == 1
        assert shell.run("dlq", "drop", "--all").output == "1 dropped\n"

    @pytest.mark.parametrize(
        "arguments", [("retry",), ("drop",), ("retry", "1", "--all"), ("show", "99"), ("drop", "99")]
    )
    def test_mistakes_are_one_line(self, shell: Shell, arguments: tuple[str, ...]) -> None:
        result = shell.run("dlq", *arguments)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1


class TestEvents:
    def test_replay_of_an_unknown_consumer(self, shell: Shell) -> None:
        result = shell.run("events", "replay", "nobody")
        assert result.exit_code == 2
        assert "nobody" in result.stderr

    def test_asyncapi_is_printed(self) -> None:
        assert json.loads(CliRunner().invoke(main, ["events", "asyncapi"]).output)["asyncapi"] == "3.0.0"
