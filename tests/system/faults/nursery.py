"""A process that has imported Wayfare once and makes real server processes by forking: some 0.1 s each instead of 2 s.

It reads orders, one JSON object a line, and answers in the same way: the process's id when it runs, its exit code
when it has ended (-9 when it was killed). When its input ends, it ends all it has made, and itself.

    {"no": 1, "role": "serve", "settings": {…}, "log": "/…/server.log"}    ->  {"no": 1, "pid": 4711}
                                                                           ->  {"no": 1, "exit": -9}
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import alembic.command
import rich.status
import sqlalchemy.dialects.postgresql.asyncpg
import uvicorn.protocols.http.httptools_impl
import uvloop

from system.faults.assassin import serve_until_killed
from wayfare.bootstrap import asgi, http_protocol, payment_gateways, serve
from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.doctor_command import run_doctor
from wayfare.bootstrap.settings import Settings
from wayfare.services.payments.adapters.gateway_sim import app

IMPORTED = (
    alembic.command, rich.status, sqlalchemy.dialects.postgresql.asyncpg, uvicorn.protocols.http.httptools_impl, uvloop,
    http_protocol, app,
)  # fmt: skip
"""What every server imports when it starts; what it imports when it is composed is found by composing one."""

TICK_S = 0.02


def _serve(order: dict[str, Any]) -> int:
    """`wayfare serve`."""
    serve.run_server(Settings.load(), demo=False)
    return 0


def _gateway_sim(order: dict[str, Any]) -> int:
    """`wayfare gateway-sim`."""
    payment_gateways.run_gateway_sim(Settings.load(), "127.0.0.1", order["port"])
    return 0


def _doctor(order: dict[str, Any]) -> int:
    """`wayfare doctor`."""
    return run_doctor(Settings.load(), gateway_days=30)


def _doomed(order: dict[str, Any]) -> int:
    serve_until_killed(Settings.load(), order["death"])
    return 0


ROLES: dict[str, Callable[[dict[str, Any]], int]] = {
    "serve": _serve,
    "gateway-sim": _gateway_sim,
    "doctor": _doctor,
    "doomed": _doomed,
}


def _become(order: dict[str, Any]) -> int:
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    for name in [name for name in os.environ if name.startswith("WAYFARE_")]:
        del os.environ[name]
    os.environ |= {f"WAYFARE_{name.upper()}": value for name, value in order["settings"].items()}
    try:
        return ROLES[order["role"]](order)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    except BaseException:  # noqa: BLE001  the log is all that remains of it
        traceback.print_exc()
        return 70


def _warm() -> None:
    """A system is composed as those of the orders will be, and never started."""
    settings = Settings.load()
    asgi.build_app(compose(settings, settings.service_names))


def main() -> None:
    _warm()
    gc.collect()
    gc.freeze()  # what all share is not walked, so not copied, by any of them
    children: dict[int, int] = {}
    pending = b""
    while True:
        while children and (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _say(no=children.pop(ended[0]), exit=os.waitstatus_to_exitcode(ended[1]))
        if not select.select([0], [], [], TICK_S)[0]:
            continue
        read = os.read(0, 65_536)
        if not read:
            break
        *lines, pending = (pending + read).split(b"\n")
        for line in lines:
            order = json.loads(line)
            pid = os.fork()
            if pid == 0:
                code = _become(order)
                sys.stdout.flush()
                os._exit(code)
            children[pid] = order["no"]
            _say(no=order["no"], pid=pid)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _say(**content: int) -> None:
    os.write(1, json.dumps(content).encode() + b"\n")


if __name__ == "__main__":
    main()
