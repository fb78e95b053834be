"""Prometheus metrics. Import them from here: this module decides how their values are kept before the first is made.

With several workers the client library keeps values in files that processes share, and writes to them, under a lock
and after asking for the process id, at each increment: forty times per booking. Here increments stay in memory until
`write_out` is called, which a worker does every second and when it stops: who looks at the files of a process sees
what it counted up to a second ago.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, values

__all__ = ["Counter", "Gauge", "Histogram", "write_out"]

_lock = threading.Lock()
_unwritten: dict[Any, None] = {}
_made: list[Any] = []


def write_out() -> None:
    """Put what was counted into the files that all processes of this server read."""
    with _lock:
        for value in _unwritten:
            value.write_out()
        _unwritten.clear()


if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    _Mapped: Any = values.MultiProcessValue()  # type: ignore[no-untyped-call]

    class _Counted(_Mapped):  # type: ignore[misc]
        """A value whose increments are written later."""

        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            _made.append(self)

        def inc(self, amount: float) -> None:
            with _lock:
                self._value += amount
                _unwritten[self] = None

        def write_out(self) -> None:
            self._file.write_value(self._key, self._value, self._timestamp)

    def _after_fork() -> None:
        """What the parent counted is the parent's; looking at one value makes all begin anew, in files of their own."""
        _unwritten.clear()
        for value in _made[:1]:
            value.get()

    os.register_at_fork(after_in_child=_after_fork)
    values.ValueClass = _Counted
