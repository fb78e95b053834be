"""Tokens that are not ours, and questions whose answers would tell who has an account."""

from __future__ import annotations

import asyncio
import hmac
import json
import statistics
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from integration.customers.world import EMAIL, PASSWORD, URL, Process, World
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.errors import ConfigurationError
from wayfare.services.customers.adapters.passwords import Argon2Passwords


def part(content: Any) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


async def pieces(process: Process) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A good token, its header and its claims."""
    await process.registered()
    token = (await process.tokens())["access_token"]
    header, claims = (json.loads(urlsafe_b64decode(text + "==")) for text in token.split(".")[:2])
    return token, header, claims


async def signing_key(process: Process) -> ECKey:
    """The key of the service itself: the strongest forger there can be."""
    row = await process.database.fetchrow("SELECT kid, wrapped FROM customers.signing_key")
    opened = KeyFile(process.world.options.key_file).unwrap(
        row["wrapped"], f"customers:signing_key:{row['kid']}".encode()
    )
    return ECKey.import_key(json.loads(opened))


class TestForgedTokens:
    async def test_alg_none(self, process: Process) -> None:
        _, header, claims = await pieces(process)
        for alg in ("none", "None", "NONE", ""):
            forged = f"{part(header | {'alg': alg})}.{part(claims)}."
            assert (await process.me(forged)).status_code == 401

    async def test_the_public_key_as_hmac_secret(self, process: Process) -> None:
        _, header, claims = await pieces(process)
        published = (await process.http.get("/.well-known/jwks.json")).json()["keys"][0]
        public = ECKey.import_key(published)
        for secret in (public.as_pem(private=False), public.as_der(private=False), json.dumps(published).encode()):
            signed = f"{part(header | {'alg': 'HS256'})}.{part(claims)}"
            mac = hmac.digest(secret, signed.encode(), "sha256")
            assert (await process.me(f"{signed}.{part(mac)}")).status_code == 401

    async def test_a_key_that_the_token_brings_along(self, process: Process) -> None:
        _, header, claims = await pieces(process)
        own = ECKey.generate_key("P-256")
        for extra in ({"jwk": own.as_dict(private=False)}, {"kid": "../../etc/passwd"}, {"kid": ["x"]}, {"kid": ""}):
            signature = jwt.encode({"alg": "ES256"}, claims, own, algorithms=["ES256"]).rpartition(".")[2]
            assert (await process.me(f"{part(header | extra)}.{part(claims)}.{signature}")).status_code == 401

    async def test_expired(self, process: Process) -> None:
        token, _, _ = await pieces(process)
        process.world.clock.advance(1799)
        assert (await process.me(token)).status_code == 200
        process.world.clock.advance(1)
        assert (await process.me(token)).status_code == 401

    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": "another"},
            {"aud": ["wayfare", "another"]},
            {"iss": "https://evil.example.org"},
            {"iss": f"{URL}/"},
            {"exp": "later"},
            {"exp": None},
            {"sub": "not an id"},
            {"sid": None},
            {"roles": "administrator"},
            {"roles": [{"role": "administrator"}]},
        ],
    )
    async def test_wrong_claims_even_when_signed_by_us(self, changes: dict[str, Any], process: Process) -> None:
        _, header, claims = await pieces(process)
        key = await signing_key(process)
        good = jwt.encode(header, claims, key, algorithms=["ES256"])
        assert (await process.me(good)).status_code == 200
        forged = jwt.encode(header, claims | changes, key, algorithms=["ES256"])
        assert (await process.me(forged)).status_code == 401

    async def test_another_type_of_token(self, process: Process) -> None:
        _, header, claims = await pieces(process)
        forged = jwt.encode(header | {"typ": "JWT"}, claims, await signing_key(process), algorithms=["ES256"])
        assert (await process.me(forged)).status_code == 401

    async def test_altered_claims(self, process: Process) -> None:
        token, _, claims = await pieces(process)
        head, _, signature = token.split(".")
        forged = f"{head}.{part(claims | {'roles': [['administrator', '']]})}.{signature}"
        assert (await process.me(forged)).status_code == 401

    async def test_a_refresh_token_is_no_access_token(self, process: Process) -> None:
        await process.registered()
        assert (await process.me((await process.tokens())["refresh_token"])).status_code == 401

    @pytest.mark.parametrize("token", ["", " ", ".", "..", "a.b.c", "é", "x" * 9000, f"{part(b'[]')}.{part(b'1')}.x"])
    async def test_nonsense(self, token: str, process: Process) -> None:
        answer = await process.http.get("/v1/me", headers={"authorization": f"Bearer {token}".encode()})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


class TestKeyRotation:
    async def test_nobody_is_logged_out(self, world: World) -> None:
        async with world.process() as here, world.process() as there:
            await here.registered()
            old = (await here.tokens())["access_token"]
            world.clock.advance(31 * 86_400)
            await here.job("signing_keys")
            published = (await there.http.get("/.well-known/jwks.json")).json()["keys"]
            assert len(published) == 2, "the new key is published before it signs"
            first = await here.tokens()
            assert kid_of(first["access_token"]) == kid_of(old)
            world.clock.advance(601)
            second = await here.tokens()
            assert kid_of(second["access_token"]) != kid_of(old)
            assert [(await there.me(one["access_token"])).status_code for one in (first, second)] == [200, 200]
            assert (await there.refresh(first["refresh_token"])).status_code == 200

    async def test_an_old_key_goes_after_its_last_token(self, world: World) -> None:
        async with world.process() as here:
            world.clock.advance(31 * 86_400)
            await here.job("signing_keys")
            world.clock.advance(601 + 1800)
            await here.job("signing_keys")
            assert await here.database.fetchval("SELECT count(*) FROM customers.signing_key") == 2
            world.clock.advance(3600)
            await here.job("signing_keys")
            assert await here.database.fetchval("SELECT count(*) FROM customers.signing_key") == 1

    async def test_another_key_file_is_an_error_at_start(self, world: World) -> None:
        async with world.process():
            world.options = replace(world.options, key_file=world.folder / "other.json")
            with pytest.raises(ConfigurationError, match="WAYFARE_DATA_KEYS_FILE"):
                async with world.process():
                    raise AssertionError("it started")

    async def test_only_public_halves_are_published(self, process: Process) -> None:
        answer = await process.http.get("/.well-known/jwks.json")
        assert [sorted(key) for key in answer.json()["keys"]] == [["alg", "crv", "kid", "kty", "use", "x", "y"]]

    async def test_the_private_half_is_not_readable_in_the_database(self, process: Process) -> None:
        wrapped = await process.database.fetchval("SELECT wrapped FROM customers.signing_key")
        assert b'"d"' not in wrapped


def kid_of(token: str) -> str:
    kid: str = json.loads(urlsafe_b64decode(token.partition(".")[0] + "=="))["kid"]
    return kid


class TestEnumeration:
    async def test_a_log_in_takes_as_long_without_an_account(self, world: World) -> None:
        """The work is the same: one hash of the same parameters, whatever the machine does beside it."""
        known: list[float] = []
        unknown: list[float] = []
        async with world.process(costly=True) as process:
            await process.registered()
            for _ in range(7):
                for times, address in ((known, EMAIL), (unknown, f"{uuid4()}@example.org")):
                    began = time.perf_counter()
                    await process.log_in(address, "not the right one")
                    times.append(time.perf_counter() - began)
        ratio = statistics.median(unknown) / statistics.median(known)
        assert 0.4 < ratio < 2.5, (known, unknown)

    async def test_the_same_hashes_are_computed(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        checked: list[str] = []
        verify = Argon2Passwords.verify

        async def noted(self: Argon2Passwords, password: str, stored: str | None) -> Any:
            checked.append((stored or self._nobody).rpartition("$")[0].rpartition("$")[0])
            return await verify(self, password, stored)

        monkeypatch.setattr(Argon2Passwords, "verify", noted)
        async with world.process(costly=True) as process:
            await process.registered()
            await process.log_in(password="not the right one")
            await process.log_in("nobody@example.org")
        assert len(checked) == 2
        assert checked[0] == checked[1] == "$argon2id$v=19$m=19456,t=2,p=1"

    async def test_a_disabled_account_looks_like_none(self, process: Process) -> None:
        await process.registered()
        await process.database.execute("UPDATE customers.customer SET disabled = true")
        disabled, unknown = await process.log_in(), await process.log_in("nobody@example.org")
        assert (disabled.status_code, disabled.content) == (unknown.status_code, unknown.content)

    async def test_too_many_passwords_at_once_are_refused(self, world: World) -> None:
        async with world.process(costly=True) as process:
            answers = await asyncio.gather(*(process.log_in("nobody@example.org", PASSWORD) for _ in range(40)))
            assert (await process.log_in("nobody@example.org")).status_code == 400
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [400] * 18 + [503] * 22
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.headers["retry-after"] == "2"
