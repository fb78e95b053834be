"""Runs a command beside a real Kafka broker, whose address it finds in WAYFARE_EVENTS_URL.

`python tools/kafka/run.py COMMAND …`: fetches the broker with Maven into .tools/kafka once (Java 17 or later), starts
one that is its own controller (KRaft) on free ports of 127.0.0.1 in a folder of its own, and stops it at the end.
Without a command it only fetches.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
JARS = Path(__file__).resolve().parents[2] / ".tools" / "kafka"
FETCH_S, FORMAT_S, START_S, STOP_S, COMMAND_S = 300, 60, 60, 20, 240
CLUSTER = "wayfare-tests-kafka-01"
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
"""


def fetch_jars() -> None:
    """All or nothing: the folder appears when it is complete, and anew when the pom has changed."""
    known = JARS / POM.name
    if known.exists() and known.read_bytes() == POM.read_bytes():
        return
    print("fetching Kafka with Maven", flush=True)
    fresh = JARS.with_name(f"kafka-{os.getpid()}")
    try:
        subprocess.run(
            ["mvn", "-B", "-q", "-f", POM, "dependency:copy-dependencies", "-DincludeScope=runtime",
             f"-DoutputDirectory={fresh}"],
            check=True, timeout=FETCH_S,
        )  # fmt: skip
        shutil.copy(POM, fresh)
        shutil.rmtree(JARS, ignore_errors=True)
        fresh.rename(JARS)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def kafka_broker() -> Iterator[str]:
    """Its address, for the life of the context."""
    with tempfile.TemporaryDirectory(prefix="wayfare-kafka-") as folder:
        port, controller = _free_ports(2)
        properties = Path(folder, "server.properties")
        properties.write_text(PROPERTIES.format(folder=folder, port=port, controller=controller))
        form = [*_java("kafka.tools.StorageTool"), "format", "--cluster-id", CLUSTER, "--config", properties]
        log = Path(folder, "broker.log")
        with log.open("wb") as output:
            subprocess.run(form, check=True, timeout=FORMAT_S, stdout=output, stderr=output)
            process = subprocess.Popen([*_java("kafka.Kafka"), properties], stdout=output, stderr=output)
        try:
            _wait_until_it_listens(process, port, log)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _java(main_class: str) -> list[str]:
    return ["java", "-Xms128m", "-Xmx512m", "-cp", f"{JARS}/*", main_class]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as opened:
        probes = [opened.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    sys.exit(f"Kafka does not listen:\n{log.read_text(errors='replace')[-4000:]}")


def main(command: list[str]) -> int:
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is not here; a Kafka broker needs Java 17 and Maven")
    fetch_jars()
    if not command:
        return 0
    with kafka_broker() as address:
        print(f"Kafka listens on {address}", flush=True)
        environment = {**os.environ, "WAYFARE_EVENTS_URL": f"kafka://{address}?partitions=6"}
        return subprocess.run(command, env=environment, timeout=COMMAND_S, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
