"""From an outbox to a partner's server: what is sent, in which order, how often, and when it is given up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client import REGISTRY
from structlog.testing import LogCapture

from integration.notifications.receiver import Receiver
from integration.notifications.world import FLIGHT, TRAIN, Desk, cancelled, captured, created, outboxes, wait_until
from wayfare.contracts.notifications.api import (
    AddEndpoint,
    EndpointRef,
    ListAttempts,
    ResendDeliveries,
    RotateSecret,
)
from wayfare.infrastructure.events.dead_letters import replay
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.services.notifications.application import send_deliveries

HOUR = 3600


def types(partner: Receiver) -> list[str]:
    return [request.event["type"] for request in partner.requests]


class TestDelivery:
    async def test_an_event_arrives_signed(self, desk: Desk, partner: Receiver) -> None:
        _, secret = await desk.add(f"{partner.url}/hooks?x=1")
        partner.secrets = {secret}
        await desk.happen(created(1))
        await desk.send()
        (request,) = partner.requests
        assert request.signed_by == {secret}
        assert request.path == "/hooks?x=1"
        assert request.headers["host"] == partner.url.removeprefix("http://")
        assert request.headers["content-type"] == "application/json"
        assert request.headers["webhook-timestamp"] == str(desk.clock.now_s())
        assert (request.event["specversion"], request.event["type"]) == ("1.0", "booking.created")
        assert request.event["data"]["departures"] == [TRAIN]

    async def test_nothing_is_read_before_somebody_wants_something(self, desk: Desk, partner: Receiver) -> None:
        await desk.happen(created(1))
        assert await desk.database.fetchval("SELECT count(*) FROM events.position") == 0
        await desk.api.add_endpoint(AddEndpoint(partner.url))
        await desk.database.execute("UPDATE notifications.webhook_endpoint SET created_at = clock_timestamp()")
        await desk.happen(created(2))
        await desk.send()
        assert [request.event["data"]["locator"] for request in partner.requests] == ["LOC002"]
        assert await desk.database.fetchval("SELECT count(*) FROM events.received") == 1

    async def test_only_what_was_asked_for(self, desk: Desk, partner: Receiver) -> None:
        await desk.add(f"{partner.url}/some", "booking.cancelled", "payment.captured")
        await desk.add(f"{partner.url}/train", operators=("demo:dw",))
        await desk.happen(created(1), created(2, FLIGHT), captured(1), cancelled(2, FLIGHT))
        await desk.send()
        got = sorted(
            (request.path, request.event["type"], request.event["subject"][-1]) for request in partner.requests
        )
        assert got == [
            ("/some", "booking.cancelled", "2"),
            ("/some", "payment.captured", "1"),
            ("/train", "booking.created", "1"),
        ]

    async def test_the_events_of_a_booking_come_in_order(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        partner.answer = lambda request: 500 if request.event["type"] == "booking.created" else 204
        await desk.happen(created(1), cancelled(1), created(2), cancelled(2))
        await desk.send()
        assert types(partner) == ["booking.created"] * 2
        partner.answer = lambda _: 204
        for _ in range(5):
            desk.clock.advance(10)
            await desk.send()
        for booking in ("1", "2"):
            accepted = [request for request in partner.requests if request.event["subject"].endswith(booking)]
            assert [request.event["type"] for request in accepted][-2:] == ["booking.created", "booking.cancelled"]
        assert (await desk.endpoint(number)).pending == 0

    async def test_a_copy_of_an_event_is_not_sent_again(self, desk: Desk, partner: Receiver) -> None:
        await desk.add(partner.url)
        await desk.happen(created(1))
        await desk.send()
        assert await replay(desk.database, outboxes(desk.database), "webhooks", None, None) == 1
        await desk.consumer.handle()
        await desk.send()
        assert len(partner.requests) == 1

    async def test_no_personal_data_and_no_secret_is_in_it(self, desk: Desk, partner: Receiver) -> None:
        _, secret = await desk.add(partner.url)
        await desk.happen(created(1), cancelled(1), captured(1))
        await desk.send()
        known = {"booking_id", "locator", "departures", "hold_id", "total", "passengers", "refund"}
        known |= {"payment_id", "amount"}
        assert {name for request in partner.requests for name in request.event["data"]} == known
        assert not any(secret in str(request) for request in partner.requests)


class TestFailures:
    async def test_retried_for_72_hours_then_failed(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: 500
        await desk.happen(created(1))
        await desk.send()
        for _ in range(72 * 4 - 1):
            desk.clock.advance(HOUR // 4)
            await desk.send()
        tries = len(partner.requests)
        assert 15 < tries < 40
        assert len(set(partner.ids())) == 1
        assert (await desk.endpoint(number)).pending == 1
        for _ in range(3):
            desk.clock.advance(HOUR // 4)
            await desk.send()
        assert len(partner.requests) == tries + 1
        endpoint = await desk.endpoint(number)
        assert (endpoint.pending, endpoint.failed, endpoint.disabled_s) == (0, 1, None)
        newest, *_, oldest = await desk.log(number)
        assert (newest.status, newest.answer, newest.state) == (500, "noted", "failed")
        assert newest.at_s - oldest.at_s >= 72 * HOUR - HOUR // 4

    async def test_nothing_but_failures_disable_the_endpoint(
        self, desk: Desk, partner: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = LogCapture()
        every_level = structlog.make_filtering_bound_logger(0)
        logger = structlog.wrap_logger(None, processors=[lines], wrapper_class=every_level)
        monkeypatch.setattr(send_deliveries, "log", logger)
        disabled = REGISTRY.get_sample_value("wayfare_webhook_endpoints_disabled_total") or 0
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: 503
        for day in range(6):
            await desk.happen(created(day + 1))
            await desk.send()
            desk.clock.advance(24 * HOUR)
        endpoint = await desk.endpoint(number)
        assert "120 hours" in endpoint.disabled_reason
        assert (endpoint.pending, endpoint.failed) == (0, 6)
        (told,) = (entry for entry in lines.entries if entry["event"] == "webhook.endpoint_disabled")
        assert (told["log_level"], told["endpoint"]) == ("error", number)
        assert REGISTRY.get_sample_value("wayfare_webhook_endpoints_disabled_total") == disabled + 1
        tries = len(partner.requests)
        await desk.happen(created(9))
        await desk.send()
        assert len(partner.requests) == tries
        with pytest.raises(ValidationFailed, match="disabled"):
            await desk.api.resend(ResendDeliveries(endpoint_id=number, since_s=0))
        await desk.api.enable_endpoint(EndpointRef(number))
        partner.answer = lambda _: 204
        assert (await desk.api.resend(ResendDeliveries(endpoint_id=number, since_s=0))).count == 6
        await desk.send()
        endpoint = await desk.endpoint(number)
        assert (endpoint.failed, endpoint.failing_since_s, endpoint.disabled_reason) == (0, None, "")

    async def test_410_disables_it_at_once(self, desk: Desk, partner: Receiver) -> None:
        disabled = REGISTRY.get_sample_value("wayfare_webhook_endpoints_disabled_total") or 0
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: 410
        await desk.happen(created(1), created(2))
        await desk.send()
        assert REGISTRY.get_sample_value("wayfare_webhook_endpoints_disabled_total") == disabled + 1
        assert "410" in (await desk.endpoint(number)).disabled_reason
        assert (await desk.endpoint(number)).pending == 0

    async def test_an_answer_after_failures_makes_it_well(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: 500
        await desk.happen(created(1))
        await desk.send()
        assert (await desk.endpoint(number)).failing_since_s == desk.clock.now_s()
        partner.answer = lambda _: 200
        desk.clock.advance(10)
        await desk.send()
        assert (await desk.endpoint(number)).failing_since_s is None

    @pytest.mark.parametrize(
        ("answer", "status", "says"),
        [
            (302, 302, ""),
            (404, 404, ""),
            ("hang", 0, "no answer in 1 s"),
            ("drip", 0, "no answer in 1 s"),
            ("reset", 0, "RemoteProtocolError"),
            ("huge", 200, ""),
            ("slow", 204, ""),
        ],
    )
    async def test_each_way_to_answer(
        self, desk: Desk, partner: Receiver, answer: int | str, status: int, says: str
    ) -> None:
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: answer
        await desk.happen(created(1))
        await desk.send()
        (attempt,) = await desk.log(number)
        assert attempt.status == status
        assert says in attempt.error
        assert attempt.duration_ms < 3_000
        assert len(attempt.answer) <= 500
        assert [request.path for request in partner.requests] == ["/"]
        assert attempt.state == ("delivered" if status in (200, 204) else "pending")

    async def test_one_that_hangs_holds_up_nobody_else(self, desk: Desk, partner: Receiver, tmp_path: Path) -> None:
        patient = Desk(desk.database, tmp_path / "other", timeout_s=40.0)
        hanging, _ = await patient.add(f"{partner.url}/hangs")
        await patient.add(f"{partner.url}/well")
        partner.answer = lambda request: "hang" if request.path == "/hangs" else 204
        await patient.happen(*(created(number) for number in range(1, 31)))
        job = next(job for job in patient.service.jobs if job.name == "notifications.webhooks")
        await job.run()
        await wait_until(lambda: sum(request.path == "/well" for request in partner.requests) == 30)
        await patient.service.stop()
        assert await patient.log(hanging) == ()
        assert (await patient.endpoint(hanging)).pending == 30

    async def test_a_dead_endpoint_is_left_alone_between_probes(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: 500
        await desk.happen(*(created(number) for number in range(1, 61)))
        await desk.send()
        assert len(partner.requests) < 20
        partner.answer = lambda _: 204
        for _ in range(5):
            desk.clock.advance(300)
            await desk.send()
        assert (await desk.endpoint(number)).pending == 0


class TestLookingAfter:
    async def test_after_a_rotation_both_secrets_sign_for_a_while(self, desk: Desk, partner: Receiver) -> None:
        number, old = await desk.add(partner.url)
        new = (await desk.api.rotate_secret(RotateSecret(number, 24 * HOUR))).secret
        partner.secrets = {old, new}
        await desk.happen(created(1))
        await desk.send()
        assert partner.requests[-1].signed_by == {old, new}
        desk.clock.advance(24 * HOUR)
        await desk.happen(created(2))
        await desk.send()
        signatures = partner.requests[-1].headers["webhook-signature"].split()
        assert len(signatures) == 1

    async def test_resending_one_keeps_its_id_and_bytes(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        await desk.happen(created(1))
        await desk.send()
        (attempt,) = await desk.log(number)
        assert (await desk.api.resend(ResendDeliveries(delivery_id=attempt.delivery_id))).count == 1
        await desk.send()
        first, second = partner.requests
        assert (first.id, first.body) == (second.id, second.body)
        assert len(await desk.log(number)) == 2

    async def test_resending_since(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        await desk.happen(created(1), created(2))
        await desk.send()
        assert (await desk.api.resend(ResendDeliveries(endpoint_id=number, since_s=0))).count == 2
        now_s = desk.clock.now_s() + HOUR
        assert (await desk.api.resend(ResendDeliveries(endpoint_id=number, since_s=now_s))).count == 0
        await desk.send()
        assert sorted(partner.ids()) == sorted(list(set(partner.ids())) * 2)

    async def test_a_test_message_is_sent_once(self, desk: Desk, partner: Receiver) -> None:
        number, secret = await desk.add(partner.url)
        partner.secrets = {secret}
        attempt = await desk.api.send_test(EndpointRef(number))
        assert (attempt.state, attempt.status) == ("delivered", 204)
        assert (types(partner), partner.requests[0].signed_by) == (["webhook.test"], {secret})
        partner.answer = lambda _: 500
        assert (await desk.api.send_test(EndpointRef(number))).state == "failed"
        desk.clock.advance(2 * HOUR)
        await desk.send()
        assert len(partner.requests) == 2

    async def test_removing_forgets_all_of_it(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        await desk.happen(created(1))
        await desk.api.remove_endpoint(EndpointRef(number))
        await desk.send()
        assert partner.requests == []
        for work in (desk.api.remove_endpoint(EndpointRef(number)), desk.api.list_attempts(ListAttempts(number))):
            with pytest.raises(NotFound):
                await work

    async def test_removed_while_it_is_sent_to(self, desk: Desk, partner: Receiver) -> None:
        number, _ = await desk.add(partner.url)
        partner.answer = lambda _: "slow"
        await desk.happen(created(1))
        sending = asyncio.create_task(desk.send())
        await wait_until(lambda: partner.requests)
        await desk.api.remove_endpoint(EndpointRef(number))
        await sending
        await asyncio.sleep(0.5)
        assert await desk.database.fetchval("SELECT count(*) FROM notifications.webhook_attempt") == 0

    async def test_what_is_old_goes_and_what_waits_stays(self, desk: Desk, partner: Receiver) -> None:
        await desk.add(partner.url)
        partner.answer = lambda request: 500 if request.event["subject"].endswith("1") else 204
        await desk.happen(created(1), created(2))
        await desk.send()
        retention = next(job for job in desk.service.jobs if job.name == "notifications.retention")
        desk.clock.advance(29 * 24 * HOUR)
        await retention.run()
        count = "SELECT count(*) FROM notifications.webhook_delivery"
        assert await desk.database.fetchval(count) == 2
        desk.clock.advance(2 * 24 * HOUR)
        await retention.run()
        assert await desk.database.fetchval(count) == 1
        assert await desk.database.fetchval("SELECT count(*) FROM notifications.webhook_attempt") == 1

    @pytest.mark.parametrize(
        "message",
        [
            AddEndpoint("ftp://partner.example/"),
            AddEndpoint("https://partner.example/", events=("booking.sold",)),
            AddEndpoint("https://partner.example/", operators=("demo:nobody",)),
            AddEndpoint("https://partner.example/", events=("payment.captured",), operators=("demo:dw",)),
        ],
    )
    async def test_mistakes_are_refused(self, desk: Desk, message: AddEndpoint) -> None:
        with pytest.raises(ValidationFailed):
            await desk.api.add_endpoint(message)

    @pytest.mark.parametrize(
        "message",
        [ResendDeliveries(), ResendDeliveries(endpoint_id=1), ResendDeliveries(delivery_id=1, since_s=0)],
    )
    async def test_resend_asks_for_one_or_a_time(self, desk: Desk, message: Any) -> None:
        with pytest.raises(ValidationFailed):
            await desk.api.resend(message)

    async def test_gauges_tell_what_waits_and_what_failed(self, desk: Desk, partner: Receiver) -> None:
        await desk.add(partner.url)
        partner.answer = lambda request: 500 if request.event["subject"].endswith("1") else 204
        await desk.happen(created(1), created(2))
        await desk.send()
        gauges = next(job for job in desk.service.jobs if job.name == "notifications.gauges")
        await gauges.run()
        assert REGISTRY.get_sample_value("wayfare_webhook_deliveries", {"state": "pending"}) == 1
        desk.clock.advance(72 * HOUR)
        await desk.send()
        await gauges.run()
        assert REGISTRY.get_sample_value("wayfare_webhook_deliveries", {"state": "failed"}) == 1
        assert REGISTRY.get_sample_value("wayfare_webhook_endpoints", {"state": "enabled"}) == 1
