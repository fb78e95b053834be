"""The work of events that comes round again: relays of a process's outboxes, intake and handling of its consumers."""

from __future__ import annotations

from collections.abc import Sequence

from wayfare.infrastructure.events.broker import Broker
from wayfare.infrastructure.events.consumer import Consumer, forget_received
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.events.relay import Relay
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule, older_than

EVERY_S = 0.25
HOUSEKEEPING_S = 3600.0


def outbox_jobs(outbox: Outbox, broker: Broker, kept_days: int) -> list[PeriodicJob]:
    """One process of all that share the outbox relays it, by an advisory lock."""

    async def keep() -> None:
        await outbox.prepare()
        await outbox.remove_old(kept_days, relayed=broker.relays)

    jobs = [PeriodicJob(f"{outbox.schema}.outbox", HOUSEKEEPING_S, keep, exclusive=True, recorded=True)]
    if broker.relays:
        jobs.append(PeriodicJob(f"{outbox.schema}.relay", EVERY_S, Relay(outbox, broker), exclusive=True))
    return jobs


def outbox_rule(outbox: Outbox, kept_days: int) -> RetentionRule:
    return RetentionRule(
        f"events of {outbox.schema}, to be replayed",
        f"{outbox.schema}.outbox",
        f"{kept_days} days, and until the broker has them",
        "deleted",
        f"{outbox.schema}.outbox",
        older_than("made_at", (kept_days + 2) * 86_400),
    )


def received_rule(consumer: Consumer, kept_days: int) -> RetentionRule:
    name = consumer.subscriber.name
    return RetentionRule(
        f"identities of events that {name} has received",
        f"(SELECT * FROM events.received WHERE consumer = '{name}') AS received",
        f"{kept_days + 1} days",
        "deleted",
        f"{name}.received",
        older_than("received_at", (kept_days + 2) * 86_400),
    )


def consumer_jobs(consumers: Sequence[Consumer], kept_days: int) -> list[PeriodicJob]:
    """Intake and handling go side by side: a slow handler does not hold up the broker."""
    jobs = []
    for consumer in consumers:
        name, pace_s = consumer.subscriber.name, consumer.subscriber.pace_s

        async def forget(consumer: Consumer = consumer) -> None:
            await forget_received(consumer.database, kept_days + 1)

        jobs += [
            PeriodicJob(f"{name}.intake", pace_s, consumer.take_in, exclusive=True),
            PeriodicJob(f"{name}.handle", pace_s, consumer.handle, exclusive=True),
            PeriodicJob(f"{name}.received", HOUSEKEEPING_S, forget, exclusive=True, recorded=True),
        ]
    return jobs
