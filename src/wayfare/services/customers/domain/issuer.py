"""Whom an OIDC issuer logged in, read from the claims of its token; and what the issuer is trusted with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, TypeGuard
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.errors import Unauthenticated, ValidationFailed
from wayfare.kernel.people import check_email, check_name
from wayfare.kernel.time import DAY_S

SUBJECT_MAX = 255  # OpenID Connect Core 1.0, 2
LEEWAY_S = 30
"""By how much the issuer's clock may differ from ours."""
LIFETIME_MAX_S = 31 * DAY_S
GROUPS_MAX = 1000
_FAMILY_MAX = 500

TokenKind = Literal["access", "id"]
# How issuers mark what a token is for: Cognito by token_use, Keycloak by the claim typ. Many do not.
_MARKS: Mapping[TokenKind, frozenset[str]] = {"access": frozenset({"access", "Bearer"}), "id": frozenset({"id", "ID"})}
# RFC 8176: several factors, or one that is a second factor here.
_SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk"})


class IssuerPolicy(msgspec.Struct, frozen=True):
    """`audiences`: for whom its tokens are; `kind`: which of its tokens are accepted; `groups_claim`: where its groups
    stand, a name or a path of names with dots; `roles`: what a group gives; `link_email`: an address that the issuer
    confirmed leads to the account that has it; `asks_second_factor`: it does so of its own, for staff."""

    issuer: str
    audiences: frozenset[str]
    kind: TokenKind = "access"
    groups_claim: str = "cognito:groups"
    roles: Mapping[str, Grant] = {}
    link_email: bool = False
    asks_second_factor: bool = False


class Arrival(msgspec.Struct, frozen=True):
    """Somebody with a good token. `session_id`: of all tokens of this log-in; `email`: confirmed by the issuer, or "";
    `grants`: of the groups; times in UTC seconds."""

    issuer: str
    subject: str
    session_id: UUID
    email: str
    given_name: str
    family_name: str
    grants: tuple[Grant, ...]
    second_factor: bool
    logged_in_s: int
    expires_s: int


def read_claims(policy: IssuerPolicy, claims: Mapping[str, Any], token: str, now_s: int) -> Arrival:
    """From claims whose signature is good. Raises `Unauthenticated` for a token that is not for here or for now."""
    subject = claims.get("sub")
    if claims.get("iss") != policy.issuer or not _is_id(subject, SUBJECT_MAX):
        raise refused()
    if not _is_for_us(policy, claims) or not _is_of_kind(policy.kind, claims):
        raise refused()
    expires_s = _instant(claims, "exp")
    issued_s = _instant(claims, "iat", now_s)
    if expires_s <= now_s:
        raise Unauthenticated("the access token has expired")
    if max(issued_s, _instant(claims, "nbf", 0)) > now_s + LEEWAY_S or expires_s > now_s + LIFETIME_MAX_S:
        raise refused()
    methods = claims.get("amr")
    return Arrival(
        issuer=policy.issuer,
        subject=subject,
        session_id=_family(policy.issuer, subject, claims, token),
        email=_confirmed_email(claims),
        given_name=_name(claims, "given_name"),
        family_name=_name(claims, "family_name"),
        grants=_grants(policy, claims),
        second_factor=policy.asks_second_factor
        or (isinstance(methods, list) and any(one in _SECOND_FACTORS for one in methods if isinstance(one, str))),
        logged_in_s=min(_instant(claims, "auth_time", issued_s), now_s),
        expires_s=expires_s,
    )


def refused() -> Unauthenticated:
    return Unauthenticated("the access token is not valid")


def _is_id(value: object, length_max: int) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= length_max and value.isascii() and value.isprintable()


def _is_for_us(policy: IssuerPolicy, claims: Mapping[str, Any]) -> bool:
    """By `aud`; access tokens of Cognito have none, but name the client they were given to."""
    if "aud" not in claims:
        return policy.kind == "access" and claims.get("client_id") in policy.audiences
    audience = claims["aud"]
    if isinstance(audience, str):
        return audience in policy.audiences
    if not isinstance(audience, list) or policy.audiences.isdisjoint(one for one in audience if isinstance(one, str)):
        return False
    # OpenID Connect Core 1.0, 3.1.3.7: an id token for several names the client it was given to.
    return policy.kind == "access" or len(audience) == 1 or claims.get("azp") in policy.audiences


def _is_of_kind(kind: TokenKind, claims: Mapping[str, Any]) -> bool:
    marks = [claims[name] for name in ("token_use", "typ") if name in claims]
    # `events`: a logout token or another security event (RFC 8417), signed by the same keys.
    return "events" not in claims and all(isinstance(mark, str) and mark in _MARKS[kind] for mark in marks)


def _instant(claims: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 40:
        raise refused()
    return int(value)


def _family(issuer: str, subject: str, claims: Mapping[str, Any], token: str) -> UUID:
    """Tokens of one log-in belong together, by origin_jti (Cognito) or sid (Keycloak); others stand alone."""
    named = [claims.get(name) for name in ("origin_jti", "sid", "jti")]
    family = next((one for one in named if _is_id(one, _FAMILY_MAX)), None)
    named_by = family or hashlib.sha256(token.encode()).hexdigest()
    return uuid5(NAMESPACE_URL, "\n".join((issuer, subject, named_by)))


def _confirmed_email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    verified = claims.get("email_verified")
    if not isinstance(email, str) or not email.isprintable() or not (verified is True or verified == "true"):
        return ""
    try:
        check_email("email", email)
    except ValidationFailed:
        return ""
    return email


def _name(claims: Mapping[str, Any], claim: str) -> str:
    name = claims.get(claim)
    if not isinstance(name, str):
        return ""
    try:
        check_name(claim, name)
    except ValidationFailed:
        return ""
    return name


def _grants(policy: IssuerPolicy, claims: Mapping[str, Any]) -> tuple[Grant, ...]:
    found: Any = claims.get(policy.groups_claim)
    if found is None:
        found = claims
        for name in policy.groups_claim.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    groups = [found] if isinstance(found, str) else found
    if not isinstance(groups, list):
        return ()
    return tuple(policy.roles[one] for one in groups[:GROUPS_MAX] if isinstance(one, str) and one in policy.roles)
