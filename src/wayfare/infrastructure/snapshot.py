"""Snapshots: a dataclass of NumPy arrays as a folder of memory-mapped files.

A generation is written to a folder of its own and published by replacing the file CURRENT, which is atomic.
Readers in other processes see the new generation at their next look; they keep the old one mapped until then.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec
import numpy as np

from wayfare.contracts.catalogue.timetable import Strings

T = TypeVar("T")
_CURRENT = "CURRENT"
_KEPT = 2


class SnapshotFolder(Generic[T]):
    """Generations of one dataclass below `folder`."""

    def __init__(self, folder: Path, kind: type[T]) -> None:
        self.folder = folder
        self._kind = kind
        self._hints = get_type_hints(kind)

    def current_generation(self) -> int:
        """The published generation; 0 when there is none."""
        try:
            return int((self.folder / _CURRENT).read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def publish(self, value: T, generation: int) -> None:
        """Write a generation completely, then make it the current one."""
        target = self.folder / f"{generation:08d}"
        partial = self.folder / f"{generation:08d}.partial-{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            for field in dataclasses.fields(value):  # type: ignore[arg-type]
                _write(partial, field.name, getattr(value, field.name))
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
        pointer = self.folder / f"{_CURRENT}.{os.getpid()}"
        pointer.write_text(str(generation))
        pointer.replace(self.folder / _CURRENT)
        self._remove_old(generation)

    def load(self, generation: int) -> T:
        """Map a generation into memory. Raises FileNotFoundError when it is gone."""
        source = self.folder / f"{generation:08d}"
        values = {field.name: self._read(source, field.name) for field in dataclasses.fields(self._kind)}  # type: ignore[arg-type]
        return self._kind(**values)

    def _read(self, source: Path, name: str) -> Any:
        kind = self._hints[name]
        if kind is Strings:
            return Strings(_map(source / f"{name}.blob.npy"), _map(source / f"{name}.ends.npy"))
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return msgspec.json.decode((source / f"{name}.json").read_bytes(), type=kind)
        return _map(source / f"{name}.npy")

    def _remove_old(self, generation: int) -> None:
        done = sorted(path for path in self.folder.iterdir() if path.name.isdigit() and int(path.name) < generation)
        for path in done[: -_KEPT + 1]:
            shutil.rmtree(path, ignore_errors=True)


def _write(folder: Path, name: str, value: Any) -> None:
    if isinstance(value, Strings):
        np.save(folder / f"{name}.blob.npy", value.blob)
        np.save(folder / f"{name}.ends.npy", value.ends)
    elif isinstance(value, msgspec.Struct):
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(value))
    else:
        np.save(folder / f"{name}.npy", value, allow_pickle=False)


def _map(path: Path) -> Any:
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    # A plain ndarray over the same memory: indexing np.memmap builds a subclass each time.
    return np.asarray(array)
