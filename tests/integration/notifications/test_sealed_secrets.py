"""Secrets of endpoints lie encrypted; those from before are encrypted by a job, and everything is signed as before."""

from __future__ import annotations

from integration.notifications.world import Desk
from wayfare.contracts.notifications.api import RotateSecret
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.sealed_text import SealedText
from wayfare.kernel.time import utc
from wayfare.services.notifications.adapters.store import PostgresWebhookStore


async def stored(desk: Desk) -> list[str]:
    row = await desk.database.fetchrow("SELECT secret, old_secret FROM notifications.webhook_endpoint")
    assert row is not None
    return [value for value in row if value]


async def secrets_of(desk: Desk, number: int) -> tuple[str, ...]:
    store = PostgresWebhookStore(desk.database, SealedText(KeyFile(desk.key_file)))
    (found,) = await store.enabled_endpoints(None, utc(desk.clock.now_s()))
    assert found.id == number
    return found.secrets


async def seal_anew(desk: Desk) -> None:
    await next(job.run for job in desk.service.jobs if job.name == "notifications.seal")()


async def test_secrets_lie_encrypted(desk: Desk) -> None:
    number, first = await desk.add("https://partner.example.org/hook")
    second = (await desk.api.rotate_secret(RotateSecret(number, 3600))).secret
    lying = await stored(desk)
    assert all(value.startswith("sealed:") for value in lying)
    assert first not in "".join(lying)
    assert await secrets_of(desk, number) == (second, first)


async def test_those_in_the_clear_or_under_an_old_key_are_encrypted_anew(desk: Desk) -> None:
    number, _ = await desk.add("https://partner.example.org/hook")
    await desk.database.execute("UPDATE notifications.webhook_endpoint SET secret = 'whsec_in_the_clear'")
    assert await secrets_of(desk, number) == ("whsec_in_the_clear",), "read as it stands"
    await seal_anew(desk)
    (once,) = await stored(desk)
    await seal_anew(desk)
    assert await stored(desk) == [once], "nothing to do"
    KeyFile(desk.key_file).rotate()
    await seal_anew(desk)
    (twice,) = await stored(desk)
    assert twice != once
    assert await secrets_of(desk, number) == ("whsec_in_the_clear",)
