"""What the README promises, pasted into a shell."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from system.harness import Server, run_wayfare

README = Path(__file__).resolve().parents[2] / "README.md"
pytestmark = pytest.mark.slow


def readme_lines(url: str) -> str:
    match = re.search(r"<!-- first-booking -->\n```bash\n(.*?)```", README.read_text(), re.S)
    assert match, "the README has no first booking"
    return match[1].replace("http://127.0.0.1:8000", url)


class TestFirstBooking:
    def test_the_readme_gives_a_confirmed_booking_and_a_ticket(self, server: Server, tmp_path: Path) -> None:
        script = "set -euo pipefail\n" + readme_lines(server.url)
        result = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        booking = json.loads((tmp_path / "booking.json").read_text())
        assert booking["status"] == "confirmed"
        assert booking["items"][0]["state"] == "ticketed"
        assert f"Booked: {booking['locator']}" in result.stdout
        assert (tmp_path / "ticket.pdf").read_bytes().startswith(b"%PDF-")

    def test_the_ticket_is_verified_offline_from_its_picture(self, server: Server, tmp_path: Path) -> None:
        import pypdfium2

        subprocess.run(["bash", "-c", readme_lines(server.url)], cwd=tmp_path, timeout=120, check=True)
        page = pypdfium2.PdfDocument(tmp_path / "ticket.pdf")[0]
        page.render(scale=150 / 72).to_pil().save(tmp_path / "ticket.png")
        locator = json.loads((tmp_path / "booking.json").read_text())["locator"]
        genuine = run_wayfare("ticket", "verify", str(tmp_path / "ticket.png"), data_dir=server.data_dir)
        assert genuine.returncode == 0, genuine.stderr
        assert locator in genuine.stdout
        assert "Rao" in genuine.stdout
