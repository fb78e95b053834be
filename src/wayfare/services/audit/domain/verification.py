"""Whether a log is what was written: its rows, their chain and the checkpoints that signed it.

What can be told: any row that was altered, removed, put in or moved, up to the last checkpoint also when every hash
behind it was made anew. What cannot: rows behind the last checkpoint that were cut off, or forged together with all
their hashes by somebody who may write the table past its guard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.services.audit.domain.checkpoint import Checkpoint, is_genuine
from wayfare.services.audit.domain.entry import GENESIS, Entry, hash_of

FAULTS_MAX = 1_000
Kind = Literal[
    "altered",
    "removed",
    "inserted",
    "reordered",
    "cut_off",
    "unlike_checkpoint",
    "checkpoint_altered",
    "checkpoint_removed",
    "checkpoint_inserted",
    "unguarded",
]


class Fault(msgspec.Struct, frozen=True):
    """Something that is not as it was written, in the rows from `row` to `to`; 0 where it is about no row."""

    kind: Kind
    row: int
    to: int
    detail: str


class Verdict(msgspec.Struct, frozen=True):
    """`signed`: the last row that a checkpoint vouches for. `faults`: the first ones of `fault_count`."""

    rows: int
    checkpoints: int
    signed: int
    faults: tuple[Fault, ...]
    fault_count: int


class Verification:
    """Give it all checkpoints by number, then all rows by number; `finish` tells."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = keys
        self._faults: list[Fault] = []
        self._count = 0
        self._last_checkpoint: Checkpoint | None = None
        self._checkpoints = 0
        self._promised: dict[int, Checkpoint] = {}
        self._rows = 0
        self._last: Entry | None = None
        self._last_sound = True
        self._before_last = GENESIS  # the hash of the row before the last one
        self._signed = 0
        self._rewritten = False

    def fault(self, kind: Kind, row: int, detail: str, *, to: int | None = None) -> None:
        self._count += 1
        if len(self._faults) < FAULTS_MAX:
            self._faults.append(Fault(kind, row, row if to is None else to, detail))

    def checkpoint(self, found: Checkpoint) -> None:
        self._checkpoints += 1
        last = self._last_checkpoint
        expected = 1 if last is None else last.number + 1
        named = f"checkpoint {found.number}"
        if found.number < expected:
            self.fault("checkpoint_inserted", found.seq, f"{named} stands twice or out of order")
            return
        self._last_checkpoint = found
        if found.number > expected:
            missing = f"{expected}" if found.number == expected + 1 else f"{expected} to {found.number - 1}"
            self.fault("checkpoint_removed", found.seq, f"checkpoint {missing} missing before {named}")
        if not is_genuine(found, self._keys):
            self.fault("checkpoint_altered", found.seq, f"the signature of {named} by key {found.key_id} does not fit")
            return
        previous = GENESIS if last is None else last.digest
        if found.number == expected and found.previous != previous and (last is None or is_genuine(last, self._keys)):
            self.fault("checkpoint_altered", found.seq, f"{named} does not follow on the one before it")
        if last is not None and found.seq < last.seq:
            self.fault("checkpoint_altered", found.seq, f"{named} goes back behind row {last.seq}")
        self._promise(found)

    def entry(self, found: Entry) -> None:
        self._rows += 1
        last_seq = 0 if self._last is None else self._last.seq
        sound = hash_of(found) == found.hash
        if found.seq <= last_seq:
            self._twice(found, sound)
            return
        if found.seq > last_seq + 1:
            self.fault("removed", last_seq + 1, f"missing before row {found.seq}", to=found.seq - 1)
        if not sound:
            self.fault("altered", found.seq, "its content does not fit its hash")
        self._check_link(found, sound)
        if self._last is not None and found.noted_us < self._last.noted_us:
            self.fault("reordered", found.seq, f"it was noted before row {last_seq}")
        if self._last is not None:
            self._before_last = self._last.hash
        self._last, self._last_sound = found, sound
        self._check_promise(found)

    def finish(self, kept: Checkpoint | None = None) -> Verdict:
        """`kept`: the last checkpoint as it is kept outside the log, where it is at hand."""
        if kept is not None:
            self._check_kept(kept)
        last_seq = 0 if self._last is None else self._last.seq
        beyond = [seq for seq in self._promised if seq > last_seq]
        if beyond:
            number = self._promised[max(beyond)].number
            self.fault("cut_off", last_seq + 1, f"missing at the end: checkpoint {number} signed them", to=max(beyond))
        return Verdict(self._rows, self._checkpoints, self._signed, tuple(self._faults), self._count)

    def _twice(self, found: Entry, sound: bool) -> None:
        """A second row of one number: the one that fits the chain is taken for the true one."""
        last = self._last
        self.fault("inserted", found.seq, "a row of this number stands twice" if last else "rows count from 1")
        fits = sound and found.previous == self._before_last
        if (
            last is not None
            and last.seq == found.seq
            and fits
            and not (self._last_sound and last.previous == self._before_last)
        ):
            self._last, self._last_sound = found, sound

    def _check_link(self, found: Entry, sound: bool) -> None:
        if not sound:
            return
        last = self._last
        if last is None:
            if found.seq == 1 and found.previous != GENESIS:
                self.fault("altered", 1, "it follows on a row that never was")
        elif last.seq == found.seq - 1 and found.previous != last.hash and self._last_sound:
            self.fault("altered", last.seq, f"its hash is not the one that row {found.seq} was chained to")

    def _promise(self, found: Checkpoint) -> None:
        self._promised.setdefault(found.seq, found)

    def _check_promise(self, found: Entry) -> None:
        promise = self._promised.get(found.seq)
        if promise is None or self._rewritten:
            return
        if promise.hash == found.hash:
            self._signed = found.seq
            return
        self._rewritten = True
        detail = f"checkpoint {promise.number} signed another history of these rows"
        self.fault("unlike_checkpoint", self._signed + 1, detail, to=found.seq)

    def _check_kept(self, kept: Checkpoint) -> None:
        if not is_genuine(kept, self._keys):
            self.fault("checkpoint_altered", kept.seq, "the checkpoint that is kept beside the keys is not genuine")
            return
        number = 0 if self._last_checkpoint is None else self._last_checkpoint.number
        if kept.number > number:
            detail = f"the last one kept beside the keys is {kept.number}, the log ends with {number}"
            self.fault("checkpoint_removed", kept.seq, detail)
            last_seq = 0 if self._last is None else self._last.seq
            if kept.seq > last_seq:
                self._promise(kept)
