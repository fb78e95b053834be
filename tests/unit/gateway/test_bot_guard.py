"""Proofs of work: asked of who searches and never books, worth something once, forged by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Response

from wayfare.contracts.waiting.api import ProofTaken, TakeProof
from wayfare.gateway import problems
from wayfare.gateway.bot_guard import CHALLENGE_S, PROOF_BUYS, WINDOW_S, BotGuard, zero_bits
from wayfare.gateway.edge import Edge
from wayfare.infrastructure.addresses import Networks

SECRET = b"a secret of the tests that is long"
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "fair-on-sale.md"
AFTER, BITS = 5, 8


class Proofs:
    """The part of the waiting service that knows which proofs were used."""

    def __init__(self) -> None:
        self.used: set[bytes] = set()

    async def take_proof(self, message: TakeProof) -> ProofTaken:
        first = message.challenge not in self.used
        self.used.add(message.challenge)
        return ProofTaken(first)


class Clock:
    now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def prove_as_documented() -> Callable[[str, int], str]:
    """The example client of the guide."""
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    prove: Callable[[str, int], str] = names["prove"]
    return prove


prove = prove_as_documented()


class Shop:
    """Some processes around one list of used proofs, and clients of several addresses."""

    def __init__(self, many_from: str = "") -> None:
        self.clock, self.proofs, self.many_from = Clock(), Proofs(), many_from
        self.edges = [self._edge(), self._edge()]

    def _edge(self) -> Edge:
        app = FastAPI()
        problems.install(app)

        @app.get("/v1/offers")
        @app.get("/v1/places")
        async def search() -> list[int]:
            return []

        @app.post("/v1/bookings")
        async def book() -> Response:
            return Response("{}", 201)

        guard = BotGuard(
            self.proofs,  # type: ignore[arg-type]
            SECRET,
            after=AFTER,
            bits=BITS,
            many_from=Networks(self.many_from),
            now_s=self.clock,
        )
        return Edge(app, body_bytes_max=1000, worker=0, bots=guard)

    async def ask(
        self,
        path: str = "/v1/offers",
        method: str = "GET",
        address: str = "192.0.2.1",
        proof: str = "",
        process: int = 0,
    ) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.edges[process], client=(address, 4711))
        headers = {"wayfare-proof": proof} if proof else {}
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, headers=headers)

    async def ask_until_refused(self, **who: Any) -> httpx2.Response:
        for _ in range(AFTER):
            assert (await self.ask(**who)).status_code == 200
        refused = await self.ask(**who)
        assert refused.status_code == 429
        assert refused.json()["code"] == "proof_of_work_needed"
        return refused

    async def proof_for(self, refused: httpx2.Response) -> str:
        problem = refused.json()
        assert problem["difficulty"] == BITS
        return prove(problem["challenge"], problem["difficulty"])


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestWho:
    async def test_searches_without_end_is_asked(self, shop: Shop) -> None:
        await shop.ask_until_refused()
        assert (await shop.ask(address="192.0.2.2")).status_code == 200

    async def test_changes_address_within_its_network_is_one(self, shop: Shop) -> None:
        for host in range(AFTER):
            assert (await shop.ask(address=f"2001:db8::{host + 1}")).status_code == 200
        assert (await shop.ask(address="2001:db8::ffff")).status_code == 429

    async def test_books_is_not_asked(self, shop: Shop) -> None:
        for _ in range(3):
            for _ in range(AFTER):
                assert (await shop.ask()).status_code == 200
            assert (await shop.ask("/v1/bookings", "POST")).status_code == 201

    async def test_does_other_things_is_not_counted(self, shop: Shop) -> None:
        for _ in range(AFTER + 1):
            assert (await shop.ask("/v1/places")).status_code == 200
        assert (await shop.ask()).status_code == 200

    async def test_takes_his_time_is_not_asked(self, shop: Shop) -> None:
        await shop.ask_until_refused()
        shop.clock.now_s += WINDOW_S + 1
        assert (await shop.ask()).status_code == 200

    async def test_shares_an_address_with_many_is_not_asked(self) -> None:
        shop = Shop(many_from="192.0.2.0/24")
        for _ in range(AFTER + 1):
            assert (await shop.ask()).status_code == 200
        await shop.ask_until_refused(address="198.51.100.1")


class TestProof:
    async def test_buys_some_requests(self, shop: Shop) -> None:
        proof = await shop.proof_for(await shop.ask_until_refused())
        assert (await shop.ask(proof=proof)).status_code == 200
        assert PROOF_BUYS >= AFTER
        for _ in range(AFTER - 1):
            assert (await shop.ask()).status_code == 200
        assert (await shop.ask()).status_code == 429

    async def test_is_good_once_in_all_processes(self, shop: Shop) -> None:
        proof = await shop.proof_for(await shop.ask_until_refused())
        await shop.ask_until_refused(process=1)
        assert (await shop.ask(proof=proof, process=1)).status_code == 200
        assert "used already" in (await shop.ask(proof=proof)).json()["detail"]

    async def test_must_be_work(self, shop: Shop) -> None:
        challenge = (await shop.ask_until_refused()).json()["challenge"]
        lazy = next(text for n in range(1000) if not zero_bits_of(text := f"{challenge}:{n}") >= BITS)
        assert "zero bits" in (await shop.ask(proof=lazy)).json()["detail"]

    @pytest.mark.parametrize("proof", ["x", ":", "x:1", "a.b:1", b"\xe9:1", "x:" + "1" * 100])
    async def test_must_be_of_a_challenge_of_ours(self, proof: str | bytes, shop: Shop) -> None:
        await shop.ask_until_refused()
        assert (await shop.ask(proof=proof)).json()["code"] == "proof_of_work_needed"

    async def test_is_one_address_s(self, shop: Shop) -> None:
        proof = await shop.proof_for(await shop.ask_until_refused())
        await shop.ask_until_refused(address="192.0.2.2")
        assert (await shop.ask(address="192.0.2.2", proof=proof)).status_code == 429

    async def test_expires(self, shop: Shop) -> None:
        proof = await shop.proof_for(await shop.ask_until_refused())
        shop.clock.now_s += CHALLENGE_S + 1
        assert "expired" in (await shop.ask(proof=proof)).json()["detail"]


class TestZeroBits:
    @pytest.mark.parametrize(
        ("digest", "bits"), [(b"\xff\x00", 0), (b"\x00\xff", 8), (b"\x01\x00", 7), (b"\x00\x00", 16)]
    )
    def test_are_counted_from_the_left(self, digest: bytes, bits: int) -> None:
        assert zero_bits(digest) == bits


def zero_bits_of(text: str) -> int:
    import hashlib

    return zero_bits(hashlib.sha256(text.encode()).digest())
