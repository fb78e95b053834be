"""Text of people and places made fit for a ticket: one line, no invisible tricks, bounded."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
_JOINERS = frozenset("\u200c\u200d")  # Persian, Arabic and Indic spelling needs them
_MARKS_MAX = 4  # no orthography stacks more marks on one letter


def clean(text: str) -> str:
    """One line in normal form C without controls, direction overrides, surrogates or piles of marks.

    Direction overrides and isolates go because they let a name rearrange what stands around it.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if char.isspace():
            kept.append(" ")
        elif char in _JOINERS or (category not in ("Cc", "Cf", "Cs", "Co", "Cn") and marks <= _MARKS_MAX):
            kept.append(char)
    return " ".join("".join(kept).split())


def shorten(text: str, *, max_bytes: int) -> str:
    """`text` in at most `max_bytes` (≥ 3) bytes of UTF-8, cut between whole letters, with an ellipsis."""
    if len(text.encode()) <= max_bytes:
        return text
    room = max_bytes - len(ELLIPSIS.encode())
    end = used = 0
    for index, char in enumerate(text):
        if not _continues(char) and (index == 0 or text[index - 1] != "\u200d"):
            end = index  # everything before a new letter is whole
        used += len(char.encode())
        if used > room:
            break
    return text[:end].rstrip() + ELLIPSIS


def shorten_letters(text: str, *, max_letters: int) -> str:
    """`text` in at most `max_letters` characters, with an ellipsis when it was cut."""
    return text if len(text) <= max_letters else text[: max_letters - 1].rstrip() + ELLIPSIS


def _continues(char: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return char in _JOINERS or unicodedata.category(char)[0] == "M"
