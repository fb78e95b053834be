"""What is logged while something is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType
from unittest.mock import patch

import structlog
from structlog.testing import LogCapture
from structlog.typing import EventDict


@contextmanager
def logged(*modules: ModuleType) -> Iterator[Sequence[EventDict]]:
    """What the `log` of these modules is told, also when logging was set up for good earlier in this process."""
    capture = LogCapture()
    everything = structlog.make_filtering_bound_logger(0)
    with ExitStack() as patched:
        for module in modules:
            logger = structlog.wrap_logger(None, processors=[capture], wrapper_class=everything)
            patched.enter_context(patch.object(module, "log", logger))
        yield capture.entries
