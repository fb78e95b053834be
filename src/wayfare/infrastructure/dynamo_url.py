"""Addresses of tables in DynamoDB: `dynamodb://?region=eu-central-1&prefix=wayfare`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

_FIELDS = frozenset({"region", "prefix", "endpoint"})
_PREFIX = re.compile(r"[A-Za-z0-9_.-]{3,100}")


@dataclass(frozen=True)
class DynamoAddress:
    """`prefix`: what the names of tables begin with. `endpoint`: another server than Amazon's.

    Without a region, and for keys, the usual places are looked at (environment, profile, instance role).
    """

    region: str | None = None
    prefix: str = "wayfare"
    endpoint: str | None = None


def parse_dynamo_url(url: str) -> DynamoAddress:
    """Raises `ValueError` that says what is wrong."""
    parts = urlsplit(url)
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme != "dynamodb" or parts.netloc or parts.path or parts.fragment:
        raise ValueError("must look like dynamodb://?region=eu-central-1&prefix=wayfare")
    if unknown := sorted(fields.keys() - _FIELDS):
        raise ValueError(f"{', '.join(unknown)}: unknown; there are {', '.join(sorted(_FIELDS))}")
    if not _PREFIX.fullmatch(fields.get("prefix", "wayfare")):
        raise ValueError("prefix: 3 to 100 letters, digits, '_', '-' or '.'")
    if not fields.get("endpoint", "http://").startswith(("http://", "https://")):
        raise ValueError("endpoint: must begin with http:// or https://")
    return DynamoAddress(fields.get("region") or None, fields.get("prefix", "wayfare"), fields.get("endpoint") or None)
