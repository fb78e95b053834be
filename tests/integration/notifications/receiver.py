"""A partner's server on a real socket, which checks signatures with the library of the standard's authors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

HANG_S = 60.0


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    signed_by: frozenset[str]

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


@dataclass
class Receiver:
    """`answer`: a status, or the name of a way to misbehave, for each request."""

    url: str = ""
    secrets: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[Request], int | str] = lambda _: 204
    released: threading.Event = field(default_factory=threading.Event)

    def ids(self) -> list[str]:
        return [request.id for request in self.requests]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["content-length"])
        body = handler.rfile.read(length)
        if len(body) < length:
            return  # the sender was killed in the middle of it
        headers = {name.lower(): value for name, value in handler.headers.items()}
        signed_by = frozenset(secret for secret in self.secrets if _verifies(secret, body, headers))
        request = Request(handler.path, headers, body, signed_by)
        self.requests.append(request)
        answer = self.answer(request)
        if isinstance(answer, int):
            handler.send_response(answer)
            if answer in (301, 302, 307, 308):
                handler.send_header("location", f"{self.url}/elsewhere")
            handler.send_header("content-length", "5")
            handler.end_headers()
            if answer not in (204, 304):
                handler.wfile.write(b"noted")
        elif answer == "hang":
            self.released.wait(HANG_S)
        elif answer == "slow":
            time.sleep(0.3)
            handler.send_response(204)
            handler.end_headers()
        elif answer == "huge":
            handler.send_response(200)
            handler.end_headers()
            while not self.released.is_set():
                handler.wfile.write(b"\0x" * 50_000)
        elif answer == "drip":
            handler.send_response_only(200)
            handler.flush_headers()
            while not self.released.wait(0.05):
                handler.wfile.write(b"x-drip: 1\r\n")
        else:
            handler.connection.close()


@contextmanager
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                made.serve(self)
            except OSError:
                return  # the sender went away

        def log_message(self, *_: object) -> None:
            """No lines on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield made
    finally:
        made.released.set()
        server.shutdown()
        server.server_close()


def _verifies(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True
