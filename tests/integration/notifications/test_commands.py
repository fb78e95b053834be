"""`wayfare webhooks …` on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from integration.notifications.receiver import Receiver
from wayfare.bootstrap.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(hooks_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("WAYFARE_DATABASE_URL", hooks_dsn)
    monkeypatch.setenv("WAYFARE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WAYFARE_WEBHOOKS_HTTP", "true")
    monkeypatch.setenv("WAYFARE_WEBHOOKS_PRIVATE", "true")
    return lambda *arguments: CliRunner().invoke(main, ["webhooks", *arguments])


class TestWebhooks:
    def test_from_registration_to_removal(self, run: Run, partner: Receiver) -> None:
        assert run("list").output == "no endpoints\n"
        added = run("add", partner.url, "--events", "booking.confirmed, booking.cancelled")
        assert added.exit_code == 0, added.output
        number, secret = (line.split()[1] for line in added.output.splitlines())
        (line,) = run("list", "--json").output.splitlines()
        assert json.loads(line)["events"] == ["booking.confirmed", "booking.cancelled"]
        assert secret not in line
        assert "booking.confirmed" in run("list").output

        partner.secrets = {secret}
        tested = run("test", number)
        assert tested.exit_code == 0
        assert tested.output.startswith("delivered: 204")
        assert partner.requests[0].signed_by == {secret}

        rotated = run("rotate", number, "--overlap-hours", "0")
        partner.secrets = {rotated.output.split()[-1]}
        partner.answer = lambda _: 500
        failed = run("test", number)
        assert failed.exit_code == 1
        assert failed.output.startswith("failed: 500")
        assert partner.requests[1].signed_by == partner.secrets != {secret}

        assert "webhook.test" in run("log", number).output
        newest, _oldest = (json.loads(line) for line in run("log", number, "--json").output.splitlines())
        assert (newest["status"], newest["state"]) == (500, "failed")
        assert run("resend", "--delivery", str(newest["delivery_id"])).output == "1 to be sent again\n"
        assert run("resend", "--endpoint", number, "--since", "2026-01-01").output == "0 to be sent again\n"
        assert run("enable", number).exit_code == 0
        assert run("remove", number).output == f"endpoint {number} removed\n"
        assert run("list").output == "no endpoints\n"

    @pytest.mark.parametrize(
        "arguments",
        [
            ("add", "ftp://partner.example"),
            ("add", "https://partner.example", "--events", "booking.sold"),
            ("add", "https://partner.example", "--operators", "demo:nobody"),
            ("remove", "99"),
            ("rotate", "99"),
            ("enable", "99"),
            ("log", "99"),
            ("test", "99"),
            ("resend",),
            ("resend", "--delivery", "99"),
            ("resend", "--endpoint", "99", "--since", "2026-01-01"),
        ],
    )
    def test_mistakes_are_one_line(self, run: Run, arguments: tuple[str, ...]) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1

    def test_without_the_settings_only_the_internet_over_tls(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("WAYFARE_WEBHOOKS_HTTP")
        assert "https" in run("add", "http://partner.example").stderr
        monkeypatch.delenv("WAYFARE_WEBHOOKS_PRIVATE")
        assert "public internet" in run("add", "https://127.0.0.1").stderr
