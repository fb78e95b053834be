"""What the values of some settings have to look like."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from wayfare.infrastructure.addresses import Networks
from wayfare.infrastructure.dynamo_url import parse_dynamo_url
from wayfare.infrastructure.events.schemes import SCHEMES

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.I)


def _postgres_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")
    return value


def _http_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value


def _http_urls(value: str | None) -> str | None:
    for address in (value or "").split(","):
        _http_url(address.strip() if value is not None else None)
    return value


def _rates_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://", "file:///")):
        raise ValueError("must begin with http://, https:// or file:///")
    return value


def _instant(value: object) -> object:
    if isinstance(value, str) and not _RFC3339.fullmatch(value):
        raise ValueError("needs date, time and offset, such as 2016-06-10T08:00:00Z")
    return value


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("needs an offset, such as 2016-06-10T08:00:00Z")
    return value


def _events_url(value: str) -> str:
    scheme = value.partition(":")[0]
    if scheme not in SCHEMES:
        raise ValueError(f"events cannot be carried by {scheme!r}; known: {', '.join(SCHEMES)}")
    return value


def _dynamo_url(value: str | None) -> str | None:
    if value is not None:
        parse_dynamo_url(value)
    return value


def _networks(value: str) -> str:
    Networks(value)
    return value


PostgresUrl = Annotated[str | None, AfterValidator(_postgres_url)]
HttpUrl = Annotated[str | None, AfterValidator(_http_url)]
HttpUrls = Annotated[str | None, AfterValidator(_http_urls)]
RatesUrl = Annotated[str | None, AfterValidator(_rates_url)]
DynamoUrl = Annotated[str | None, AfterValidator(_dynamo_url)]
EventsUrl = Annotated[str, AfterValidator(_events_url)]
Instant = Annotated[datetime | None, BeforeValidator(_instant), AfterValidator(_aware)]
NetworkList = Annotated[str, AfterValidator(_networks)]
