"""One row of the log, what exactly its hash covers, and the words it is found by.

    hash = SHA-256( hash of the row before, 32 bytes | canonical )
    canonical = UTF-8 JSON, without spaces, of the array
        [1, seq, noted_us, at_us, actor, action, object, correlation_id, before, after, person, sealed in base64, words]

The row before the first one counts as 32 zero bytes. `before` and `after` are covered as the texts that are stored.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

GENESIS = bytes(32)
FORMAT = 1
WORDS_MAX = 64
WORD_CHARS_MAX = 100
_WORD = re.compile(r"\w+(?:[.@:+-]\w+)*")
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder().decode


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A row before it has its place in the chain. `personal` is to be encrypted for `person`."""

    at_us: int  # when it happened, microseconds since 1970-01-01 UTC
    actor: str
    action: str
    object: str
    correlation_id: str = ""
    before: str | None = None  # JSON text
    after: str | None = None
    person: str | None = None
    personal: dict[str, Any] = {}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log."""

    seq: int  # 1, 2, 3 …
    noted_us: int  # when it was appended; never goes back
    at_us: int
    actor: str
    action: str
    object: str
    correlation_id: str
    before: str | None
    after: str | None
    person: str | None
    sealed: bytes | None  # the personal values, AES-256-GCM
    words: list[str]  # what a search by text finds it by
    previous: bytes
    hash: bytes


def hash_of(entry: Entry) -> bytes:
    """What the hash of a row has to be. Its own `hash` is not looked at."""
    content = (
        FORMAT,
        entry.seq,
        entry.noted_us,
        entry.at_us,
        entry.actor,
        entry.action,
        entry.object,
        entry.correlation_id,
        entry.before,
        entry.after,
        entry.person,
        entry.sealed,
        entry.words,
    )
    return hashlib.sha256(entry.previous + _ENCODE(content)).digest()


def chained(draft: Draft, seq: int, noted_us: int, sealed: bytes | None, previous: bytes) -> Entry:
    """The row that `draft` becomes behind the row whose hash is `previous`."""
    entry = Entry(
        seq=seq,
        noted_us=noted_us,
        at_us=draft.at_us,
        actor=draft.actor,
        action=draft.action,
        object=draft.object,
        correlation_id=draft.correlation_id,
        before=draft.before,
        after=draft.after,
        person=draft.person,
        sealed=sealed,
        words=words_of(draft),
        previous=previous,
        hash=b"",
    )
    return msgspec.structs.replace(entry, hash=hash_of(entry))


def words_of(draft: Draft) -> list[str]:
    """What a search by text finds the row by: the words of its values, in lower case, each once, sorted.

    Identifiers, amounts and e-mail addresses stay whole. Actor and object have a search of their own; personal values
    are encrypted and not among them.
    """
    values = [draft.correlation_id]
    for text in (draft.before, draft.after):
        if text is not None:
            _collect(_DECODE(text), values)
    return sorted(set(split(" ".join(values))))[:WORDS_MAX]


def split(text: str) -> list[str]:
    """The words of a text, as `words_of` keeps them."""
    return [word[:WORD_CHARS_MAX] for word in _WORD.findall(text.lower())]


def _collect(value: Any, texts: list[str]) -> None:
    """Adds the strings in a JSON value."""
    kind = type(value)
    if kind is str:
        texts.append(value)
    elif kind is dict or kind is list:
        for item in value.values() if kind is dict else value:
            _collect(item, texts)
