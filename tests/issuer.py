"""A small OIDC issuer on a socket: publishes its keys, signs tokens, changes keys, and can fall silent."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "wayfare-app"


class Issuer:
    """`asked`: how often each path was asked for; `answers`: by path, instead of the usual; `silent`: 503 to all."""

    def __init__(self) -> None:
        self.keys: list[RSAKey | ECKey] = []
        self.asked: Counter[str] = Counter()
        self.answers: dict[str, bytes] = {}
        self.silent = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/realm"
        self.rotate()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def rotate(self, algorithm: str = "RS256") -> None:
        """Sign with another key from now on; the older ones are no longer published."""
        if algorithm == "RS256":
            self.keys = [RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)]
        else:
            self.keys = [ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)]

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def claims(self, now_s: int, **more: Any) -> dict[str, Any]:
        """Of a good access token. A claim of None is left out."""
        usual = {
            "iss": self.url,
            "sub": "f3c1",
            "aud": AUDIENCE,
            "iat": now_s,
            "exp": now_s + 3600,
            "sid": f"log-in at {now_s}",
        }
        return {name: value for name, value in (usual | more).items() if value is not None}

    def header(self, **more: Any) -> dict[str, Any]:
        key = self.keys[-1]
        algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
        return {"alg": algorithm, "kid": key.kid, "typ": "JWT"} | more

    def token(self, now_s: int, **claims: Any) -> str:
        return self.sign(self.header(), self.claims(now_s, **claims))

    def sign(self, header: dict[str, Any], claims: dict[str, Any], key: Any = None) -> str:
        return jwt.encode(header, claims, key or self.keys[-1], algorithms=[header["alg"]], default_type=None)

    def _answer(self, path: str) -> tuple[int, bytes]:
        self.asked[path] += 1
        if self.silent:
            return 503, b"{}"
        if path in self.answers:
            return 200, self.answers[path]
        if path == "/realm/.well-known/openid-configuration":
            return 200, json.dumps({"issuer": self.url, "jwks_uri": f"{self.url}/keys"}).encode()
        return (200, json.dumps(self.jwks).encode()) if path == "/realm/keys" else (404, b"{}")

    def _handler(issuer) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = issuer._answer(self.path)
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is logged."""

        return Handler
