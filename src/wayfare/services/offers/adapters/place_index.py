"""Finding stations by name, code, id and position. Built in memory from a timetable."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from wayfare.contracts.catalogue.timetable import Ints, Longs, Timetable
from wayfare.kernel.errors import AmbiguousPlace, NotFound
from wayfare.services.offers.adapters.cjk_names import CjkNames, is_cjk
from wayfare.services.offers.adapters.place_names import plain, spellings
from wayfare.services.offers.application.ports import PlaceMatch

_EARTH_M = 6_371_008.8  # mean radius, IUGG 1980
_CANDIDATES = 6
_TYPOS_LOOKED_AT = 200
_PREFIXES_LOOKED_AT = 400
_ENOUGH = 55.0  # matches below this are noise
_FAR_BUSIER = 3
_POPULARITY = 10.0  # how much the busiest station gains on one where nothing calls


class PlaceIndex:
    """Implements `application.ports.Places` on one timetable: a few milliseconds per query with 100,000 names."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        places = np.arange(len(timetable.place_tz))
        self.stations: Longs = np.flatnonzero(timetable.place_station == places)
        self.departures = _departures(timetable)
        top = float(self.departures.max(initial=0))
        self._popularity = _POPULARITY * np.log1p(self.departures) / max(np.log1p(top), 1.0)
        self._by_id = {text: int(timetable.place_station[i]) for i, text in enumerate(timetable.place_id)}
        self._by_code = self._codes()
        self._cjk = CjkNames(self._all_names())
        self._names, self._owner = self._collect_names()
        self._own_names = self._collect_own_names()
        self._starts, self._starts_name = _word_starts(self._names)
        self._trigrams = _Trigrams(self._names)

    def get_place(self, text: str, field: str) -> int:
        """What somebody wrote as from or to: an id, a code or a name.

        A name is taken when it is the station's own and no far busier one of another feed has a name that begins with
        it (a stop called "München" must not stand for München Hbf); when its words stand together or else apart in the
        names or aliases of one station only, or when it is a slip away (two from ten letters on, none below five) from
        one name and two more from any other. Chinese, Japanese and Korean text is taken when it stands in names in
        these scripts. Stations joined by a footpath are one for this; the busiest stands for them.

        Raises `AmbiguousPlace` with candidates, `NotFound` when nothing resembles it.
        """
        known = self._by_id.get(text)
        if known is not None:
            return known
        meant = self._by_code.get(text.casefold()) or self._meant(text)
        if meant:
            return self._only(meant, text, field)
        candidates = [match.station for match in self.find_places(text, None, _CANDIDATES)]
        if candidates:
            raise self._ambiguous(f"{field}: no place is called {text[:60]!r}; did you mean one of these?", candidates)
        raise NotFound(f"{field}: there is no place {text[:60]!r}", parameter=field)

    def _meant(self, text: str) -> Sequence[int]:
        if is_cjk(text):
            return self._cjk.get_meant(text)
        query = plain(text)
        if not query:
            return ()
        own = self._own_names.get(query)
        if own:
            return [*own, *self._rivals(own, query)]
        # An alias may be a city's name that other stations bear too: it stands among them here.
        return self._saying(query) or self._with_words_of(query) or self._one_slip_from(query)

    def find_places(self, query: str | None, near: tuple[float, float] | None, limit: int) -> Sequence[PlaceMatch]:
        """Best first. With a position and no name: the nearest. With both: by match, nearer ones first among equals."""
        if query is None:
            return self._nearest(near, limit) if near is not None else []
        scores = self._scores(query)
        if not scores:
            return []
        stations = np.fromiter(scores, np.int64, len(scores))
        quality = np.fromiter(scores.values(), np.float64, len(scores))
        weight = quality + self._popularity[stations]
        metres = None
        if near is not None:
            metres = self._metres(stations, near)
            weight = quality - np.nan_to_num(metres, nan=1e6) / 10_000
        order = np.lexsort((stations, -weight))[:limit]
        return [
            PlaceMatch(int(stations[i]), float(quality[i]), None if metres is None else _whole(metres[i]))
            for i in order.tolist()
        ]

    def _scores(self, query: str) -> dict[int, float]:
        """How well each station that fits at all does, 0 … 100."""
        scores: dict[int, float] = {}

        def offer(station: int, score: float) -> None:
            if score > scores.get(station, _ENOUGH):
                scores[station] = score

        for station in self._by_code.get(query.strip().casefold(), ()):
            offer(station, 100.0)
        if (known := self._by_id.get(query)) is not None:
            offer(known, 100.0)
        if is_cjk(query):
            for station, score in self._cjk.find(query).items():
                offer(station, score)
            return scores
        text = plain(query)
        if not text:
            return scores
        for i in self._beginning_with(text):
            name = self._names[i]
            whole_word = len(name) == len(text) or name[len(text)] == " "
            at_start = name.startswith(text)
            offer(self._owner_of(i), 100.0 if name == text else 80.0 + 8 * at_start + 6 * (whole_word and at_start))
        for i in self._trigrams.find_like(text, _TYPOS_LOOKED_AT):
            offer(self._owner_of(i), _likeness(text, self._names[i]))
        return scores

    def _beginning_with(self, text: str) -> list[int]:
        """Names with a word from which on they begin with `text`, or are it: those of the busiest stations."""
        low, high = self._range(text)
        found = self._starts_name[low:high]
        if len(found) > _PREFIXES_LOOKED_AT:
            busiest = np.argpartition(-self.departures[self._owner[found]], _PREFIXES_LOOKED_AT)
            found = found[busiest[:_PREFIXES_LOOKED_AT]]
        return [int(number) for number in found]

    def _range(self, text: str) -> tuple[int, int]:
        """Where in `_starts` those stand that begin with a text."""
        low = bisect_left(self._starts, text)
        return low, bisect_left(self._starts, text + "~", low)

    def _saying(self, query: str) -> list[int]:
        """Stations with a name in which the words of the query follow each other."""
        return sorted({self._owner_of(i) for i in self._beginning_with(query + " ")})

    def _rivals(self, own: Sequence[int], query: str) -> list[int]:
        """Stations of other feeds, far busier than those that bear a name, with a longer name that begins with it."""
        feeds = {self._feed_of(station) for station in own}
        busiest = max(self.departures[station] for station in own)
        begun = {self._owner_of(i) for i in self._beginning_with(query + " ") if self._names[i].startswith(query)}
        return sorted(
            at for at in begun if self.departures[at] > _FAR_BUSIER * busiest and self._feed_of(at) not in feeds
        )

    def _feed_of(self, station: int) -> str:
        return self.timetable.place_id[station].partition(":")[0]

    def _with_words_of(self, query: str) -> list[int]:
        """Stations with a name that has all words of the query: "frankfurt hbf" in "frankfurt main hbf"."""
        words = set(query.split())
        if len(words) < 2:
            return []
        low, high = min((self._range(word + " ") for word in words), key=lambda bounds: bounds[1] - bounds[0])
        having = [number for number in self._starts_name[low:high] if words <= set(self._names[number].split())]
        return sorted({self._owner_of(number) for number in having})

    def _one_slip_from(self, query: str) -> list[int]:
        allowed = 0 if len(query) < 5 else 1 if len(query) < 10 else 2
        if not allowed:
            return []
        distances: dict[int, int] = {}
        for i in self._trigrams.find_like(query, _TYPOS_LOOKED_AT):
            slips = OSA.distance(query, self._names[i], score_cutoff=allowed + 1)
            if slips <= allowed + 1:
                owner = self._owner_of(i)
                distances[owner] = min(slips, distances.get(owner, slips))
        best = min(distances.values(), default=allowed + 1)
        if best > allowed:
            return []
        return sorted(station for station, slips in distances.items() if slips <= best + 1)

    def _only(self, stations: Iterable[int], text: str, field: str) -> int:
        """The busiest of stations that are one place; raises `AmbiguousPlace` when they are not."""
        ordered = sorted(set(stations), key=lambda station: (-self.departures[station], station))
        first = ordered[0]
        if all(self._linked(first, other) for other in ordered[1:]):
            return first
        raise self._ambiguous(f"{field}: {text[:60]!r} fits several places", ordered)

    def _linked(self, one: int, other: int) -> bool:
        table = self.timetable
        for start, end in ((one, other), (other, one)):
            low, high = np.searchsorted(table.foot_from, [start, start + 1])
            if bool(np.any(table.foot_to[low:high] == end)):
                return True
        return False

    def _ambiguous(self, detail: str, stations: Sequence[int]) -> AmbiguousPlace:
        table = self.timetable
        listed = [
            {"id": table.place_id[at], "name": table.place_name[at], "code": table.place_code[at]}
            for at in stations[:_CANDIDATES]
        ]
        return AmbiguousPlace(detail, candidates=listed)

    def _nearest(self, near: tuple[float, float], limit: int) -> list[PlaceMatch]:
        metres = self._metres(self.stations, near)
        known = np.flatnonzero(~np.isnan(metres))
        order = known[np.lexsort((known, metres[known]))][:limit]
        return [PlaceMatch(int(self.stations[i]), 100.0, _whole(metres[i])) for i in order.tolist()]

    def _metres(self, stations: Longs, near: tuple[float, float]) -> Any:
        """Great circle distances (haversine formula); nan where the position of a station is unknown."""
        lat, lon = np.radians(self.timetable.place_lat[stations]), np.radians(self.timetable.place_lon[stations])
        lat0, lon0 = np.radians(near)
        half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat0) * np.cos(lat) * np.sin((lon - lon0) / 2) ** 2
        return 2 * _EARTH_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))

    def _owner_of(self, name: int) -> int:
        return int(self._owner[name])

    def _codes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i, code in enumerate(self.timetable.place_code):
            station = int(self.timetable.place_station[i])
            if code and station not in found[code.casefold()]:
                found[code.casefold()].append(station)
        return dict(found)

    def _collect_own_names(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for station in self.stations.tolist():
            for form in spellings(self.timetable.place_name[station]):
                found[form].append(station)
        return dict(found)

    def _all_names(self) -> Iterator[tuple[str, int]]:
        """Own names of stations, then their aliases."""
        table = self.timetable
        station = table.place_station.tolist()
        yield from ((name, i) for i, name in enumerate(table.place_name) if station[i] == i)
        for alias, place in zip(table.alias_text, table.alias_place.tolist(), strict=True):
            if station[place] == place:
                yield alias, place

    def _collect_names(self) -> tuple[list[str], Longs]:
        """Every plain name of every station, each once per station.

        In Chinese, Japanese and Korean characters only a station's own name is transcribed.
        """
        table = self.timetable
        found: dict[tuple[str, int], None] = {}
        for name, place in self._all_names():
            if not is_cjk(name) or name == table.place_name[place]:
                found.update(dict.fromkeys((form, place) for form in spellings(name)))
        ordered = sorted(found)
        return [name for name, _ in ordered], np.array([owner for _, owner in ordered], np.int64)


def _whole(metres: float) -> int | None:
    return None if np.isnan(metres) else round(float(metres))


def _departures(table: Timetable) -> Longs:
    """Per place: how many departures of its whole timetable may be boarded at its station."""
    days = np.add.reduceat(np.append(table.calendar_runs, 0).astype(np.int64), table.calendar_start[:-1])
    days[np.diff(table.calendar_start) == 0] = 0
    per_call = np.repeat(days[table.service_calendar], np.diff(table.call_start))
    station = table.place_station[table.call_place]
    return np.bincount(station, weights=per_call, minlength=len(table.place_tz)).astype(np.int64)


def _word_starts(names: Sequence[str]) -> tuple[list[str], Ints]:
    """Every name from every word on, sorted, and the number of the name. A blank ends each, as a word's end does."""
    found: list[tuple[str, int]] = []
    for number, name in enumerate(names):
        rest = name + " "
        found.append((rest, number))
        at = rest.find(" ") + 1
        while at < len(rest):
            found.append((rest[at:], number))
            at = rest.find(" ", at) + 1
    found.sort()
    return [text for text, _ in found], np.array([number for _, number in found], np.int32)


def _likeness(query: str, name: str) -> float:
    """0 … 80: how much a name looks like what was written: as a whole, as far as was typed, or in another order."""
    begun = fuzz.ratio(query, name[: len(query)])
    within = fuzz.partial_ratio(query, name) if len(query) >= 5 else 0.0
    return 0.8 * max(fuzz.ratio(query, name), 0.95 * begun, 0.95 * fuzz.token_sort_ratio(query, name), 0.85 * within)


class _Trigrams:
    """Which names share runs of three letters: a coarse sieve before letters are compared."""

    def __init__(self, names: Sequence[str]) -> None:
        text = np.frombuffer("".join(f"  {name} " for name in names).encode(), np.uint8).astype(np.int32)
        lengths = np.array([len(name) + 3 for name in names], np.int64)
        owner = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        codes = text[:-2] << 16 | text[1:-1] << 8 | text[2:] if len(text) > 2 else text[:0]
        inside = owner[:-2] == owner[2:] if len(owner) > 2 else owner[:0] == 0
        codes, owner = codes[inside], owner[: len(codes)][inside]
        order = np.argsort(codes, kind="stable")
        self._codes, self._owner = codes[order], owner[order]
        self._size = np.maximum(lengths - 2, 1)

    def find_like(self, query: str, count: int) -> list[int]:
        """The names that share most trigrams with the query, in proportion to both lengths."""
        padded = f"  {query} "
        codes = sorted(
            {ord(a) << 16 | ord(b) << 8 | ord(c) for a, b, c in zip(padded, padded[1:], padded[2:], strict=False)}
        )
        low = np.searchsorted(self._codes, codes)
        high = np.searchsorted(self._codes, codes, side="right")
        if not codes or not (high > low).any():
            return []
        owners = np.concatenate([self._owner[a:b] for a, b in zip(low, high, strict=True)])
        shared = np.bincount(owners, minlength=len(self._size))
        likely = np.flatnonzero(shared)
        share = 2.0 * shared[likely] / (len(codes) + self._size[likely])
        if len(likely) > count:
            best = np.argpartition(-share, count)[:count]
            likely = likely[best]
        return likely.tolist()
