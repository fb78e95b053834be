"""Counters of several processes add up, those of forked ones too, once they are written out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import os
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from wayfare.infrastructure.metrics import Counter, Histogram, write_out

seats = Counter("seats", "Seats sold.", ["train"])
waits = Histogram("waits", "Waiting.")
seats.labels("IC 5").inc(3)
child = os.fork()
if child == 0:
    seats.labels("IC 5").inc(4)
    waits.observe(0.5)
    write_out()
    os._exit(0)
os.waitpid(child, 0)
seats.labels("IC 5").inc()
waits.observe(0.25)
write_out()
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_a_fork_counts_for_itself(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert 'seats_total{train="IC 5"} 8.0' in run.stdout
    assert "waits_sum 0.75" in run.stdout
    assert "waits_count 2.0" in run.stdout
    assert len(list(tmp_path.glob("counter_*.db"))) == 2
