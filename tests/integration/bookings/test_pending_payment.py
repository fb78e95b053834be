"""A payment that waits for the customer, and a gateway that is down."""

from __future__ import annotations

from integration.bookings.recording_gateway import RecordingGateway
from integration.bookings.world import Process, World, body
from wayfare.services.bookings.application.hasten_settled import HastenSettled
from wayfare.services.payments.application.ports import Notice
from wayfare.services.payments.domain.simulation import judge


async def test_the_answer_says_where_to_go_and_recovery_ends_it(world: World, process: Process) -> None:
    world.gateway._customer_s = 3600.0
    hold_id = await world.hold()
    response = await process.book(body(hold_id, "tok_3ds"))
    assert response.status_code == 202
    action = response.json()["next_action"]
    assert (action["type"], action["url"][:8]) == ("redirect", "https://")
    await process.recover()
    assert await process.open_sagas() == 1
    world.gateway._customer_s = 0.0
    await process.recover()
    (facts,) = await process.facts()
    assert (facts.state, facts.open_saga) == ("ticketed", False)
    assert len(world.gateway.captured) == 1


async def test_the_customer_refuses(world: World, process: Process) -> None:
    world.gateway._customer_s = 3600.0
    hold_id = await world.hold()
    assert (await process.book(body(hold_id, "tok_3ds_declined"))).status_code == 202
    world.gateway._customer_s = 0.0
    await process.recover()
    assert (await process.book(body(hold_id))).status_code == 201
    assert judge("tok_3ds_declined").outcome == "pending"


async def test_a_webhook_makes_recovery_look_at_once(world: World, process: Process) -> None:
    world.gateway._customer_s = 3600.0
    await process.book(body(await world.hold(), "tok_3ds"))
    await process.database.execute("UPDATE bookings.open_saga SET due_at = now() + interval '2 minutes'")
    world.gateway._customer_s = 0.0
    world.gateway.notice_key = str((await process.facts())[0].payment_id)
    response = await process.http.post("/v1/webhooks/payments/simulated", content=b"{}")
    assert response.status_code == 204
    jobs = {job.name: job.run for job in process.bookings.jobs}
    await jobs["bookings.settled"]()
    await jobs["bookings.recovery"]()
    (facts,) = await process.facts()
    assert facts.state == "ticketed"


async def test_news_hasten_once(world: World, process: Process) -> None:
    class Store:
        hastened = 0

        async def hasten(self, booking_ids: object) -> int:
            self.hastened += 1
            return 1

    world.gateway._customer_s = 3600.0
    await process.book(body(await world.hold(), "tok_3ds"))
    world.gateway._customer_s = 0.0
    world.gateway.notice_key = str((await process.facts())[0].payment_id)
    await process.http.post("/v1/webhooks/payments/simulated", content=b"{}")
    store = Store()
    hasten = HastenSettled(store, process.payments.api)  # type: ignore[arg-type]
    for _ in range(3):
        await hasten()
    assert store.hastened == 1


async def test_a_gateway_that_is_down_is_503_and_nothing_is_begun(world: World, process: Process) -> None:
    world.gateway.down_s = 7
    hold_id = await world.hold()
    response = await process.book(body(hold_id), key="k1")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert response.json()["retry_after_s"] == 7
    assert await process.facts() == []
    world.gateway.down_s = 0
    assert (await process.book(body(hold_id), key="k1")).status_code == 201


async def test_the_fake_reads_a_notice() -> None:
    gateway = RecordingGateway()
    gateway.notice_key = "p1"
    assert await gateway.read_notice({}, b"") == Notice("evt_p1", "p1", "charge.authorised")
