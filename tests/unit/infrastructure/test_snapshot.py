from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from wayfare.contracts.catalogue.timetable import Strings
from wayfare.infrastructure.snapshot import SnapshotFolder


class Meta(msgspec.Struct, frozen=True):
    generation: int


@dataclass(frozen=True, eq=False)
class Small:
    meta: Meta
    names: Strings
    numbers: NDArray[np.int32]


def small(generation: int, *names: str) -> Small:
    return Small(Meta(generation), Strings.of(names), np.arange(len(names), dtype=np.int32))


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder[Small]:
    return SnapshotFolder(tmp_path / "snapshots", Small)


class TestStrings:
    @pytest.mark.parametrize("texts", [[], [""], ["a", "", "München", "दिल्ली", "北京"]])
    def test_a_column_is_a_sequence(self, texts: list[str]) -> None:
        column = Strings.of(texts)
        assert list(column) == [column[i] for i in range(len(column))] == texts
        assert column[1:] == texts[1:]

    def test_beyond_the_end(self) -> None:
        with pytest.raises(IndexError):
            Strings.of(["a"])[1]
        assert Strings.of(["a", "b"])[-1] == "b"


class TestSnapshots:
    def test_nothing_is_generation_zero(self, folder: SnapshotFolder[Small]) -> None:
        assert folder.current_generation() == 0

    def test_comes_back_as_it_was(self, folder: SnapshotFolder[Small]) -> None:
        folder.publish(small(1, "Zürich", "Basel"), 1)
        loaded = folder.load(folder.current_generation())
        assert list(loaded.names) == ["Zürich", "Basel"]
        assert (loaded.meta, loaded.numbers.tolist()) == (Meta(1), [0, 1])

    def test_is_mapped_and_cannot_be_changed(self, folder: SnapshotFolder[Small]) -> None:
        folder.publish(small(1, "a"), 1)
        with pytest.raises(ValueError, match="read-only"):
            folder.load(1).numbers[0] = 7

    def test_a_reader_keeps_the_generation_it_mapped(self, folder: SnapshotFolder[Small]) -> None:
        folder.publish(small(1, "old"), 1)
        held = folder.load(1)
        for generation in range(2, 6):
            folder.publish(small(generation, "new"), generation)
        assert held.names[0] == "old"
        assert folder.load(folder.current_generation()).names[0] == "new"

    def test_old_generations_are_removed(self, folder: SnapshotFolder[Small]) -> None:
        for generation in range(1, 6):
            folder.publish(small(generation, "x"), generation)
        kept = sorted(path.name for path in folder.folder.iterdir() if path.is_dir())
        assert kept == ["00000004", "00000005"]

    def test_a_failed_write_publishes_nothing(self, folder: SnapshotFolder[Small]) -> None:
        folder.publish(small(1, "good"), 1)
        broken = Small(Meta(2), Strings.of(["x"]), np.array([object()]))  # type: ignore[arg-type]
        with pytest.raises((ValueError, TypeError)):
            folder.publish(broken, 2)
        assert folder.current_generation() == 1
        assert list(folder.load(1).names) == ["good"]
