"""Amazon Cognito logs people in: a pool (moto, over its socket), a server that is told of it, and a booking."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx2
import pytest
from moto.server import ThreadedMotoServer

from issuer import Issuer
from system.harness import DemoCopies, Server
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days
from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.time import SystemClock
from wayfare.services.customers.adapters.issuer_keys import IssuerKeys
from wayfare.services.customers.adapters.issuer_tokens import OidcTokens
from wayfare.services.customers.domain.issuer import IssuerPolicy

pytestmark = pytest.mark.slow
REGION = "eu-central-1"
PASSWORD = "A horse, 4 colours"
KEYS = "/realm/keys"
PATIENCE_S = 25.0


@dataclass
class Pool:
    """A user pool of Cognito with one client."""

    cognito: Any
    pool_id: str
    client_id: str
    jwks_url: str

    @property
    def issuer(self) -> str:
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.pool_id}"

    def add(self, name: str, *groups: str) -> None:
        self.cognito.admin_create_user(UserPoolId=self.pool_id, Username=name)
        self.cognito.admin_set_user_password(UserPoolId=self.pool_id, Username=name, Password=PASSWORD, Permanent=True)
        for group in groups:
            self.cognito.create_group(UserPoolId=self.pool_id, GroupName=group)
            self.cognito.admin_add_user_to_group(UserPoolId=self.pool_id, Username=name, GroupName=group)

    def log_in(self, name: str) -> dict[str, str]:
        answer = self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    cognito = boto3.client(
        "cognito-idp", REGION, endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
    )
    pool_id = cognito.create_user_pool(PoolName="passengers")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]
    yield Pool(cognito, pool_id, client["ClientId"], f"{url}/{pool_id}/.well-known/jwks.json")
    moto.stop()


@pytest.fixture(scope="module")
def published(pool: Pool) -> Iterator[Issuer]:
    """Where the server fetches the keys: those of the pool until they are changed, which moto cannot do itself."""
    with Issuer() as running:
        running.answers[KEYS] = httpx2.get(pool.jwks_url, timeout=10).content
        yield running


@pytest.fixture(scope="module")
def server(pool: Pool, published: Issuer, demo: DemoCopies) -> Iterator[Server]:
    settings = {
        "oidc_issuer": pool.issuer,
        "oidc_jwks_url": f"{published.url}/keys",
        "oidc_audiences": pool.client_id,
        "oidc_only": "true",
    }
    with demo.copy() as data_dir, Server(data_dir, workers=1, **settings) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as opened:
        yield opened


def me(server: Server, token: str) -> httpx2.Response:
    return server.get("/v1/me", headers=bearer(token))


async def test_a_user_of_the_pool_logs_in_and_books(pool: Pool, server: Server, client: httpx2.AsyncClient) -> None:
    pool.add("ada")
    token = pool.log_in("ada")["AccessToken"]
    passenger = Passenger(client)
    found = await passenger.search("New Delhi", "Mumbai Central", in_days(9))
    offer = direct_trip(found)["offers"][0]["offer_id"]
    body = {
        "offer_id": offer,
        "passengers": [PASSENGER],
        "contact": CONTACT,
        "payment": {"method": "card", "token": "tok_approved"},
    }
    headers = bearer(token) | {"idempotency-key": f"cognito-{time.time_ns()}"}
    booked = await client.post("/v1/bookings", json=body, headers=headers)
    assert booked.status_code == 201, booked.text
    mine = (await client.get("/v1/bookings", headers=bearer(token))).json()["items"]
    assert [item["locator"] for item in mine] == [booked.json()["locator"]]
    pool.add("eve")
    others = await client.get("/v1/bookings", headers=bearer(pool.log_in("eve")["AccessToken"]))
    assert others.json()["items"] == []
    again = await client.get("/v1/bookings", headers=bearer(pool.log_in("ada")["AccessToken"]))
    assert len(again.json()["items"]) == 1, "the same account after another log-in"


def test_what_else_the_pool_signs_is_refused(pool: Pool, server: Server) -> None:
    pool.add("bo")
    tokens = pool.log_in("bo")
    assert [me(server, tokens[kind]).status_code for kind in ("AccessToken", "IdToken")] == [200, 401]
    other = pool.cognito.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="other")["UserPoolClient"]
    elsewhere = Pool(pool.cognito, pool.pool_id, other["ClientId"], pool.jwks_url).log_in("bo")
    assert me(server, elsewhere["AccessToken"]).status_code == 401


async def test_groups_become_roles(pool: Pool) -> None:
    """With the keys where the pool itself publishes them."""
    pool.add("olga", "operations", "choir")
    clock = SystemClock()
    policy = IssuerPolicy(pool.issuer, frozenset({pool.client_id}), roles={"operations": Grant("administrator")})
    tokens = OidcTokens(policy, IssuerKeys(pool.issuer, pool.jwks_url, clock), clock)
    arrival = await tokens.verify(pool.log_in("olga")["AccessToken"])
    assert arrival.grants == (Grant("administrator"),)


def test_nobody_logs_in_by_password(server: Server) -> None:
    form = {"grant_type": "password", "username": "ada@example.org", "password": PASSWORD}
    refused = server.post("/v1/auth/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert server.post("/v1/customers", json={"email": "a@example.org", "password": PASSWORD}).status_code == 404


def test_a_change_of_the_issuers_keys_is_picked_up(pool: Pool, published: Issuer, server: Server) -> None:
    pool.add("kim")
    before = me(server, pool.log_in("kim")["AccessToken"]).json()["customer_id"]
    subject = pool.cognito.admin_get_user(UserPoolId=pool.pool_id, Username="kim")["UserAttributes"]
    claims = {
        "iss": pool.issuer,
        "sub": next(one["Value"] for one in subject if one["Name"] == "sub"),
        "client_id": pool.client_id,
        "token_use": "access",
        "iat": int(time.time()),
        "exp": int(time.time()) + 600,
        "jti": "after the change",
    }
    token = published.sign(published.header(), claims)
    assert me(server, token).status_code == 401, "its key is not published yet"
    published.answers[KEYS] = json.dumps(published.jwks).encode()
    deadline = time.monotonic() + PATIENCE_S
    while (answer := me(server, token)).status_code == 401:
        assert time.monotonic() < deadline, server.tail()
        time.sleep(0.5)
    assert answer.json()["customer_id"] == before
    assert me(server, pool.log_in("kim")["AccessToken"]).status_code == 401, "signed by the key that is gone"
