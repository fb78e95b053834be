"""Random tampering with a log in memory: whatever is signed cannot be changed unseen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from wayfare.kernel.signing_key import SigningKey
from wayfare.services.audit.domain.checkpoint import Checkpoint, sign
from wayfare.services.audit.domain.entry import GENESIS, Draft, Entry, chained, hash_of, split
from wayfare.services.audit.domain.verification import Verdict, Verification

KEY = SigningKey(Ed25519PrivateKey.generate())
PUBLIC = {KEY.key_id: KEY.private_key.public_key()}
TEXTS = ("actor", "action", "object", "correlation_id", "before", "after", "person")
NUMBERS = ("noted_us", "at_us")


@dataclass
class Log:
    rows: list[Entry] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)

    @property
    def signed(self) -> int:
        return self.checkpoints[-1].seq if self.checkpoints else 0


def a_log(count: int, signed_after: set[int]) -> Log:
    log, previous = Log(), GENESIS
    for seq in range(1, count + 1):
        draft = Draft(
            at_us=seq * 10,
            actor=f"guest:{seq}",
            action="booking.created",
            object=f"booking:{seq}",
            after=f'{{"n":"{seq}"}}',
        )
        log.rows.append(chained(draft, seq, seq * 10, None, previous))
        previous = log.rows[-1].hash
        if seq in signed_after:
            last = log.checkpoints[-1] if log.checkpoints else None
            log.checkpoints.append(sign(last, seq * 10, seq, previous, KEY))
    return log


def verify(log: Log, kept: Checkpoint | None = None) -> Verdict:
    check = Verification(PUBLIC)
    for checkpoint in sorted(log.checkpoints, key=lambda one: one.number):
        check.checkpoint(checkpoint)
    for row in sorted(log.rows, key=lambda one: (one.seq, one.noted_us)):
        check.entry(row)
    return check.finish(kept)


def rehashed(rows: list[Entry], start: int) -> list[Entry]:
    """From index `start` on, numbers and hashes made anew."""
    done = rows[:start]
    for row in rows[start:]:
        previous = done[-1].hash if done else GENESIS
        fresh = msgspec.structs.replace(row, seq=len(done) + 1, previous=previous)
        done.append(msgspec.structs.replace(fresh, hash=hash_of(fresh)))
    return done


LOGS = st.integers(1, 25).flatmap(lambda count: st.sets(st.integers(1, count)).map(lambda signed: a_log(count, signed)))


@given(LOGS)
def test_what_was_written_verifies(log: Log) -> None:
    verdict = verify(log, log.checkpoints[-1] if log.checkpoints else None)
    assert (verdict.rows, verdict.checkpoints, verdict.signed) == (len(log.rows), len(log.checkpoints), log.signed)
    assert verdict.faults == ()


@given(LOGS, st.data())
def test_an_altered_value_is_found_in_its_row(log: Log, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log.rows) - 1))
    row = log.rows[index]
    name = data.draw(st.sampled_from([*TEXTS, *NUMBERS, "hash", "previous", "sealed", "words"]))
    kinds: dict[str, Any] = dict.fromkeys(TEXTS, st.text()) | dict.fromkeys(NUMBERS, st.integers(0, 10**6))
    values = kinds.get(name, st.lists(st.text()) if name == "words" else st.binary())
    value = data.draw(values.filter(lambda drawn: drawn != getattr(row, name)))
    log.rows[index] = msgspec.structs.replace(row, **{name: value})
    assert ("altered", row.seq) in {(fault.kind, fault.row) for fault in verify(log).faults}


@given(LOGS, st.data())
def test_removed_rows_are_named(log: Log, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.integers(1, len(log.rows)), min_size=1))
    log.rows = [row for row in log.rows if row.seq not in gone]
    last = max((row.seq for row in log.rows), default=0)
    named = {
        seq
        for fault in verify(log).faults
        if fault.kind in ("removed", "cut_off")
        for seq in range(fault.row, fault.to + 1)
    }
    assert named == {seq for seq in gone if seq < last or seq <= log.signed}


@given(LOGS, st.data())
def test_nothing_that_is_signed_can_be_rewritten(log: Log, data: st.DataObject) -> None:
    """Any row changed, dropped, doubled or moved, and every hash behind it made anew."""
    if not log.checkpoints:
        return
    index = data.draw(st.integers(0, log.signed - 1))
    rows = list(log.rows)
    how = data.draw(st.sampled_from(["change", "drop", "double", "move"]))
    if how == "change":
        rows[index] = msgspec.structs.replace(rows[index], actor="guest:NOBODY")
    elif how == "drop":
        del rows[index]
    elif how == "double":
        rows.insert(index, rows[index])
    else:
        rows.insert(data.draw(st.integers(0, len(rows) - 1)), rows.pop(index))
    forged = rehashed(rows, 0)
    if forged[: log.signed] == log.rows[: log.signed]:
        return  # only what nobody has signed yet is another
    verdict = verify(Log(forged, log.checkpoints))
    assert any(fault.kind in ("unlike_checkpoint", "cut_off") for fault in verdict.faults)


@given(LOGS, st.data())
def test_checkpoints_cannot_be_altered_removed_or_taken_back(log: Log, data: st.DataObject) -> None:
    if not log.checkpoints:
        return
    kept = log.checkpoints[-1]
    index = data.draw(st.integers(0, len(log.checkpoints) - 1))
    name = data.draw(st.sampled_from(["number", "at_us", "seq", "hash", "previous", "key_id", "signature", "gone"]))
    found = log.checkpoints[index]
    if name == "gone":
        del log.checkpoints[index]
    else:
        was = getattr(found, name)
        value = was + 1 if isinstance(was, int) else was[::-1] if was[::-1] != was else hashlib.sha256(was).digest()
        log.checkpoints[index] = msgspec.structs.replace(found, **{name: value})
    assert any(fault.kind.startswith("checkpoint_") for fault in verify(log, kept).faults)


@settings(max_examples=300)
@given(LOGS, st.data())
def test_any_heap_of_tampering_is_noticed(log: Log, data: st.DataObject) -> None:
    """Rows shuffled in number, dropped, doubled and altered in any order."""
    true = {row.seq: row for row in log.rows}
    for _ in range(data.draw(st.integers(1, 6))):
        if not log.rows:
            break
        index = data.draw(st.integers(0, len(log.rows) - 1))
        row = log.rows[index]
        how = data.draw(st.sampled_from(["drop", "double", "number", "text", "rehash"]))
        if how == "drop":
            del log.rows[index]
        elif how == "double":
            log.rows.append(row)
        elif how == "number":
            log.rows[index] = msgspec.structs.replace(row, seq=data.draw(st.integers(-1, 30)))
        elif how == "text":
            log.rows[index] = msgspec.structs.replace(row, after=data.draw(st.text(max_size=3)))
        else:
            log.rows[index] = msgspec.structs.replace(row, hash=hash_of(row))
    kept = {row.seq: row for row in log.rows}
    signed_whole = all(kept.get(seq) == true[seq] for seq in range(1, log.signed + 1))
    doubled = len(kept) != len(log.rows)
    if not signed_whole or doubled:
        assert verify(log).fault_count > 0


def test_the_hash_is_what_the_page_says() -> None:
    """Worked out by hand from the definition, so that others can write a verifier of their own."""
    draft = Draft(at_us=1, actor="a", action='say "é\n"', object="o", before=None, after="{}", person="p")
    row = chained(draft, 7, 2, b"\x00\xff", bytes(range(32)))
    text = r'[1,7,2,1,"a","say \"é\n\"","o","",null,"{}","p","AP8=",[]]'
    assert row.hash == hashlib.sha256(bytes(range(32)) + text.encode()).digest()


def test_words_keep_what_one_would_look_for_whole() -> None:
    text = "Guest:K7M2QX paid 59.90 EUR for 20261121-4711, mail a.b+c@example.org; München 東京"
    assert split(text) == [
        "guest:k7m2qx", "paid", "59.90", "eur", "for", "20261121-4711", "mail", "a.b+c@example.org", "münchen", "東京",
    ]  # fmt: skip
