"""The peer sells what it says it sells."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.pgbench_peer import (
    PeerFailed,
    read_latencies,
    read_report,
    run_peer,
    scratch_database,
    script,
)

OUTPUT = """pgbench (18.4)
number of clients: 16
number of transactions actually processed: 21019
latency average = 3.802 ms
tps = 4207.987789 (without initial connection time)
"""


def test_reads_what_pgbench_prints(tmp_path: Path) -> None:
    (tmp_path / "log.1").write_text("0 1 1000 0 1700000000 5\n1 1 3000 0 1700000000 6\n")
    (tmp_path / "log.1.1").write_text("2 1 2000 0 1700000000 7\n")
    latency = read_latencies(tmp_path)
    report = read_report(OUTPUT, "plain", latency, 0.3)
    assert (report.clients, report.bookings, report.bookings_per_s) == (16, 21019, 4208.0)
    assert (latency.count, latency.p50_ms, latency.max_ms) == (3, 2.0, 3.0)


def test_unknown_output_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match="number of clients"):
        read_report("", "plain", read_latencies(tmp_path), 0.0)


def test_one_transaction_per_booking() -> None:
    for variant in ("plain", "pipelined"):
        text = script(variant, 16)
        assert text.count("BEGIN;") == text.count("COMMIT;") == 1
        assert "ON CONFLICT (departure_id, unit_no) DO UPDATE" in text
    assert "\\startpipeline" in script("pipelined", 16)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["plain", "pipelined"])
def test_what_was_counted_is_in_the_database(variant: str) -> None:
    with scratch_database() as dsn:
        report = run_peer(dsn, variant=variant, clients=4, seconds=1)  # type: ignore[arg-type]
    assert report.bookings > 50  # run_peer itself raises when seats, bookings or payments differ
    assert report.latency.count == report.bookings
