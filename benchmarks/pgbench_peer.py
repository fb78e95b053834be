"""The usual way to write a booking, one transaction each, driven by pgbench: Wayfare's peer.

The transaction makes the durable writes a booking cannot do without: the guarded claim of a seat, the hold,
the booking with item and locator, the payment, and their changes of state. Wayfare writes more than that
(ledger, outbox, idempotency, audit) and speaks HTTP besides, so the comparison leans towards the peer, as
does the choice of seats: no two clients ever want the same one. Each seat is sold twice, on sections that do
not overlap, so half of the claims insert a row and half update one.

Two variants: `plain` waits for each statement's answer as most programs do; `pipelined` sends the whole
transaction at once (libpq's pipeline mode), the most a client can do short of a stored procedure.

Run alone: `python -m benchmarks.pgbench_peer [--dsn DSN] [--seconds S]`; without a DSN on its own server.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

import asyncpg
import numpy as np

from benchmarks.plan import StepReport
from benchmarks.tally import summarise
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.infrastructure.postgres_binaries import find_installation

Variant = Literal["plain", "pipelined"]

CLIENTS = (16, 64)
DEPARTURES = 2000

SCHEMA = """
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
CREATE TABLE peer.occupancy (
    departure_id bigint NOT NULL, unit_no int NOT NULL, taken bit(128) NOT NULL,
    PRIMARY KEY (departure_id, unit_no)
) WITH (fillfactor = 70);
CREATE TABLE peer.holds (
    hold_id bigint PRIMARY KEY, departure_id bigint NOT NULL, unit_no int NOT NULL,
    sections bit(128) NOT NULL, state text NOT NULL, expires_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE peer.bookings (
    booking_id bigint PRIMARY KEY, locator text NOT NULL, hold_id bigint NOT NULL, state text NOT NULL,
    contact text NOT NULL, amount_minor bigint NOT NULL, currency text NOT NULL, made_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE peer.booking_items (
    booking_id bigint NOT NULL, item_no int NOT NULL, departure_id bigint NOT NULL, unit_no int NOT NULL,
    passenger text NOT NULL, state text NOT NULL, PRIMARY KEY (booking_id, item_no)
) WITH (fillfactor = 70);
CREATE TABLE peer.locators (locator text PRIMARY KEY, booking_id bigint NOT NULL);
CREATE TABLE peer.payments (
    payment_id bigint PRIMARY KEY, booking_id bigint NOT NULL, amount_minor bigint NOT NULL,
    state text NOT NULL
) WITH (fillfactor = 70);
"""

# n numbers the sales of one client; sale numbers those of all. Two sales share a seat, on different sections.
CHOOSE = """\
\\set n :n + 1
\\set sale (:n - 1) * {clients} + :client_id
\\set departure (:sale / 2) % {departures}
\\set unit :sale / 2 / {departures}
\\set shift (:sale % 2) * 8
"""

WRITES = """\
INSERT INTO peer.occupancy AS o VALUES (:departure, :unit, 255::bit(128) << :shift) \
ON CONFLICT (departure_id, unit_no) DO UPDATE SET taken = o.taken | excluded.taken \
WHERE o.taken & excluded.taken = 0::bit(128);
INSERT INTO peer.holds VALUES (:sale, :departure, :unit, 255::bit(128) << :shift, 'held', \
now() + interval '10 minutes');
INSERT INTO peer.bookings VALUES (:sale, 'L' || :sale, :sale, 'pending', \
'{"email":"ada.okafor@example.org","phone":"+4930123456"}', 5990, 'EUR', now());
INSERT INTO peer.booking_items VALUES (:sale, 1, :departure, :unit, \
'{"given_name":"Ada","family_name":"Okafor","birth_date":"1985-06-15","category":"adult"}', 'held');
INSERT INTO peer.locators VALUES ('L' || :sale, :sale);
INSERT INTO peer.payments VALUES (:sale, :sale, 5990, 'authorised');
UPDATE peer.holds SET state = 'confirmed' WHERE hold_id = :sale;
UPDATE peer.payments SET state = 'captured' WHERE payment_id = :sale;
UPDATE peer.booking_items SET state = 'ticketed' WHERE booking_id = :sale;
UPDATE peer.bookings SET state = 'ticketed' WHERE booking_id = :sale;
"""

SOLD = """
SELECT (SELECT count(*) FROM peer.bookings WHERE state = 'ticketed') AS bookings,
       (SELECT coalesce(sum(bit_count(taken)), 0) / 8 FROM peer.occupancy) AS seats_sold,
       (SELECT count(*) FROM peer.payments WHERE state = 'captured') AS payments
"""


class PeerFailed(Exception):
    """pgbench failed, or what it wrote does not add up; carries what it said."""


@dataclass(frozen=True, slots=True)
class PeerReport:
    """One pgbench run; the rate leaves out the time to open the connections."""

    variant: str
    clients: int
    bookings: int
    bookings_per_s: float
    latency: StepReport
    """Of whole transactions, from pgbench's own log of each."""
    pgbench_cpu_share: float


def script(variant: Variant, clients: int) -> str:
    """The pgbench script of one booking."""
    choose = CHOOSE.format(clients=clients, departures=DEPARTURES)
    if variant == "plain":
        return f"{choose}BEGIN;\n{WRITES}COMMIT;\n"
    return f"{choose}\\startpipeline\nBEGIN;\n{WRITES}COMMIT;\n\\endpipeline\n"


def run_peer(dsn: str, *, variant: Variant, clients: int, seconds: int, threads: int = 2) -> PeerReport:
    """Sell for `seconds` in the scratch database `dsn` (its schema `peer` is dropped and made anew).

    Raises PeerFailed, also when seats, bookings or payments in the database differ from pgbench's count.
    """
    asyncio.run(_make_schema(dsn))
    with tempfile.TemporaryDirectory(prefix="wayfare-bench-") as folder:
        path = Path(folder) / "booking.pgbench"
        path.write_text(script(variant, clients), encoding="utf-8")
        used_s, began = children_cpu_s(), perf_counter()
        child = subprocess.run(
            [
                *(
                    find_installation() / "bin" / "pgbench",
                    "--no-vacuum",
                    "--protocol=prepared",
                    f"--file={path}",
                ),
                *(f"--client={clients}", f"--jobs={threads}", f"--time={seconds}", "--define=n=0"),
                *("--log", f"--log-prefix={folder}/log", dsn),
            ],
            capture_output=True,
            text=True,
            timeout=seconds + 60,
            check=False,
        )
        if child.returncode != 0:
            raise PeerFailed(child.stderr[-2000:])
        cpu_share = round((children_cpu_s() - used_s) / (perf_counter() - began), 3)
        report = read_report(child.stdout, variant, read_latencies(Path(folder)), cpu_share)
    sold = asyncio.run(_sold(dsn))
    if sold != (report.bookings,) * 3:
        raise PeerFailed(f"pgbench counted {report.bookings}; bookings, seats, payments in the database: {sold}")
    return report


def children_cpu_s() -> float:
    """Processor seconds of all ended child processes, user and system."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_latencies(folder: Path) -> StepReport:
    """Percentiles over pgbench's transaction logs (`log.*`): the third field is the time in microseconds."""
    files = [np.loadtxt(path, usecols=2, dtype=np.int64, ndmin=1) for path in sorted(folder.glob("log.*"))]
    return summarise(np.concatenate(files) * 1000) if files else summarise(np.empty(0, dtype=np.int64))


def read_report(output: str, variant: Variant, latency: StepReport, cpu_share: float) -> PeerReport:
    """Read what pgbench prints; raises PeerFailed when it is not what is known."""

    def number(pattern: str) -> float:
        found = re.search(pattern, output)
        if found is None:
            raise PeerFailed(f"no {pattern!r} in {output!r}")
        return float(found[1])

    return PeerReport(
        variant=variant,
        clients=int(number(r"number of clients: (\d+)")),
        bookings=int(number(r"number of transactions actually processed: (\d+)")),
        bookings_per_s=round(number(r"tps = ([\d.]+)"), 1),
        latency=latency,
        pgbench_cpu_share=cpu_share,
    )


async def _make_schema(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(SCHEMA)
        await connection.execute("CHECKPOINT")  # a checkpoint of the run before is not this run's to pay
    finally:
        await connection.close()


async def _sold(dsn: str) -> tuple[int, int, int]:
    connection = await asyncpg.connect(dsn)
    try:
        row = await connection.fetchrow(SOLD)
    finally:
        await connection.close()
    return int(row["bookings"]), int(row["seats_sold"]), int(row["payments"])


@contextmanager
def scratch_database() -> Iterator[str]:
    """An embedded server with the settings of Wayfare's own (fsync on); gives its DSN, then removes it."""
    with (
        tempfile.TemporaryDirectory(prefix="wayfare-bench-") as folder,
        EmbeddedPostgres(Path(folder)) as server,
    ):
        yield server.dsn


def run_all(dsn: str, seconds: int, clients: tuple[int, ...] = CLIENTS) -> list[PeerReport]:
    """Both variants at each number of clients, one run after another."""
    variants: tuple[Variant, ...] = ("plain", "pipelined")
    return [
        run_peer(dsn, variant=variant, clients=number, seconds=seconds) for variant in variants for number in clients
    ]


def main(argv: list[str] | None = None) -> None:
    """Print bookings per second at 16 and 64 clients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", help="a scratch database; default: a server of its own, removed afterwards")
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args(argv)
    if options.dsn:
        reports = run_all(options.dsn, options.seconds)
    else:
        with scratch_database() as dsn:
            reports = run_all(dsn, options.seconds)
    for report in reports:
        print(
            f"{report.variant:<10} {report.clients:>3} clients  {report.bookings_per_s:>9,.0f} bookings/s  "
            f"p50 {report.latency.p50_ms:.1f}  p95 {report.latency.p95_ms:.1f}  "
            f"p99 {report.latency.p99_ms:.1f} ms  pgbench used {report.pgbench_cpu_share:.2f} of a core"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
