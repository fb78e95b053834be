"""Answers to GET as they leave: Cache-Control, ETag and 304, compression, the policy of HTML pages.

An answer that does not say who may keep it is kept by nobody. One that is `public` gets an ETag of its content: the
timetable's data, which is the same for all. Only what was asked without credentials is compressed: it holds nobody's
secrets, which the length of a compressed answer could betray (BREACH).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from functools import lru_cache
from typing import TypeAlias

from starlette.types import Message, Scope

Headers: TypeAlias = list[tuple[bytes, bytes]]

COMPRESSED_FROM = 1_400
"""Bytes that fit in one packet gain nothing."""
LEVEL = 1
"""Of gzip: five times as fast as the usual 6, and a tenth larger."""
_COMPRESSED = (b"application/json", b"application/geo+json", b"text/", b"application/javascript", b"image/svg")
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.S)
_PAGES = frozenset({"/docs", "/redoc", "/docs/oauth2-redirect"})
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def can_be_finished(scope: Scope, headers: Headers) -> bool:
    """Whether the whole answer is known when its head is sent, as its length is; a stream is left alone."""
    return scope["method"] == "GET" and any(name == b"content-length" for name, _ in headers)


def finish(scope: Scope, start: Message, message: Message) -> tuple[Message, Message]:
    """The head and the (first) body message of an answer, as they shall leave."""
    headers: Headers = start["headers"]
    told = dict(headers)
    body: bytes = message.get("body", b"")
    asked = dict(scope["headers"])
    if b"cache-control" not in told:
        headers.append((b"cache-control", b"no-cache" if b"etag" in told else b"no-store"))
    if start["status"] != 200 or message.get("more_body", False):
        return start, message
    if scope["path"] in _PAGES and told.get(b"content-type", b"").startswith(b"text/html"):
        _replace(headers, b"content-security-policy", _page_policy(body))
    if b"etag" not in told and told.get(b"cache-control", b"").startswith(b"public"):
        tag = b'W/"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        headers.append((b"etag", tag))
        if matches(asked.get(b"if-none-match", b""), tag):
            kept = [header for header in headers if header[0] not in (b"content-length", b"content-type")]
            return {**start, "status": 304, "headers": kept}, {**message, "body": b""}
    if _may_be_compressed(told, asked, len(body)):
        headers.append((b"vary", b"accept-encoding"))
        if accepts(asked.get(b"accept-encoding", b""), b"gzip"):
            body = gzip.compress(body, LEVEL, mtime=0)
            _replace(headers, b"content-length", str(len(body)).encode())
            headers.append((b"content-encoding", b"gzip"))
            message = {**message, "body": body}
    return start, message


def _may_be_compressed(told: dict[bytes, bytes], asked: dict[bytes, bytes], length: int) -> bool:
    return (
        length >= COMPRESSED_FROM
        and b"authorization" not in asked
        and b"cookie" not in asked
        and b"content-encoding" not in told
        and told.get(b"content-type", b"").startswith(_COMPRESSED)
    )


@lru_cache(maxsize=256)
def accepts(accepted: bytes, coding: bytes) -> bool:
    """Accept-Encoding names a coding or *, and not with a quality of nothing (RFC 9110, 12.5.3)."""
    qualities: dict[bytes, float] = {}
    for part in accepted.lower().split(b","):
        name, _, quality = part.partition(b";")
        try:
            qualities[name.strip()] = float(quality.partition(b"=")[2] or 1)
        except ValueError:
            return False
    return qualities.get(coding, qualities.get(b"*", 0.0)) > 0


def matches(asked: bytes, tag: bytes) -> bool:
    """If-None-Match, compared weakly (RFC 9110, 13.1.2)."""
    return asked.strip() == b"*" or tag[2:] in (part.strip().removeprefix(b"W/") for part in asked.split(b","))


def _replace(headers: Headers, name: bytes, value: bytes) -> None:
    headers[:] = [*(header for header in headers if header[0] != name), (name, value)]


@lru_cache(maxsize=8)
def _page_policy(page: bytes) -> bytes:
    """A page of the documentation may run its own scripts, known by their digests, and load nothing from elsewhere."""
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _SCRIPT.findall(page))
    return _PAGE_POLICY.format(scripts=" ".join(f"'sha256-{digest}'" for digest in digests)).encode()
