"""Prometheus metrics. Import them from here: this module decides how their values are kept before the first is made.

With several workers the client library keeps values in files that processes share, and asks for the process id at
each increment in case it was forked: fifteen system calls per booking. Here it is asked for once, and after a fork.
"""

from __future__ import annotations

import os

from prometheus_client import Counter, Gauge, Histogram, values

__all__ = ["Counter", "Gauge", "Histogram"]


class _ProcessId:
    """The id of this process, without asking each time."""

    def __init__(self) -> None:
        self.known = os.getpid()
        os.register_at_fork(after_in_child=self._ask)

    def _ask(self) -> None:
        self.known = os.getpid()

    def __call__(self) -> int:
        return self.known


if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    values.ValueClass = values.MultiProcessValue(process_identifier=_ProcessId())  # type: ignore[no-untyped-call]
