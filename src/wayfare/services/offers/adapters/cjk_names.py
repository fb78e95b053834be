"""Names in Chinese characters, kana and hangul, found as they are written.

Their transcription says little: 柏林 (Berlin) becomes "bolin" and 巴黎 (Paris) "bali", which are names of other places.
Such text is therefore never compared with names in other scripts, nor by likeness.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_CJK = re.compile(r"[ᄀ-ᇿ぀-ヿㇰ-ㇿ㐀-鿿가-힯豈-﫿ｦ-ﾝ\U00020000-\U0003ffff]")
_WHOLE, _BEGUN, _WITHIN = 100.0, 90.0, 80.0


def is_cjk(text: str) -> bool:
    """Whether a text has characters of Chinese, Japanese or Korean."""
    return _CJK.search(text) is not None


def words(text: str) -> list[str]:
    """Runs of letters and digits, in one width: "東京国際空港（羽田）" as 東京国際空港 and 羽田."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char if char.isalnum() else " " for char in folded).split()


class CjkNames:
    """Names with the stations they belong to."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        self._names = sorted({(_starts(text), station) for text, station in names if is_cjk(text)})

    def find(self, text: str) -> dict[int, float]:
        """Stations with a name that is the text or has it at the beginning of a word: 90 … 100. Where there are none,
        those with a name that contains it somewhere: 80. (都柏林, Dublin, contains 柏林, Berlin.)
        """
        query = "".join(words(text))
        begun: dict[int, float] = {}
        within: dict[int, float] = {}
        for starts, station in self._names if query else ():
            if query not in starts[0]:
                continue
            if any(start.startswith(query) for start in starts):
                begun[station] = max(_WHOLE if query == starts[0] else _BEGUN, begun.get(station, _BEGUN))
            elif len(query) > 1:
                within[station] = _WITHIN
        return begun or within

    def get_meant(self, text: str) -> list[int]:
        """Stations of which this is a name, else those with a name that has it."""
        found = self.find(text)
        return [at for at, score in found.items() if score == _WHOLE] or list(found)


def _starts(name: str) -> tuple[str, ...]:
    """A name without what parts its words, from each word on."""
    parts = words(name)
    return tuple("".join(parts[at:]) for at in range(len(parts))) or ("",)
