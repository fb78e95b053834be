"""Tokens that are not ours, and questions whose answers would tell who has an account."""

from __future__ import annotations

import asyncio
import hmac
import json
import statistics
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import ECKey

from integration.customers.world import EMAIL, PASSWORD, SECRET, URL, Process, World
from wayfare.contracts.customers.api import Identify
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import ConfigurationError, InvalidGrant, Unauthenticated
from wayfare.services.customers.adapters.passwords import Argon2Passwords
from wayfare.services.customers.application.log_in import Refresh

T = TypeVar("T")


def part(content: Any) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


async def pieces(process: Process) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A good token, its header and its claims."""
    await process.registered()
    token = (await process.tokens())["access_token"]
    header, claims = (json.loads(urlsafe_b64decode(text + "==")) for text in token.split(".")[:2])
    return token, header, claims


def _es256(key: ECKey, signed: bytes) -> bytes:
    """Signs whatever it is given, as joserfc would not (RFC 7518, 3.4)."""
    r, s = decode_dss_signature(key.private_key.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def jwt_of(key: ECKey, header: dict[str, Any], payload: bytes) -> str:
    signed = f"{part(header)}.{part(payload)}"
    return f"{signed}.{part(_es256(key, signed.encode()))}"


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

    async def test_not_yet_valid(self, process: Process) -> None:
        """Issued in the future: by nobody whose clock is ours."""
        _, header, claims = await pieces(process)
        key, now_s = await signing_key(process), process.world.clock.now_s()
        for changes in ({"nbf": now_s + 61}, {"nbf": "soon"}, {"iat": now_s + 61}, {"iat": None}):
            forged = jwt.encode(header, claims | changes, key, algorithms=["ES256"])
            assert (await process.me(forged)).status_code == 401, changes

    async def test_what_else_a_header_may_say(self, process: Process) -> None:
        """Keys and addresses that come along are never looked at; an extension that must be understood is refused."""
        _, header, claims = await pieces(process)
        own, ours = ECKey.generate_key("P-256"), await signing_key(process)
        for extra in (
            {"jku": "https://evil.example.org/keys"},
            {"x5u": "https://evil.example.org/certificate"},
            {"x5c": ["MIIB"]},
            {"kid": "file:///dev/null"},
            {"kid": "../" * 60 + "dev/null"},
            {"kid": "' OR ''='"},
            {"kid": "x" * 6000},
            {"kid": None},
        ):
            signature = jwt.encode({"alg": "ES256"}, claims, own, algorithms=["ES256"]).rpartition(".")[2]
            assert (await process.me(f"{part(header | extra)}.{part(claims)}.{signature}")).status_code == 401
        for extra in ({"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}, {"crit": []}):
            signed = f"{part(header | extra)}.{part(claims)}"
            signature = part(_es256(ours, signed.encode()))
            assert (await process.me(f"{signed}.{signature}")).status_code == 401, extra

    async def test_another_algorithm_with_the_same_key(self, process: Process) -> None:
        _, header, claims = await pieces(process)
        for alg in ("ES384", "RS256", "HS256", "EdDSA", "es256", ["ES256"], None, 7):
            signed = f"{part(header | {'alg': alg})}.{part(claims)}"
            signature = part(_es256(await signing_key(process), signed.encode()))
            assert (await process.me(f"{signed}.{signature}")).status_code == 401, alg

    async def test_truncated_enormous_and_deep(self, process: Process) -> None:
        token, header, claims = await pieces(process)
        head, body, signature = token.split(".")
        for forged in (
            token[:-1],
            token[:-20],
            f"{head}.{body}",
            f"{head}.{body}.",
            f"{head}..{signature}",
            f".{body}.{signature}",
            f"{token}.{signature}",
            f"{token}=",
            f"{head}.{part(claims | {'pad': 'x' * 20_000})}.{signature}",
            f"{head}.{part(claims | {'pad': 'x' * 2_000_000})}.{signature}",
            f"{part(b'[' * 5000)}.{body}.{signature}",
            f"{head}.{part(b'[' * 5000)}.{signature}",
            f"{part(header | {'pad': 'x' * 5000})}.{body}.{signature}",
        ):
            with pytest.raises(Unauthenticated):
                await process.service.api.identify(Identify(forged))
        with pytest.raises(Unauthenticated):
            await process.service.api.identify(Identify(jwt_of(await signing_key(process), header, b"[" * 5000)))
        assert (await process.me(token)).status_code == 200

    async def test_other_seals_of_the_system_are_no_access_tokens(self, process: Process) -> None:
        """Made with the right secret, for another purpose; and no access token is a refresh token or a challenge."""
        await process.registered()
        access = (await process.tokens())["access_token"]
        for purpose in ("offer", "refresh", "second factor", "guest", "booking"):
            sealed = Seal(SECRET, purpose, Refresh, InvalidGrant).seal(Refresh(uuid4(), 1, b"x" * 32))
            assert (await process.me(sealed)).status_code == 401
            if purpose != "refresh":
                assert (await process.refresh(sealed)).json()["code"] == "invalid_grant"
        assert (await process.refresh(access)).json()["code"] == "invalid_grant"
        form = {"grant_type": "urn:wayfare:grant-type:second-factor", "challenge": access, "code": "000000"}
        assert (await process.http.post("/v1/auth/token", data=form)).json()["code"] == "invalid_grant"

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


class SlowPasswords(Argon2Passwords):
    """None is checked before `gate` is set."""

    def __init__(self, at_once: int, **options: int) -> None:
        self.gate = threading.Event()
        super().__init__(at_once, **options)

    async def _run(self, work: Callable[[], T]) -> T:
        def behind_the_gate() -> T:
            self.gate.wait(60)
            return work()

        return await super()._run(behind_the_gate)


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
        passwords = SlowPasswords(2, memory_kib=8, passes=1)
        async with world.process(passwords=passwords) as process:
            asking = [asyncio.create_task(process.log_in("nobody@example.org", PASSWORD)) for _ in range(40)]
            async with asyncio.timeout(30):
                while sum(each.done() for each in asking) < 22:
                    await asyncio.sleep(0.01)
            passwords.gate.set()
            answers = await asyncio.gather(*asking)
            assert (await process.log_in("nobody@example.org")).status_code == 400
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [400] * 18 + [503] * 22
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.headers["retry-after"] == "2"
