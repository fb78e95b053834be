"""An OIDC issuer logs people in: its keys, and the accounts that come of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from integration.customers.issuer_world import now, status, trust, trust_issuer
from integration.customers.world import EMAIL, PASSWORD, Process, World, eventually_refused
from issuer import AUDIENCE, Issuer
from wayfare.contracts.customers.api import Identify
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.errors import ConfigurationError, Unavailable
from wayfare.services.customers.adapters.issuer_keys import IssuerKeys
from wayfare.services.customers.wiring import open_users

KEYS = "/realm/keys"


@pytest.fixture
def world(world: World, issuer: Issuer) -> World:
    trust_issuer(world, issuer)
    return world


async def grants(process: Process, token: str) -> set[tuple[str, str]]:
    identity = await process.service.api.identify(Identify(token))
    return {(grant.role, grant.operator) for grant in identity.grants}


class TestLogIn:
    async def test_who_comes_first_gets_an_account_and_keeps_it(self, issuer: Issuer, process: Process) -> None:
        first = issuer.token(now(process), given_name="Ada", email="ada@example.org", email_verified=True)
        me = (await process.me(first)).json()
        assert (me["given_name"], me["email"]) == ("Ada", "ada@example.org")
        assert me["roles"] == [{"role": "customer", "operator": None}]
        process.world.clock.advance(3000)
        again = (await process.me(issuer.token(now(process)))).json()
        other = (await process.me(issuer.token(now(process), sub="another"))).json()
        assert again["customer_id"] == me["customer_id"] != other["customer_id"]

    async def test_many_at_the_same_time_make_one_account(self, issuer: Issuer, process: Process) -> None:
        tokens = [issuer.token(now(process), sid=str(number)) for number in range(8)]
        answers = await asyncio.gather(*(process.me(token) for token in tokens))
        assert {answer.json()["customer_id"] for answer in answers} == {answers[0].json()["customer_id"]}
        assert await process.database.fetchval("SELECT count(*) FROM customers.customer") == 1

    async def test_an_access_token_of_cognito_has_no_audience(self, issuer: Issuer, process: Process) -> None:
        def token(**more: Any) -> str:
            return issuer.token(now(process), aud=None, token_use="access", **more)

        assert await status(process, token(client_id=AUDIENCE)) == 200
        assert await status(process, token(client_id="another")) == 401
        assert await status(process, token()) == 401

    async def test_id_tokens_where_they_are_wanted(self, issuer: Issuer, world: World) -> None:
        trust(world, kind="id")
        async with world.process() as process:
            good = issuer.token(now(process), azp=AUDIENCE)
            assert await status(process, good) == 200
            assert await status(process, issuer.token(now(process), aud=[AUDIENCE, "x"], azp="x")) == 401
            assert await status(process, issuer.token(now(process), token_use="access")) == 401
            assert await status(process, issuer.token(now(process), aud=None, client_id=AUDIENCE)) == 401

    async def test_es256(self, issuer: Issuer, process: Process) -> None:
        issuer.rotate("ES256")
        assert await status(process, issuer.token(now(process))) == 200

    async def test_own_tokens_work_beside(self, issuer: Issuer, process: Process) -> None:
        await process.registered()
        assert await status(process, (await process.tokens())["access_token"]) == 200

    async def test_passwords_can_be_switched_off(self, issuer: Issuer, world: World) -> None:
        async with world.process() as process:
            await process.registered()
            refresh_token = (await process.tokens())["refresh_token"]
        world.options = replace(world.options, issuer_only=True)
        async with world.process() as process:
            refused = await process.log_in()
            assert (refused.status_code, refused.json()["code"]) == (400, "invalid_grant")
            assert (await process.register("bo@example.org")).status_code == 404
            asked = await process.http.post("/v1/auth/password-reset", json={"email": EMAIL})
            assert asked.status_code == 404
            assert (await process.refresh(refresh_token)).status_code == 200, "who is signed in stays so"
            assert await status(process, issuer.token(now(process))) == 200


class TestAccounts:
    async def test_a_confirmed_address_does_not_take_an_account_over(self, issuer: Issuer, process: Process) -> None:
        await process.registered()
        mine = (await process.me((await process.tokens())["access_token"])).json()
        me = (await process.me(issuer.token(now(process), email=EMAIL, email_verified=True))).json()
        assert me["customer_id"] != mine["customer_id"]
        assert me["email"] == ""

    async def test_an_unconfirmed_address_counts_for_nothing(self, issuer: Issuer, world: World) -> None:
        trust(world, link_email=True)
        async with world.process() as process:
            await process.registered()
            for number, verified in enumerate((False, None, "false", 1, "yes")):
                token = issuer.token(now(process), sub=str(number), email=EMAIL, email_verified=verified)
                assert (await process.me(token)).json()["email"] == ""

    async def test_linked_by_a_confirmed_address_where_that_is_configured(self, issuer: Issuer, world: World) -> None:
        trust(world, link_email=True)
        async with world.process() as process:
            await process.registered()
            mine = (await process.me((await process.tokens())["access_token"])).json()
            me = await process.me(issuer.token(now(process), email=EMAIL.upper(), email_verified=True))
            assert me.json()["customer_id"] == mine["customer_id"]
            later = await process.me(issuer.token(now(process), sid="later"))
            assert later.json()["customer_id"] == mine["customer_id"], "by its subject from then on"

    async def test_staff_are_never_linked(self, issuer: Issuer, world: World) -> None:
        trust(world, link_email=True)
        async with world.process() as process:
            await process.registered()
            await process.database.execute(
                "INSERT INTO customers.role_grant (customer_id, role) "
                "SELECT customer_id, 'agent' FROM customers.customer"
            )
            me = (await process.me(issuer.token(now(process), email=EMAIL, email_verified=True))).json()
        assert (me["email"], me["roles"]) == ("", [{"role": "customer", "operator": None}])

    async def test_nobody_has_a_password_that_was_never_set(self, issuer: Issuer, process: Process) -> None:
        await process.me(issuer.token(now(process), email=EMAIL, email_verified=True))
        for password in (PASSWORD, "None", " "):
            assert (await process.log_in(password=password)).json()["code"] == "invalid_grant"

    async def test_ending_a_device_ends_the_log_in_for_good(self, issuer: Issuer, world: World) -> None:
        async with world.process() as process:
            token, other = issuer.token(now(process), sid="a"), issuer.token(now(process), sid="b")
            headers = {"authorization": f"Bearer {token}"}
            await process.me(other)
            devices = (await process.http.get("/v1/me/devices", headers=headers)).json()["items"]
            current = next(one for one in devices if one["current"])
            assert (len(devices), current["name"]) == (2, "127.0.0.1")
            ended = await process.http.delete(f"/v1/me/devices/{current['device_id']}", headers=headers)
            assert ended.status_code == 204
            assert [await status(process, one) for one in (token, other)] == [401, 200]
            # Our own tokens are forgotten after half an hour; this one lives for an hour.
            await process.database.execute(
                "UPDATE customers.revocation SET revoked_at = revoked_at - interval '50 min'"
            )
            await process.job("tidy")
        async with world.process() as later:
            assert await status(later, token) == 401
            assert await status(later, issuer.token(now(later), sid="a", jti="renewed")) == 401
            world.clock.advance(3601)
            await later.job("tidy")
            assert await later.database.fetchval("SELECT count(*) FROM customers.revocation") == 0

    async def test_revoking_a_token(self, issuer: Issuer, process: Process) -> None:
        token = issuer.token(now(process))
        assert await status(process, token) == 200
        await process.http.post("/v1/auth/revoke", data={"token": token})
        assert await status(process, token) == 401

    async def test_a_disabled_account_stays_out(self, issuer: Issuer, world: World) -> None:
        async with world.process() as here, world.process() as there:
            token = issuer.token(now(here))
            assert [await status(one, token) for one in (here, there)] == [200, 200]
            account = (await here.me(token)).json()["customer_id"]
            users = open_users(here.database, KeyFile(world.options.key_file))
            await users.set_disabled(account, disabled=True)
            await eventually_refused(here, token, 2.0)
            await eventually_refused(there, token, 2.0)
            assert await status(here, issuer.token(now(here), sid="new")) == 401

    async def test_leaving_needs_a_fresh_log_in(self, issuer: Issuer, process: Process) -> None:
        token = issuer.token(now(process), auth_time=now(process) - 601)
        answer = await process.http.post("/v1/me/deletion", json={}, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 403
        fresh = {"authorization": f"Bearer {issuer.token(now(process), sid='fresh')}"}
        export = (await process.http.get("/v1/me/export", headers=fresh)).json()
        assert export["issuers"] == [{"issuer": issuer.url, "subject": "f3c1"}]
        assert (await process.http.post("/v1/me/deletion", json={}, headers=fresh)).status_code == 204
        assert await status(process, token) == 401
        assert await process.database.fetchval("SELECT count(*) FROM customers.issuer_account") == 0

    async def test_our_own_customers_still_need_their_password(self, process: Process) -> None:
        customer = await process.signed_in()
        assert (await customer.ask("POST", "/v1/me/deletion", {})).status_code == 403


class TestGroups:
    async def test_staff_by_groups_when_the_issuer_tells_of_a_second_factor(
        self, issuer: Issuer, process: Process
    ) -> None:
        groups = {"roles": ["ice", "unknown", 7]}
        one = issuer.token(now(process), realm_access=groups)
        two = issuer.token(now(process), realm_access=groups, amr=["pwd", "mfa"])
        assert await grants(process, one) == {("customer", "")}
        assert await grants(process, two) == {("customer", ""), ("operator_staff", "db:1")}

    async def test_groups_that_are_none(self, issuer: Issuer, world: World) -> None:
        trust(world, asks_second_factor=True)
        async with world.process() as process:
            for found in (
                None,
                "admins-not",
                {"admins": 1},
                7,
                [["admins"]],
                {"roles": {"admins": 1}},
                {"roles": [[]]},
            ):
                assert await grants(process, issuer.token(now(process), realm_access=found)) == {("customer", "")}

    async def test_a_claim_whose_name_has_dots(self, issuer: Issuer, world: World) -> None:
        trust(world, groups_claim="https://example.org/groups", asks_second_factor=True)
        async with world.process() as process:
            token = issuer.token(now(process), **{"https://example.org/groups": ["admins"]})
            assert ("administrator", "") in await grants(process, token)


class TestKeys:
    async def test_a_change_of_keys_is_picked_up(self, issuer: Issuer, process: Process) -> None:
        before = issuer.token(now(process))
        assert await status(process, before) == 200
        issuer.rotate()
        process.world.clock.advance(11)
        assert await status(process, issuer.token(now(process))) == 200
        assert issuer.asked[KEYS] == 2
        process.world.clock.advance(301)
        assert await status(process, before) == 401, "its key was withdrawn"

    async def test_garbage_does_not_hammer_the_issuer(self, issuer: Issuer, process: Process) -> None:
        assert await status(process, issuer.token(now(process))) == 200
        forged = [issuer.sign(issuer.header(kid=f"k{n}"), issuer.claims(now(process))) for n in range(200)]
        answers = await asyncio.gather(*(process.me(token) for token in forged))
        assert {answer.status_code for answer in answers} == {401}
        process.world.clock.advance(10)
        await asyncio.gather(*(process.me(token) for token in forged))
        assert issuer.asked[KEYS] == 2

    async def test_an_issuer_that_falls_silent(self, issuer: Issuer, process: Process) -> None:
        assert await status(process, issuer.token(now(process))) == 200
        issuer.silent = True
        process.world.clock.advance(3600)
        assert await status(process, issuer.token(now(process))) == 200, "known keys go on"
        process.world.clock.advance(86_400)
        answer = await process.me(issuer.token(now(process)))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        issuer.silent = False
        process.world.clock.advance(10)
        assert await status(process, issuer.token(now(process))) == 200

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            (
                "/realm/.well-known/openid-configuration",
                {"issuer": "https://evil.example.org", "jwks_uri": "{url}/keys"},
            ),
            ("/realm/.well-known/openid-configuration", {"issuer": "{url}", "jwks_uri": "http://192.0.2.1/keys"}),
            ("/realm/.well-known/openid-configuration", {"issuer": "{url}", "jwks_uri": "file:///etc/passwd"}),
            ("/realm/.well-known/openid-configuration", {"issuer": "{url}", "jwks_uri": "https://["}),
            ("/realm/.well-known/openid-configuration", {"issuer": "{url}", "jwks_uri": 7}),
            ("/realm/.well-known/openid-configuration", ["{url}"]),
            (KEYS, {"keys": {}}),
            (KEYS, {"keys": "x" * 300_000}),
            (KEYS, "no keys"),
        ],
    )
    async def test_answers_that_are_not_believed(self, path: str, answer: Any, issuer: Issuer, world: World) -> None:
        issuer.answers[path] = json.dumps(answer).replace("{url}", issuer.url).encode()
        keys = IssuerKeys(issuer.url, None, world.clock)
        with pytest.raises(Unavailable):
            await keys.find(str(issuer.keys[0].kid), "RS256")
        issuer.answers.clear()
        world.clock.advance(10)
        assert await keys.find(str(issuer.keys[0].kid), "RS256") is not None

    async def test_keys_that_are_not_for_this(self, issuer: Issuer, process: Process) -> None:
        weak, encrypting = RSAKey.generate_key(1024, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True)
        other_curve = ECKey.generate_key("P-384", auto_kid=True)
        published = [
            7,
            {"kty": "RSA", "kid": "broken", "n": "!", "e": 3},
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
            weak.as_dict(private=False),
            encrypting.as_dict(private=False) | {"use": "enc"},
            other_curve.as_dict(private=False),
            *issuer.jwks["keys"],
        ]
        issuer.answers[KEYS] = json.dumps({"keys": published}).encode()
        claims = issuer.claims(now(process))
        assert await status(process, issuer.sign(issuer.header(kid=weak.kid), claims, weak)) == 401
        forged = issuer.sign(issuer.header(kid=encrypting.kid, alg="ES256"), claims, encrypting)
        assert await status(process, forged) == 401
        assert await status(process, issuer.token(now(process))) == 200

    @pytest.mark.parametrize("url", ["http://id.example.org", "http://10.0.0.1/x", "ftp://a", "https://", "https://["])
    def test_only_tls_or_this_machine(self, url: str, world: World) -> None:
        for arguments in ((url, None), ("https://id.example.org", url)):
            with pytest.raises(ConfigurationError, match="https://"):
                IssuerKeys(*arguments, world.clock)
