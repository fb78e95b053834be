"""Accounts on a real server with two worker processes, and the commands that look after them."""

from __future__ import annotations

import email
import json
import re
import time
from base64 import urlsafe_b64decode
from email.policy import default
from typing import Any

import httpx2
import pytest

from system.harness import Server, run_wayfare
from system.people import PASSWORD, create, log_in, log_in_with_second_factor
from system.world import bearer

pytestmark = pytest.mark.slow
WORKERS = 2
STALE_S = 2.5


def letters_to(server: Server, address: str) -> list[str]:
    folder = server.data_dir / "mail"
    found = [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
    return [letter.get_content() for letter in found if letter["to"] == address]  # type: ignore[attr-defined]


def statuses_by_worker(server: Server, token: str, patience_s: float) -> dict[str, int]:
    """The latest answer of each worker; over new connections, as only those reach all of them."""
    seen: dict[str, int] = {}
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        answer = server.get("/v1/me", headers=bearer(token))
        seen[answer.headers["x-worker"]] = answer.status_code
    return seen


def roles_in(token: str) -> list[list[str]]:
    """What the bearer of an access token may do."""
    found: list[list[str]] = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))["roles"]
    return found


class TestAccounts:
    def test_register_confirm_log_in(self, server: Server) -> None:
        address = f"ada-{time.time_ns()}@example.org"
        asked = server.post("/v1/customers", json={"email": address, "password": PASSWORD})
        assert asked.status_code == 202
        deadline = time.monotonic() + 20
        while not (letters := letters_to(server, address)):
            assert time.monotonic() < deadline, server.tail()
            time.sleep(0.1)
        token = re.search(r"#token=(\S+)", letters[0])
        assert token is not None
        assert server.post("/v1/customers/verify", json={"token": token[1]}).status_code == 204
        tokens = log_in(server, address).json()
        me = server.get("/v1/me", headers=bearer(tokens["access_token"])).json()
        assert (me["email"], me["roles"]) == (address, [{"role": "customer", "operator": None}])

    def test_a_revoked_token_is_refused_by_every_worker(self, server: Server) -> None:
        address = f"eve-{time.time_ns()}@example.org"
        assert create(server.data_dir, address).returncode == 0
        tokens = log_in(server, address).json()
        before = statuses_by_worker(server, tokens["access_token"], 2.0)
        assert set(before.values()) == {200}
        assert len(before) == WORKERS
        server.post("/v1/auth/revoke", data={"token": tokens["refresh_token"]})
        time.sleep(STALE_S)
        after = statuses_by_worker(server, tokens["access_token"], 2.0)
        assert (len(after), set(after.values())) == (WORKERS, {401})

    def test_nothing_secret_is_logged(self, server: Server) -> None:
        address = f"log-{time.time_ns()}@example.org"
        assert create(server.data_dir, address).returncode == 0
        tokens = log_in(server, address).json()
        server.post("/v1/customers", json={"email": address, "password": PASSWORD})
        server.get("/v1/me", headers=bearer(tokens["access_token"]))
        log = server.log.read_text()
        for secret in (PASSWORD, tokens["access_token"], tokens["refresh_token"], address):
            assert secret not in log


