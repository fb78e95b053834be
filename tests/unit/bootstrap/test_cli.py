"""The command line as a person meets it: help that teaches, mistakes in one line with exit code 2."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def wayfare(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WAYFARE_")}
    return subprocess.run(
        [sys.executable, "-m", "wayfare", *arguments],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def check_one_line(result: subprocess.CompletedProcess[str], *words: str) -> None:
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize(
    "address",
    [
        {"WAYFARE_DATABASE_URL": "postgresql://u@127.0.0.1:9/d?sslmode=verify-full&sslrootcert=/nowhere/ca.pem"},
        {"WAYFARE_REDIS_URL": "rediss://127.0.0.1:9?ssl_ca_certs=/nowhere/ca.pem"},
        {"WAYFARE_EVENTS_URL": "amqps://127.0.0.1:9/?cacertfile=/nowhere/ca.pem"},
    ],
)
def test_a_missing_file_for_tls_is_named_before_anything_starts(address: dict[str, str], tmp_path: Path) -> None:
    result = wayfare("serve", "--port", "0", WAYFARE_DATA_DIR=str(tmp_path), **address)
    check_one_line(result, "the TLS file /nowhere/ca.pem cannot be read: No such file or directory")
    assert not (tmp_path / "postgres").exists()


class TestHelp:
    def test_teaches_the_first_steps(self) -> None:
        result = wayfare("--help")
        assert result.returncode == 0
        for command in ("serve", "import", "demo", "migrate", "doctor", "bench", "version", "ticket"):
            assert command in result.stdout
        assert "wayfare import gtfs feed.zip" in result.stdout

    @pytest.mark.parametrize("command", ["serve", "import", "demo", "migrate", "doctor", "ticket"])
    def test_every_command_explains_itself(self, command: str) -> None:
        result = wayfare(command, "--help")
        assert result.returncode == 0
        assert len(result.stdout.splitlines()) > 4

    def test_version(self) -> None:
        assert wayfare("version").stdout.startswith("wayfare 0.")


class TestMistakes:
    def test_a_wrong_setting(self, tmp_path: Path) -> None:
        result = wayfare("serve", WAYFARE_DATA_DIR=str(tmp_path), WAYFARE_PORT="many")
        check_one_line(result, "WAYFARE_PORT")

    def test_an_unknown_service(self, tmp_path: Path) -> None:
        check_one_line(wayfare("serve", "catering", WAYFARE_DATA_DIR=str(tmp_path)), "catering", "inventory")

    @pytest.mark.parametrize("arguments", [("catering",), ("serve", "--port", "many"), ("import", "gtfs"), ("--loud",)])
    def test_words_that_are_none(self, arguments: tuple[str, ...]) -> None:
        check_one_line(wayfare(*arguments), "--help")

    def test_a_port_in_use(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            result = wayfare("serve", "--port", port, WAYFARE_DATA_DIR=str(tmp_path))
        check_one_line(result, port)

    def test_a_database_that_is_not_there(self, tmp_path: Path) -> None:
        url = "postgresql://nobody@127.0.0.1:1/none"
        result = wayfare("migrate", WAYFARE_DATA_DIR=str(tmp_path), WAYFARE_DATABASE_URL=url)
        check_one_line(result, "127.0.0.1")

    def test_a_ticket_that_is_neither_text_nor_file(self, tmp_path: Path) -> None:
        (tmp_path / "documents").mkdir()
        result = wayfare("ticket", "verify", "nonsense", WAYFARE_DATA_DIR=str(tmp_path))
        assert result.returncode == 2
        assert "Traceback" not in result.stderr

    def test_the_benchmarks_need_a_checkout(self, tmp_path: Path) -> None:
        result = subprocess.run(
            [sys.executable, "-m", "wayfare", "bench"],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        check_one_line(result, "checkout")


class TestOpenapi:
    def test_prints_the_document_without_a_database(self, tmp_path: Path) -> None:
        target = tmp_path / "openapi.json"
        result = wayfare("openapi", "--output", str(target), WAYFARE_DATA_DIR=str(tmp_path / "data"))
        assert result.returncode == 0, result.stderr
        document = json.loads(target.read_text())
        assert {"/v1/offers", "/v1/holds", "/v1/bookings", "/v1/me"} <= set(document["paths"])
        assert not any(path.startswith("/rpc") for path in document["paths"])
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize("command", [("openapi", "--output"), ("events", "asyncapi", "--output")])
    def test_a_file_that_cannot_be_written_is_one_line(self, command: tuple[str, ...], tmp_path: Path) -> None:
        check_one_line(wayfare(*command, str(tmp_path / "nowhere" / "x.json")), "nowhere/x.json cannot be written")
