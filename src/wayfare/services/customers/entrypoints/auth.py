"""Routes to become a customer and to log in: for everybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from wayfare.infrastructure.access import anyone
from wayfare.infrastructure.http import encoded
from wayfare.kernel.errors import InvalidGrant
from wayfare.services.customers.application.change_password import ResetPassword
from wayfare.services.customers.application.log_in import Devices, LogIn
from wayfare.services.customers.application.register import RegisterCustomer, VerifyEmail
from wayfare.services.customers.entrypoints import bodies
from wayfare.services.customers.entrypoints.forms import form_or_json, read_form_or_json

NO_STORE = {"cache-control": "no-store"}
PUBLISHED = {"cache-control": "public, max-age=300"}
"""Shorter than a new key waits before it signs."""
DEVICE_MAX = 100


def registration_routes(register: RegisterCustomer, verify: VerifyEmail) -> APIRouter:
    router = APIRouter(tags=["customers"])

    @router.post(
        "/v1/customers", status_code=202, responses={202: {"model": bodies.RegisteredAnswer}}, response_model=None
    )
    @anyone
    async def register_customer(body: bodies.RegistrationBody) -> Response:
        """Ask for an account. A letter to the address says what comes next; the answer is always the same."""
        await register(body.new_customer())
        return encoded({"status": "confirmation_sent"}, 202, NO_STORE)

    @router.post("/v1/customers/verify", status_code=204, response_class=Response)
    @anyone
    async def verify_email(body: bodies.VerifyBody) -> Response:
        """Confirm the address by the token of the letter: now there is an account."""
        await verify(body.token)
        return Response(status_code=204)

    return router


def token_routes(
    log_in: LogIn | None, devices: Devices, published_keys: Callable[[], Awaitable[dict[str, Any]]]
) -> APIRouter:
    """`log_in`: None where only an issuer logs people in."""
    router = APIRouter(tags=["auth"])

    @router.post(
        "/v1/auth/token",
        responses={200: {"model": bodies.TokensAnswer}},
        openapi_extra=form_or_json(bodies.TokenBody),
        response_model=None,
    )
    @anyone
    async def get_tokens(request: Request) -> Response:
        """Log in by password, or get the next tokens for a refresh token, which works once (RFC 6749).

        Where a second factor is enrolled, a right password is answered by 403 `second_factor_needed` with a
        `challenge`; that and a `code` log in.
        """
        body: bodies.TokenBody = await read_form_or_json(request, bodies.TokenBody)
        if body.grant_type == "refresh_token":
            tokens = await devices.refresh(body.refresh_token)
        elif log_in is None:
            raise InvalidGrant("passwords are not accepted here; log in at the issuer")
        elif body.grant_type == bodies.SECOND_FACTOR_GRANT:
            tokens = await log_in.with_code(body.challenge, body.code, _address(request))
        else:
            tokens = await log_in(body.username, body.password, _device(body, request), _address(request))
        return encoded(msgspec.to_builtins(tokens), headers=NO_STORE)

    @router.post(
        "/v1/auth/revoke", openapi_extra=form_or_json(bodies.RevokeBody), status_code=200, response_class=Response
    )
    @anyone
    async def revoke_token(request: Request) -> Response:
        """Sign the device of a token out, at once and everywhere (RFC 7009). An unknown token is no error."""
        body: bodies.RevokeBody = await read_form_or_json(request, bodies.RevokeBody)
        await devices.revoke(body.token)
        return Response(status_code=200, headers=NO_STORE)

    @router.get("/.well-known/jwks.json", responses={200: {"model": bodies.KeysAnswer}}, response_model=None)
    @anyone
    async def get_signing_keys() -> Response:
        """The public keys of access tokens (RFC 7517)."""
        return encoded(await published_keys(), headers=PUBLISHED)

    return router


def reset_routes(reset: ResetPassword) -> APIRouter:
    router = APIRouter(tags=["auth"])

    @router.post(
        "/v1/auth/password-reset",
        status_code=202,
        responses={202: {"model": bodies.RegisteredAnswer}},
        response_model=None,
    )
    @anyone
    async def ask_for_reset(body: bodies.ResetRequestBody) -> Response:
        """Ask for a link to choose a new password. The answer is always the same."""
        await reset.ask(body.email)
        return encoded({"status": "confirmation_sent"}, 202, NO_STORE)

    @router.post("/v1/auth/password-reset/confirm", status_code=204, response_class=Response)
    @anyone
    async def reset_password(request: Request, body: bodies.ResetBody) -> Response:
        """Choose a new password by the token of the letter; every device is signed out."""
        await reset(body.token, body.password, _address(request))
        return Response(status_code=204)

    return router


def _device(body: bodies.TokenBody, request: Request) -> str:
    name = body.device_name or request.headers.get("user-agent", "")
    return "".join(char for char in name if char.isprintable())[:DEVICE_MAX]


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