class TestCommands:
    def test_the_first_administrator(self, server: Server) -> None:
        address = f"root-{time.time_ns()}@example.org"
        made = create(server.data_dir, address, "--role", "administrator")
        assert (made.returncode, f"{address} is administrator" in made.stdout) == (0, True), made.stderr
        token = log_in(server, address).json()["access_token"]
        roles = server.get("/v1/me", headers=bearer(token)).json()["roles"]
        assert roles == [{"role": "administrator", "operator": None}]
        again = create(server.data_dir, address, "--role", "administrator")
        assert (again.returncode, len(again.stderr.strip().splitlines())) == (2, 1)

    def test_the_second_factor_of_staff(self, server: Server) -> None:
        address = f"factor-{time.time_ns()}@example.org"
        assert create(server.data_dir, address, "--role", "administrator").returncode == 0
        assert roles_in(log_in(server, address).json()["access_token"]) == [["customer", ""]]
        tokens = log_in_with_second_factor(server, address)
        assert roles_in(tokens["access_token"]) == [["administrator", ""]]
        asked = log_in(server, address).json()
        assert asked["code"] == "second_factor_needed"
        form = {"grant_type": "urn:wayfare:grant-type:second-factor", "challenge": asked["challenge"]}
        answers = [server.post("/v1/auth/token", data=form | {"code": tokens["recovery_code"]}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 400]
        done = run_wayfare("user", "reset-second-factor", address, data_dir=server.data_dir)
        assert done.returncode == 0, done.stderr
        time.sleep(STALE_S)
        assert server.get("/v1/me", headers=bearer(tokens["access_token"])).status_code == 401
        assert roles_in(log_in(server, address).json()["access_token"]) == [["customer", ""]]
        again = run_wayfare("user", "reset-second-factor", address, data_dir=server.data_dir)
        assert (again.returncode, len(again.stderr.strip().splitlines())) == (2, 1)

    def test_disabling_signs_out_at_once(self, server: Server) -> None:
        address = f"gone-{time.time_ns()}@example.org"
        create(server.data_dir, address)
        token = log_in(server, address).json()["access_token"]
        assert run_wayfare("user", "disable", address, data_dir=server.data_dir).returncode == 0
        time.sleep(STALE_S)
        assert server.get("/v1/me", headers=bearer(token)).status_code == 401
        assert log_in(server, address).json()["code"] == "invalid_grant"
        assert run_wayfare("user", "disable", "--enable", address, data_dir=server.data_dir).returncode == 0
        assert log_in(server, address).status_code == 200

    def test_grants(self, server: Server) -> None:
        address = f"staff-{time.time_ns()}@example.org"
        create(server.data_dir, address)

        def roles(*arguments: str) -> list[dict[str, Any]]:
            done = run_wayfare("user", "grant", address, *arguments, data_dir=server.data_dir)
            assert done.returncode == 0, done.stderr
            token = log_in(server, address).json()["access_token"]
            found: list[dict[str, Any]] = server.get("/v1/me", headers=bearer(token)).json()["roles"]
            return found

        customer, staff = {"role": "customer", "operator": None}, {"role": "operator_staff", "operator": "DB"}
        assert roles("operator_staff", "--operator", "DB") == [customer, staff]
        assert roles("operator_staff", "--operator", "DB", "--revoke") == [customer]

    def test_what_operators_do_is_recorded(self, server: Server) -> None:
        """By whom, to whose account; the event of the service stands beside it, under the same correlation id."""
        address = f"told-{time.time_ns()}@example.org"
        made = create(server.data_dir, address)
        found = re.search(r"\((.+)\)", made.stdout)
        assert found is not None, made.stderr
        assert run_wayfare("user", "show", address, data_dir=server.data_dir).returncode == 0
        arguments = ("audit", "search", "--json", "--object", f"customer:{found[1]}")
        deadline, rows = time.monotonic() + 20, []
        while len(rows) < 4 and time.monotonic() < deadline:
            searched = run_wayfare(*arguments, data_dir=server.data_dir)
            rows = [json.loads(line) for line in searched.stdout.splitlines()]
        told = {row["action"]: row for row in rows}
        assert set(told) == {"user.created", "user.read", "customer.registered", "customer.role_granted"}
        assert told["user.created"]["actor"] == told["user.read"]["actor"] != "operator:cli"
        assert told["user.created"]["actor"].startswith("operator:")
        assert told["customer.registered"]["correlation_id"] == told["user.created"]["correlation_id"]
        assert address not in searched.stdout

    def test_keys_rotate_and_nobody_is_logged_out(self, server: Server) -> None:
        address = f"keys-{time.time_ns()}@example.org"
        create(server.data_dir, address)
        tokens = log_in(server, address).json()
        server_side = {"authorization": f"Bearer {tokens['access_token']}"}
        changed = httpx2.patch(f"{server.url}/v1/me", json={"phone": "+49 30 1234567"}, headers=server_side, timeout=30)
        assert changed.status_code == 200
        done = run_wayfare("keys", "rotate", data_dir=server.data_dir)
        assert done.returncode == 0, done.stderr
        assert server.get("/v1/me", headers=server_side).json()["phone"] == "+49 30 1234567"
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        assert server.post("/v1/auth/token", data=form).status_code == 200

    @pytest.mark.parametrize("arguments", [("nobody@example.org",), ("no address",)])
    def test_who_is_not_there(self, arguments: tuple[str, ...], server: Server) -> None:
        done = run_wayfare("user", "show", *arguments, data_dir=server.data_dir)
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)

    def test_a_weak_password_is_refused(self, server: Server) -> None:
        done = create(server.data_dir, "weak@example.org", password="password1")
        assert (done.returncode, "password" in done.stderr) == (2, True)
