"""Folders for embedded PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database_folder() -> Iterator[Path]:
    """An empty folder that the embedded server may enter also when the tests run as root; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="wayfare-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for _ in range(500):  # a server whose owner was killed may still be writing its last
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.01)
