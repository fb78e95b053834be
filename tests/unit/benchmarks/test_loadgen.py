"""The generator against stand-in servers that count for themselves."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvloop
from benchmarks.loadgen import LoadFailed, calibrate, run_load
from benchmarks.plan import LOOPBACK, LoadPlan, LoadReport
from benchmarks.standin import BOOKING, HOLD, StandIn, answer_bytes


@contextmanager
def serving(protocol: Callable[[], asyncio.Protocol]) -> Iterator[int]:
    """Serve a protocol from a thread of its own; gives the port."""
    loop = uvloop.new_event_loop()
    server = loop.run_until_complete(loop.create_server(protocol, LOOPBACK, 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        server.close()
        loop.close()


def booking_plan(port: int, **changes: object) -> LoadPlan:
    values: dict[str, object] = {
        "port": port,
        "script": "bookings",
        "clients": 4,
        "duration_s": 0.4,
        "warmup_s": 0.1,
        "offers": ("o-1", "o-2", "o-3"),
    }
    return LoadPlan(**{**values, **changes})  # type: ignore[arg-type]


COUNTED = {"duration_s": 60.0, "warmup_s": 0.0, "count_max": 100}
"""A run that ends when enough is done, however slow the machine is."""


def problem(status: str, code: str) -> bytes:
    return answer_bytes(status, json.dumps({"code": code, "title": "no"}, separators=(",", ":")).encode())


class Recording(StandIn):
    """Keeps what it was asked, for all connections of one test."""

    def __init__(self, seen: list[tuple[bytes, bytes]]) -> None:
        super().__init__()
        self.seen = seen

    def answer(self, head: bytes, body: bytes) -> None:
        self.seen.append((head, body))
        super().answer(head, body)


class TestBookings:
    def run(self, **changes: object) -> tuple[LoadReport, list[tuple[bytes, bytes]]]:
        seen: list[tuple[bytes, bytes]] = []
        with serving(lambda: Recording(seen)) as port:
            return run_load(booking_plan(port, **changes)), seen

    def test_counts_agree_with_the_servers(self) -> None:
        report, seen = self.run(**COUNTED)
        paths = Counter(head.split(b" ")[1] for head, _ in seen)
        assert report.done == 100
        assert report.done_total == paths[b"/v1/bookings"]
        assert report.holds_total == paths[b"/v1/holds"]
        assert report.done_total >= report.done
        assert report.errors == report.lost_connections == report.timeouts == 0

    def test_every_request_is_well_formed_and_has_a_key_of_its_own(self) -> None:
        _, seen = self.run(count_max=50)
        keys = [head.split(b"idempotency-key: ")[1].split(b"\r\n")[0] for head, _ in seen]
        assert len(set(keys)) == len(keys)
        for head, body in seen:
            asked = json.loads(body)
            if b"/v1/holds" in head:
                assert asked["offer_id"] in {"o-1", "o-2", "o-3"}
            else:
                assert asked["hold_id"] == "h_0123456789abcdef0123"
                assert asked["payment"] == {"method": "card", "token": "tok_approved"}
                assert set(asked["passengers"][0]) == {"given_name", "family_name", "birth_date", "category"}
                assert set(asked["contact"]) == {"email", "phone"}

    def test_latencies_obey_littles_law(self) -> None:
        report, _ = self.run(clients=8, duration_s=60.0, count_max=1000)
        both = report.steps["both"]
        assert both.count == pytest.approx(report.done, abs=8)
        assert report.done_per_s * both.mean_ms / 1000 == pytest.approx(8, rel=0.15)
        assert both.p50_ms <= both.p95_ms <= both.p99_ms <= both.max_ms

    def test_window_rate_and_workers(self) -> None:
        report, _ = self.run()
        assert report.window_s >= 0.4
        assert report.done_per_s == pytest.approx(report.done / report.window_s, rel=0.01)
        assert report.workers == {"0": sum(sum(counts.values()) for counts in report.statuses.values())}
        assert 0 < report.generator_cpu_share <= 1.2
        assert report.ended_by == "duration"

    def test_ends_at_the_count(self) -> None:
        report, _ = self.run(duration_s=5.0, count_max=40)
        assert report.done == 40
        assert report.ended_by == "count"
        assert report.window_s < 4

    def test_thinking_users_are_slow(self) -> None:
        report, _ = self.run(think_s=0.2, clients=10, duration_s=1.0, warmup_s=0.4)
        # Two requests a booking, 0.2 s of thought before each: about 10 / 0.4 bookings a second.
        assert 10 < report.done_per_s < 40
        assert report.steps["both"].p50_ms < 200  # the shortest that two of them think

    def test_tokens_are_dealt_in_turn(self) -> None:
        _, seen = self.run(tokens=("alpha", "beta"), count_max=50)
        sent = {head.split(b"authorization: ")[1].split(b"\r\n")[0] for head, _ in seen}
        assert sent == {b"Bearer alpha", b"Bearer beta"}


class TestRefusals:
    def test_a_sold_out_offer_is_dropped_and_counted_apart(self) -> None:
        class SoldOut(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                if b"o-2" in body:
                    self.send(problem("409 Conflict", "sold_out"))
                else:
                    super().answer(head, body)

        with serving(SoldOut) as port:
            report = run_load(booking_plan(port, clients=2, **COUNTED))
        assert report.done == 100
        assert report.sold_out <= 2  # once seen it is off the list for all
        assert report.errors == 0
        assert json.loads(report.failures_by_example["sold_out"])["code"] == "sold_out"

    def test_the_last_offer_sold_out_ends_the_run(self) -> None:
        class AllSoldOut(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                self.send(problem("409 Conflict", "sold_out"))

        with serving(AllSoldOut) as port:
            report = run_load(booking_plan(port, duration_s=10.0))
        assert report.ended_by == "offers_exhausted"
        assert report.done_total == 0

    def test_server_errors_are_counted_and_do_not_spin(self) -> None:
        class Broken(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                self.send(problem("503 Service Unavailable", "unavailable"))

        with serving(Broken) as port:
            report = run_load(booking_plan(port))
        assert report.done == 0
        assert report.errors == report.refusals["unavailable"] == report.statuses["hold"]["503"]
        assert report.errors < 4 * report.window_s / 0.02 * 1.5
        assert report.steps["hold"].count == 0

    def test_a_declined_payment_is_not_a_booking(self) -> None:
        class Declining(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                declined = b"/v1/bookings" in head
                self.send(problem("402 Payment Required", "payment_declined") if declined else HOLD)

        with serving(Declining) as port:
            report = run_load(booking_plan(port))
        assert report.done_total == 0
        assert report.holds_total > 0
        assert report.refusals["payment_declined"] == report.statuses["book"]["402"]


class TestConnections:
    def test_answers_in_pieces_are_put_together(self) -> None:
        class Slow(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                self.sending = asyncio.create_task(self.send_slowly(HOLD if b"/v1/holds" in head else BOOKING))

            async def send_slowly(self, whole: bytes) -> None:
                for start in range(0, len(whole), 90):
                    self.send(whole[start : start + 90])
                    await asyncio.sleep(0.002)

        with serving(Slow) as port:
            report = run_load(booking_plan(port, **COUNTED))
        assert report.done == 100
        assert set(report.statuses["book"]) == {"201"}

    def test_lost_connections_are_opened_again(self) -> None:
        asked = Counter[str]()

        class Dropping(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                asked["requests"] += 1
                if asked["requests"] in {300, 600}:
                    assert self.transport is not None
                    self.transport.abort()
                else:
                    super().answer(head, body)

        with serving(Dropping) as port:
            report = run_load(booking_plan(port, clients=1, **COUNTED | {"count_max": 700}))
        assert report.lost_connections == 2
        assert report.done == 700  # more than one connection lived to see

    def test_silence_is_a_timeout(self) -> None:
        class Silent(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                pass

        with serving(Silent) as port:
            report = run_load(booking_plan(port, duration_s=1.2, warmup_s=0.0, answer_timeout_s=0.3, drain_s=0.2))
        assert report.timeouts >= 4
        assert report.done == 0

    def test_a_chunked_answer_is_refused_by_name(self) -> None:
        class Chunked(StandIn):
            def answer(self, head: bytes, body: bytes) -> None:
                self.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")

        with serving(Chunked) as port, pytest.raises(LoadFailed, match="UnreadableAnswer"):
            run_load(booking_plan(port))

    def test_no_server_is_a_failure(self) -> None:
        with serving(StandIn) as port:
            pass
        with pytest.raises(LoadFailed, match="refused"):
            run_load(booking_plan(port))


class TestSearches:
    def test_large_answers_are_counted_not_kept(self) -> None:
        with serving(StandIn) as port:
            plan = LoadPlan(
                port=port,
                script="searches",
                clients=4,
                duration_s=60.0,
                warmup_s=0.0,
                count_max=100,
                paths=("/v1/offers?from=a&to=b", "/v1/offers?from=b&to=a"),
            )
            report = run_load(plan)
        assert report.done == 100
        assert report.done == report.statuses["search"]["200"] == report.steps["search"].count
        assert report.bytes_received >= report.done * 10_000


class TestPlan:
    def test_refuses_what_cannot_run(self) -> None:
        with pytest.raises(ValueError, match="offers"):
            booking_plan(1, offers=())
        with pytest.raises(ValueError, match="paths"):
            booking_plan(1, script="searches")
        with pytest.raises(ValueError, match="positive"):
            booking_plan(1, clients=0)


def test_calibration_says_how_far_a_run_stayed_below_the_limit() -> None:
    room = calibrate(clients=32, duration_s=0.6)
    assert room.done_per_s > 100
    # What is under way when the window opens and closes is half in it.
    assert room.requests_per_s == pytest.approx(2 * room.done_per_s, abs=2 * 32 / 0.6)
    with serving(StandIn) as port:
        report = run_load(booking_plan(port, think_s=0.1))
    assert room.sentence(report).startswith(f"generator could drive {room.done_per_s:,.0f}/s, drove ")


class HoldsAlone(StandIn):
    """Holds are given and taken back; how many of both."""

    counts: Counter[str]

    def answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"DELETE /v1/holds/h_0123456789abcdef0123 "):
            self.counts["released"] += 1
            self.send(b"HTTP/1.1 204 No Content\r\nx-worker: 0\r\n\r\n")
        else:
            self.counts["held" if json.loads(body) == {"offer_id": "offer"} else "wrong"] += 1
            self.send(HOLD)


def test_holds_are_let_go_again() -> None:
    counts: Counter[str] = Counter()
    counting = type("Counting", (HoldsAlone,), {"counts": counts})
    with serving(counting) as port:
        report = run_load(LoadPlan(port, "holds", clients=2, offers=("offer",), **COUNTED))  # type: ignore[arg-type]
    assert report.done == 100
    assert report.steps["hold"].count > 0
    assert counts["held"] == counts["released"] == report.done_total == report.holds_total
    assert not counts["wrong"]
    assert report.refusals == {}
