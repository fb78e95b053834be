"""What a line of the log looks like."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import structlog
from wayfare.infrastructure.telemetry import configure_logging
configure_logging("info", json={json})
log = structlog.get_logger()
log.info("booked", name="Ada 4111 1111 1111 1111", key="5500-0000-0000-0004", phone="+4915123456789")
try:
    raise ValueError("DETAIL: Key (token)=(378282246310005)")
except ValueError as error:
    log.error("failed", exc_info=error)
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_card_numbers_are_struck_out(as_json: bool) -> None:
    command = [sys.executable, "-c", SCRIPT.replace("{json}", str(as_json))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for number in ("4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"):
        assert number not in done.stderr
    assert done.stderr.count("[card number]") >= 3
    assert "+4915123456789" in done.stderr
    if as_json:
        assert json.loads(done.stderr.splitlines()[0])["name"] == "Ada [card number]"
