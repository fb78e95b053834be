"""Names in one plain form, so that people find a place however they write it."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_ACCENTS = re.compile("[\u0300-\u036f]")
_ELIDED = re.compile("['’ʼ`´]")
_APART = re.compile(r"[^0-9a-z]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})

# Words of station names with their usual short forms.
_SHORT = {
    "hauptbahnhof": "hbf",
    "bahnhof": "bf",
    "hlavni": "hl",
    "nadrazi": "n",
    "junction": "jn",
    "international": "intl",
    "saint": "st",
    "sankt": "st",
}


def plain(text: str) -> str:
    """Lower-case ASCII words parted by single blanks: "Zürich HB" and "zurich hb" alike; any script is transcribed."""
    folded = _ELIDED.sub("", text.casefold())
    if not folded.isascii():
        folded = anyascii(_ACCENTS.sub("", unicodedata.normalize("NFKD", folded))).lower()
    return " ".join(_SHORT.get(word, word) for word in _APART.sub(" ", folded).split())


def spellings(text: str) -> set[str]:
    """The plain forms of a name: also with ä, ö, ü, ø, å written out ("Muenchen")."""
    folded = text.casefold()
    found = {plain(text)}
    if not folded.isascii():
        found.add(plain(folded.translate(_UMLAUTS)))
    return found - {""}
