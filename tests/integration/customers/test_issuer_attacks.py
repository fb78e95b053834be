"""Tokens that say they are of the issuer, and are not, or are for something else."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from integration.customers.issuer_world import now, status, trust_issuer
from integration.customers.world import Process, World
from issuer import AUDIENCE, Issuer
from wayfare.contracts.customers.api import Identify
from wayfare.kernel.errors import Unauthenticated

WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://evil.example.org"},
    {"iss": None},
    {"aud": "another"},
    {"aud": []},
    {"aud": [["wayfare-app"]]},
    {"aud": {"wayfare-app": 1}},
    {"aud": None},
    {"aud": "another", "client_id": AUDIENCE, "azp": AUDIENCE},
    {"exp": None},
    {"exp": "later"},
    {"exp": True},
    {"exp": 1e300},
    {"exp": -1},
    {"nbf": 4_000_000_000},
    {"iat": 4_000_000_000},
    {"sub": None},
    {"sub": ""},
    {"sub": "x" * 256},
    {"sub": "a\x00b"},
    {"sub": ["f3c1"]},
    {"token_use": "id"},
    {"typ": "ID"},
    {"typ": "Refresh"},
    {"typ": ["Bearer"]},
    {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
]


@pytest.fixture
def world(world: World, issuer: Issuer) -> World:
    trust_issuer(world, issuer)
    return world


def part(content: Any) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class TestForgedTokens:
    async def test_wrong_claims_signed_by_the_issuer(self, issuer: Issuer, process: Process) -> None:
        assert await status(process, issuer.token(now(process))) == 200
        for changes in WRONG_CLAIMS:
            assert await status(process, issuer.token(now(process), **changes)) == 401, changes
        assert await process.database.fetchval("SELECT count(*) FROM customers.customer") == 1

    async def test_times(self, issuer: Issuer, process: Process) -> None:
        begun = now(process)
        assert await status(process, issuer.token(begun, nbf=begun + 31)) == 401
        assert await status(process, issuer.token(begun, nbf=begun + 30)) == 200
        token = issuer.token(begun)
        process.world.clock.advance(3599)
        assert await status(process, token) == 200
        process.world.clock.advance(1)
        assert await status(process, token) == 401

    async def test_alg_none(self, issuer: Issuer, process: Process) -> None:
        await process.me(issuer.token(now(process)))
        for alg in ("none", "None", "NONE", "", None, ["RS256"]):
            forged = f"{part(issuer.header(alg=alg))}.{part(issuer.claims(now(process)))}."
            assert await status(process, forged) == 401

    async def test_the_public_key_as_hmac_secret(self, issuer: Issuer, process: Process) -> None:
        public = issuer.keys[0]
        for secret in (public.as_pem(private=False), public.as_der(private=False), json.dumps(issuer.jwks).encode()):
            for alg in ("HS256", "RS256"):
                signed = f"{part(issuer.header(alg=alg))}.{part(issuer.claims(now(process)))}"
                mac = hmac.digest(secret, signed.encode(), "sha256")
                assert await status(process, f"{signed}.{part(mac)}") == 401

    async def test_an_algorithm_of_the_same_key_that_is_not_accepted(self, issuer: Issuer, process: Process) -> None:
        key = RSAKey.import_key({k: v for k, v in issuer.keys[0].as_dict(private=True).items() if k != "alg"})
        for alg in ("RS384", "RS512", "PS256"):
            assert await status(process, issuer.sign(issuer.header(alg=alg), issuer.claims(now(process)), key)) == 401

    async def test_a_key_that_the_token_brings_along(self, issuer: Issuer, process: Process) -> None:
        own = RSAKey.generate_key(2048, auto_kid=True)
        with Issuer() as evil:
            for extra in (
                {"jwk": own.as_dict(private=False)},
                {"jku": f"{evil.url}/keys"},
                {"x5u": f"{evil.url}/keys"},
                {"x5c": ["MIIB"]},
                {"kid": own.kid},
                {"kid": "../../../../dev/null"},
                {"kid": f"{evil.url}/keys"},
                {"kid": "' OR 1=1 --"},
                {"kid": "x" * 5000},
                {"kid": ["x"]},
                {"kid": None},
                {"crit": ["exp"], "exp": 1},
                {"b64": False, "crit": ["b64"]},
            ):
                signed = f"{part(issuer.header() | extra)}.{part(issuer.claims(now(process)))}"
                signature = own.raw_value and issuer.sign(issuer.header(), {}, own).rpartition(".")[2]
                assert await status(process, f"{signed}.{signature}") == 401, extra
            assert not evil.asked

    async def test_a_token_of_another_issuer_with_the_same_key_id(self, issuer: Issuer, process: Process) -> None:
        assert await status(process, issuer.token(now(process))) == 200
        with Issuer() as evil:
            forged = evil.sign(evil.header(kid=issuer.keys[0].kid), issuer.claims(now(process)))
        assert await status(process, forged) == 401

    async def test_altered_truncated_enormous(self, issuer: Issuer, process: Process) -> None:
        token = issuer.token(now(process))
        head, _, signature = token.split(".")
        claims = issuer.claims(now(process))
        forged = [
            f"{head}.{part(claims | {'sub': 'victim'})}.{signature}",
            token[:-4],
            token[:-1] + ("A" if token[-1] != "A" else "Q"),
            f"{head}.{part(claims)}",
            f"{head}.{part(claims)}.",
            f"{token}.{signature}",
            f"{head}.{part(claims | {'pad': 'x' * 20_000})}.{signature}",
            f"{head}.{part(claims | {'pad': 'x' * 2_000_000})}.{signature}",
            f"{head}.{part(b'[' * 5000)}.{signature}",
            f"{part(b'[' * 5000)}.{part(claims)}.{signature}",
        ]
        for one in forged:
            with pytest.raises(Unauthenticated):
                await process.service.api.identify(Identify(one))
        assert await status(process, token) == 200

    async def test_a_token_of_ours_is_not_taken_for_the_issuers(self, issuer: Issuer, process: Process) -> None:
        """What the issuer signs in our name, and what we are said to have signed in its name."""
        customer = await process.signed_in()
        ours = customer.tokens["access_token"].split(".")
        swapped = f"{ours[0]}.{part(issuer.claims(now(process)))}.{ours[2]}"
        assert await status(process, swapped) == 401
        as_ours = issuer.sign(
            issuer.header(typ="at+jwt"),
            issuer.claims(now(process), iss=process.world.options.public_url, aud="wayfare"),
        )
        assert await status(process, as_ours) == 401
