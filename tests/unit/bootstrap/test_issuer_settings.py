"""What the settings say of an OIDC issuer."""

from __future__ import annotations

from typing import Any

import pytest

from wayfare.bootstrap.customers import issuer_policy
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.errors import ConfigurationError

ISSUER = "https://id.example.org/realms/rail"


def settings(**more: Any) -> Settings:
    return Settings(**({"oidc_issuer": ISSUER, "oidc_audiences": "app"} | more))


def test_without_an_issuer_there_is_no_policy() -> None:
    assert issuer_policy(Settings()) is None


def test_what_is_read() -> None:
    policy = issuer_policy(
        settings(
            oidc_audiences=" app, kiosk ,",
            oidc_roles="admins=administrator, ice = operator_staff:db:8011160 ,",
            oidc_groups_claim="realm_access.roles",
        )
    )
    assert policy is not None
    assert (policy.issuer, policy.audiences) == (ISSUER, {"app", "kiosk"})
    assert policy.roles == {"admins": Grant("administrator"), "ice": Grant("operator_staff", "db:8011160")}
    assert (policy.kind, policy.link_email, policy.asks_second_factor) == ("access", False, False)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"oidc_audiences": " , "}, "WAYFARE_OIDC_AUDIENCES"),
        ({"oidc_issuer": None, "oidc_only": True}, "WAYFARE_OIDC_ONLY"),
        ({"public_url": ISSUER}, "WAYFARE_OIDC_ISSUER"),
        ({"oidc_roles": "admins"}, "WAYFARE_OIDC_ROLES"),
        ({"oidc_roles": "=agent"}, "WAYFARE_OIDC_ROLES"),
        ({"oidc_roles": "admins=root"}, "WAYFARE_OIDC_ROLES: admins=root"),
        ({"oidc_roles": "ice=operator_staff"}, "WAYFARE_OIDC_ROLES"),
        ({"oidc_roles": "admins=administrator:db"}, "WAYFARE_OIDC_ROLES"),
        ({"oidc_roles": "a=agent,a=analyst"}, "each group once"),
    ],
)
def test_what_is_refused(more: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        issuer_policy(settings(**more))


def test_staff_need_a_second_factor_unless_it_is_said_otherwise() -> None:
    assert Settings().staff_second_factor is True
