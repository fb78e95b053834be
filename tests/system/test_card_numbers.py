"""Card numbers planted in every input of the API are found nowhere: no table, outbox, log, metric or file has them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx2
import pytest

from system.card_inputs import Inputs
from system.harness import DemoCopies, Server
from system.searching import files_with, tables_with
from system.world import CONTACT, PASSENGER, Passenger, direct_trip, in_days
from wayfare.services.payments.adapters.gateway_sim.signing import signed_headers

pytestmark = pytest.mark.slow

CARD = "4539578763621486"
CARDS = (CARD, "4539 5787 6362 1486", "4539-5787-6362-1486")
NO_CARD = "4539578763621487"
"""Its check digit is wrong: it is accepted, and the search for it must succeed."""
HEADERS = ("X-Correlation-Id", "Idempotency-Key", "Authorization", "User-Agent", "Referer", "Cookie", "Traceparent")
HOOK_SECRET = "sim_webhook_secret"


@pytest.fixture(scope="module")
def server(demo: DemoCopies) -> Iterator[Server]:
    settings = {"log_level": "debug", "payment_routes": "paypal=simulated_http"}
    with demo.copy() as data_dir, Server(data_dir, workers=1, **settings) as running:
        yield running


def database_of(server: Server) -> str:
    return (server.data_dir / "run" / "postgres.url").read_text().strip()


async def held(client: httpx2.AsyncClient, offers: Iterator[Any]) -> str:
    answer = await Passenger(client).hold(next(offers)["offer_id"])
    assert answer.status_code == 201, answer.text
    hold_id: str = answer.json()["hold_id"]
    return hold_id


def booking(hold_id: str, **names: str) -> dict[str, Any]:
    return {
        "hold_id": hold_id,
        "passengers": [PASSENGER | names],
        "contact": CONTACT,
        "payment": {"method": "card", "token": "tok_approved"},
    }


def spelled(digits: str) -> str:
    return "[ -]?".join(digits)


async def test_no_card_number_gets_in(server: Server) -> None:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as client:
        found = await Passenger(client).search("Berlin Hbf", "München Hbf", in_days(9))
        offers = itertools.cycle(direct_trip(found)["offers"])
        document = (await client.get("/openapi.json")).json()
        refused = 0
        for text in CARDS:
            examples = {
                "POST /v1/holds": {"offer_id": next(offers)["offer_id"]},
                "POST /v1/bookings": booking(await held(client, offers)),
            }
            for sent in Inputs(document, examples).planted(text):
                answer = await client.request(
                    sent.method, sent.path, params=sent.query, headers=sent.headers, json=sent.body
                )
                assert answer.status_code < 500, sent.where
                if answer.status_code >= 400:
                    assert not re.search(spelled(CARD), answer.text), sent.where
                if "webhooks" not in sent.path and (" body " in sent.where or "field" in sent.where):
                    assert (answer.status_code, answer.json()["code"]) == (422, "card_number_refused"), sent.where
                    refused += 1
            for name in HEADERS:
                answer = await client.get("/v1/places", params={"q": "Berlin"}, headers={name: text})
                assert answer.status_code in (200, 422)
                assert text not in str(answer.headers)
            assert (await client.get(f"/nowhere/{text}")).status_code == 404
        assert refused > 100
        await _as_a_webhook(client, server, await held(client, offers))

        metrics = (await client.get("/metrics")).text
        accepted = await client.post(
            "/v1/bookings", json=booking(await held(client, offers), given_name=f"Ada {NO_CARD}")
        )
        assert accepted.status_code == 201, accepted.text

    dsn = database_of(server)
    assert await tables_with(dsn, spelled(CARD)) == []
    assert not re.search(spelled(CARD), metrics)
    log = server.log.read_text()
    assert "request.answered" in log
    assert not re.search(spelled(CARD), log)
    assert await tables_with(dsn, NO_CARD), "the search finds what is there"
    server.stop()
    assert files_with(server.data_dir, spelled(CARD)) == []
    assert files_with(server.data_dir, NO_CARD), "and so does the one in the files"


async def _as_a_webhook(client: httpx2.AsyncClient, server: Server, hold_id: str) -> None:
    """Unsigned, and signed by the gateway, about a payment that there is."""
    assert (await client.post("/v1/bookings", json=booking(hold_id))).status_code == 201
    connection = await asyncpg.connect(database_of(server))
    payment_id = await connection.fetchval("SELECT payment_id FROM payments.payment ORDER BY payment_id DESC LIMIT 1")
    path = "/v1/webhooks/payments/simulated_http"
    for number, text in enumerate(CARDS):
        dispute = {"id": f"dp {text}", "amount": 1 + number, "currency": "EUR", "reason": f"because {text}"}
        data = {"key": str(payment_id), "dispute": dispute, "card": text}
        body = json.dumps({"id": text, "type": f"charge.{text}", "data": data}).encode()
        assert (await client.post(path, content=body)).status_code == 401
        answer = await client.post(path, content=body, headers=signed_headers(HOOK_SECRET, text, body))
        assert answer.status_code == 204, answer.text
        again = await client.post(path, content=body, headers=signed_headers(HOOK_SECRET, text, body))
        assert again.status_code == 204
    assert await connection.fetchval("SELECT count(*) FROM payments.notice") == len(CARDS)
    assert await connection.fetchval("SELECT count(*) FROM payments.chargeback") == len(CARDS)
    await connection.close()
