"""What tests of an OIDC issuer share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from integration.customers.world import Process, World
from issuer import AUDIENCE, Issuer
from wayfare.contracts.customers.roles import Grant
from wayfare.services.customers.domain.issuer import IssuerPolicy

ROLES = {"admins": Grant("administrator"), "ice": Grant("operator_staff", "db:1")}


def trust_issuer(world: World, issuer: Issuer) -> None:
    """Processes that start from now on accept its tokens; staff need a second factor."""
    policy = IssuerPolicy(issuer.url, frozenset({AUDIENCE}), groups_claim="realm_access.roles", roles=ROLES)
    world.options = replace(world.options, issuer=policy, staff_second_factor=True)


def trust(world: World, **more: Any) -> None:
    """Change what the issuer is trusted with, for processes that start from now on."""
    assert world.options.issuer is not None
    world.options = replace(world.options, issuer=msgspec.structs.replace(world.options.issuer, **more))


async def status(process: Process, token: str) -> int:
    return (await process.me(token)).status_code


def now(process: Process) -> int:
    return process.world.clock.now_s()
