"""The files of the built web app, in memory from the start: no request reaches the disk or leaves the folder.

Vite names what stands in `assets/` by its content: that may be kept for ever. Everything else is asked about each time
and answered by 304 while it is the same. A page that is not a file is one of the app's own routes: it gets index.html.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

from starlette.types import Message, Scope, Send

from wayfare.gateway import metrics
from wayfare.gateway.answers import COMPRESSED_FROM, Headers, accepts, matches

INDEX = "index.html"
ROUTE = "/*"
"""What metrics call all files together."""
_METHODS = frozenset({"GET", "HEAD"})
_FOR_EVER, _ASKED_EACH_TIME = b"public, max-age=31536000, immutable", b"no-cache"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""Of what apps are made of, whatever this machine's own table says."""
_PACKED = frozenset({".woff2", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".ico"})
_VARIANTS = {".br": b"br", ".gz": b"gzip"}
_STRIPE = "https://js.stripe.com https://*.js.stripe.com"


def page_policy(*, stripe: bool) -> bytes:
    """Content-Security-Policy of the app: everything is its own. `stripe`: and Stripe's card form.

    Stripe's hosts: docs.stripe.com/security/guide, "Content Security Policy".
    """
    frames = f"frame-src {_STRIPE} https://hooks.stripe.com; " if stripe else ""
    return (
        f"default-src 'none'; script-src 'self'{' ' + _STRIPE if stripe else ''}; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; worker-src 'self'; manifest-src 'self'; "
        f"connect-src 'self'{' https://api.stripe.com' if stripe else ''}; {frames}"
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ).encode()


class WebFile:
    """One file, as it is and as it may be sent compressed."""

    def __init__(self, name: str, content: bytes, variants: dict[bytes, bytes], policy: bytes) -> None:
        """`name`: below the folder of the app; `variants`: compressed beforehand, by coding."""
        suffix = Path(name).suffix.lower()
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.tag = b'W/"' + hashlib.blake2b(content, digest_size=12).hexdigest().encode() + b'"'
        self.headers: Headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", _FOR_EVER if name.startswith("assets/") else _ASKED_EACH_TIME),
            (b"etag", self.tag),
            (b"vary", b"accept-encoding"),
            (b"content-security-policy", policy),  # workers have the policy of their own file, so each file says it
        ]
        self._content, self._variants = content, variants
        self._packed = suffix in _PACKED or len(content) < COMPRESSED_FROM

    def body(self, accepted: bytes) -> tuple[bytes, bytes]:
        """The bytes to send and their coding, b"" for none, by Accept-Encoding."""
        if b"br" in self._variants and accepts(accepted, b"br"):
            return self._variants[b"br"], b"br"
        if not self._packed and accepts(accepted, b"gzip"):
            return self._gzipped, b"gzip"
        return self._content, b""

    @cached_property
    def _gzipped(self) -> bytes:
        return self._variants.get(b"gzip") or gzip.compress(self._content, 6, mtime=0)


class WebApp:
    def __init__(self, folder: Path, reserved: Collection[str], policy: bytes) -> None:
        """`reserved`: first parts of paths that are the API's. Raises OSError when the folder cannot be read."""
        self._reserved = frozenset({*reserved, "assets"})
        paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        names = {path.relative_to(folder).as_posix(): path for path in paths}
        self._files: dict[str, WebFile] = {}
        for name, path in names.items():
            if path.suffix in _VARIANTS and name.removesuffix(path.suffix) in names:
                continue
            if any(part.startswith(".") for part in name.split("/")) or name.partition("/")[0] in reserved:
                continue
            variants = {
                coding: names[name + suffix].read_bytes()
                for suffix, coding in _VARIANTS.items()
                if name + suffix in names
            }
            self._files["/" + name] = WebFile(name, path.read_bytes(), variants, policy)
        self._index = self._files["/"] = self._files["/" + INDEX]

    def find(self, scope: Scope) -> WebFile | None:
        """The file that answers a request; None: it is for the API."""
        if scope["method"] not in _METHODS:
            return None
        path: str = scope["path"]
        found = self._files.get(path)
        if found is None and path[1:].partition("/")[0] not in self._reserved and _is_navigation(scope):
            return self._index
        return found

    async def answer(self, file: WebFile, scope: Scope, send: Send, headers: Headers) -> None:
        """`headers`: what every answer says; a file's own stand before them."""
        asked = dict(scope["headers"])
        own = {name for name, _ in file.headers}
        said = [*file.headers, *(header for header in headers if header[0] not in own)]
        status, body = 304, b""
        if not matches(asked.get(b"if-none-match", b""), file.tag):
            status = 200
            body, coding = file.body(asked.get(b"accept-encoding", b""))
            said.append((b"content-length", str(len(body)).encode()))
            if coding:
                said.append((b"content-encoding", coding))
        start: Message = {"type": "http.response.start", "status": status, "headers": said}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        metrics.REQUESTS.labels(scope["method"], ROUTE, str(status)).inc()


def is_built(folder: Path) -> bool:
    return (folder / INDEX).is_file()


def _is_navigation(scope: Scope) -> bool:
    """Whether a browser asks for a page, by what it accepts."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
