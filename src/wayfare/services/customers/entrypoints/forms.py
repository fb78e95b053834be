"""Bodies that come as a form, as OAuth clients send them, or as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from wayfare.infrastructure.http import invalid, parse_body
from wayfare.kernel.errors import ValidationFailed

FORM = "application/x-www-form-urlencoded"
FIELDS_MAX = 20


def form_or_json(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of such a route for the OpenAPI document."""
    schema = {"schema": model.model_json_schema()}
    return {"requestBody": {"required": True, "content": {FORM: schema, "application/json": schema}}}


async def read_form_or_json(request: Request, model: type[BaseModel]) -> Any:
    """Raises `ValidationFailed`, also for a parameter that comes twice (RFC 6749, 3.2)."""
    raw = await request.body()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return parse_body(model, raw)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError:
        raise ValidationFailed.of("body", "is not a form in UTF-8") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValidationFailed.of("body", "a parameter comes twice")
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False)) from None
