"""`wayfare audit …`, and what other commands leave in the log."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner, Result

from conftest import run_in_thread
from wayfare.bootstrap.cli import main

ME = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


class Shell:
    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.folder = dsn, folder

    def run(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == code, (result.output, result.stderr, result.exception)
        return result

    def found(self, *arguments: str) -> list[dict[str, Any]]:
        """The oldest first."""
        lines = self.run("audit", "search", "--json", *arguments).stdout.splitlines()
        return [json.loads(line) for line in reversed(lines)]

    def sql(self, *statements: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(self.dsn)
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        run_in_thread(execute())


@pytest.fixture
def shell(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("WAYFARE_DATABASE_URL", database_url)
    monkeypatch.setenv("WAYFARE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOGNAME", "somebody-else")
    shell = Shell(database_url, tmp_path)
    shell.run("migrate")
    return shell


def a_dead_letter(number: int) -> str:
    return (
        "INSERT INTO events.dead_letter (consumer, topic, key, type, event, error, attempts) "
        f"VALUES ('desk', 'test-events', 'k{number}', 'thing.turned', '{{}}', 'KeyError', 12)"
    )


def test_operators_leave_their_trail(shell: Shell) -> None:
    (migrated,) = shell.found()
    assert (migrated["actor"], migrated["action"], migrated["object"]) == (ME, "schema.migrated", "database")
    assert "audit 0001" in migrated["after"]["revisions"]
    shell.sql(a_dead_letter(1), a_dead_letter(2))
    shell.run("dlq", "retry", "1")
    shell.run("dlq", "drop", "2")
    shell.run("dlq", "drop", "--all")  # nothing is there: nothing is recorded
    retried, dropped = shell.found("--actor", ME)[1:]
    assert (retried["action"], retried["object"]) == ("dead_letter.retried", "dead_letter:1")
    assert (dropped["action"], dropped["before"]["key"], dropped["after"]) == ("dead_letter.dropped", "k2", None)
    assert retried["correlation_id"] != dropped["correlation_id"] != ""
    assert "personal" not in dropped


def test_endpoints_of_webhooks_leave_no_secret(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYFARE_WEBHOOKS_HTTP", "true")
    monkeypatch.setenv("WAYFARE_WEBHOOKS_PRIVATE", "true")
    added = shell.run("webhooks", "add", "http://127.0.0.1:9/hook", "--events", "booking.confirmed").stdout
    shell.run("webhooks", "remove", "1")
    told = shell.found("--object", "endpoint:1")
    assert [row["action"] for row in told] == ["endpoint.added", "endpoint.removed"]
    assert told[0]["after"] == {"events": ["booking.confirmed"], "operators": []}
    secret = added.split()[-1]
    assert len(secret) > 20
    assert secret not in json.dumps(shell.found())


def test_an_import_is_recorded_once(shell: Shell) -> None:
    feed = shell.folder / "feed"
    _write_feed(feed)
    shell.run("import", "gtfs", str(feed), "--feed-id", "tiny")
    shell.run("import", "gtfs", str(feed), "--feed-id", "tiny")  # known already
    (imported,) = shell.found("--object", "feed:tiny")
    assert imported["action"] == "timetable.imported"
    assert imported["before"] == {"generation": 0}
    assert imported["after"]["generation"] == 1
    assert imported["after"]["file"] == "feed"
    assert imported["after"]["services"]["total"] == 1


def test_verify_search_export_forget(shell: Shell) -> None:
    shell.sql(*(a_dead_letter(number) for number in range(1, 6)))
    shell.run("dlq", "drop", "--consumer", "desk")
    assert "signs row 6" in shell.run("audit", "checkpoint").stdout
    assert "nothing new" in shell.run("audit", "checkpoint").stdout
    whole = shell.run("audit", "verify")
    assert "6 rows, 1 checkpoints, signed up to row 6: as it was written" in whole.stdout

    page = shell.run("audit", "search", "--action", "dead_letter.dropped", "--limit", "2", "--json")
    assert [json.loads(line)["row"] for line in page.stdout.splitlines()] == [6, 5]
    assert "more: --before 5" in page.stderr
    assert [row["row"] for row in shell.found("--text", "k3")] == [4]
    assert shell.found("--until", "2020-01-01") == []

    (shown,) = shell.found("--text", "k3", "--personal")
    assert shown["personal"]["addresses"]
    read = shell.found()[-1]
    assert read["action"] == "audit.personal_read"
    assert read["after"] == {"first_row": 4, "last_row": 4, "rows": 1}

    export, keys = shell.folder / "log.jsonl", shell.folder / "keys.json"
    assert "7 rows and 1 checkpoints" in shell.run("audit", "export", "--output", str(export)).stdout
    keys.write_text(shell.run("audit", "keys").stdout)
    assert "as it was written" in shell.run("audit", "verify", str(export), "--keys", str(keys)).stdout
    export.write_text(export.read_text().replace("thing.turned", "thing.burned", 1))
    assert "altered: row 2" in shell.run("audit", "verify", str(export), "--keys", str(keys), code=1).stdout

    shell.run("audit", "forget", ME)
    assert [row["personal"] for row in shell.found("--text", "k3", "--personal")] == ["erased"]
    assert "as it was written" in shell.run("audit", "verify").stdout
    assert "nothing personal is kept" in shell.run("audit", "forget", ME, code=2).stderr


def test_verify_tells_altered_rows_and_exits_1(shell: Shell) -> None:
    shell.sql(
        "ALTER TABLE audit.entry DISABLE TRIGGER entry_append_only",
        "UPDATE audit.entry SET actor = 'operator:nobody'",
    )
    told = shell.run("audit", "verify", code=1).stdout
    assert "altered: row 1: its content does not fit its hash" in told
    assert "unguarded: rows of audit.entry can be altered" in told
    assert "FAULTS" in told


def _write_feed(folder: Path) -> None:
    folder.mkdir()
    for name, text in {
        "agency": "agency_id,agency_name,agency_url,agency_timezone\na,Tiny,http://example.org,Europe/Berlin",
        "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,Here,52.5,13.4\nB,There,48.1,11.6",
        "routes": "route_id,agency_id,route_short_name,route_type\nr,a,T 1,2",
        "trips": "route_id,service_id,trip_id,trip_short_name\nr,daily,t,1",
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t,08:00:00,08:00:00,A,1\nt,12:00:00,12:00:00,B,2",
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "daily,1,1,1,1,1,1,1,20260101,20271231",
    }.items():
        (folder / f"{name}.txt").write_text(text + "\n")
