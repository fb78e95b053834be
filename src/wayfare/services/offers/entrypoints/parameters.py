"""Query parameters as one table: how each is read, and how it is published in OpenAPI. Unknown ones are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams

from wayfare.kernel.errors import ValidationFailed, first_errors


class Parameter(NamedTuple):
    """`read` turns text into a value or raises ValueError (or `ValidationFailed`) saying what is expected."""

    name: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    about: str
    required: bool = False


def read_query(parameters: Sequence[Parameter], query: QueryParams) -> dict[str, Any]:
    """The values given, by name. Raises `ValidationFailed` listing everything that is wrong."""
    errors: list[dict[str, str]] = []
    values: dict[str, Any] = {}
    known = {parameter.name for parameter in parameters}
    seen: set[str] = set()
    for name, _ in query.multi_items():
        if name not in known:
            errors.append({"field": name[:60], "message": "unknown parameter"})
        elif name in seen:
            errors.append({"field": name, "message": "given more than once"})
        seen.add(name)
    for parameter in parameters:
        text = query.get(parameter.name)
        if text is None:
            if parameter.required:
                errors.append({"field": parameter.name, "message": "required"})
            continue
        try:
            values[parameter.name] = parameter.read(text)
        except ValidationFailed as error:
            errors += error.facts.get("errors", ())
        except ValueError as error:
            errors.append({"field": parameter.name, "message": str(error)})
    if errors:
        first = errors[0]
        raise ValidationFailed(f"{first['field']}: {first['message']}", errors=first_errors(errors))
    return values


def published(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The parameters as `openapi_extra` of a route."""
    return {
        "parameters": [
            {
                "name": parameter.name,
                "in": "query",
                "required": parameter.required,
                "description": parameter.about,
                "schema": dict(parameter.schema),
            }
            for parameter in parameters
        ]
    }


def text(length_max: int) -> Callable[[str], str]:
    """Some text: not blank, not too long, no control characters."""

    def read(value: str) -> str:
        trimmed = value.strip()
        if not trimmed or len(trimmed) > length_max or not trimmed.isprintable():
            raise ValueError(f"expected 1 to {length_max} printable characters")
        return trimmed

    return read


def whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and low <= int(value) <= high):
            raise ValueError(f"expected a whole number from {low} to {high}")
        return int(value)

    return read


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return value

    return read
