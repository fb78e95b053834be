"""Every statement of the catalogue. Tables are described in migrations/versions/0001_catalogue.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedTable:
    """A table that holds what a feed says, row by row: how to bring it in line with a new version."""

    name: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    keep: bool = False  # rows that leave the feed are marked gone, not deleted

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, *self.values)

    @property
    def create(self) -> str:
        like = f"LIKE catalogue.{self.name} INCLUDING DEFAULTS"
        return f"CREATE TEMPORARY TABLE incoming_{self.name} ({like}) ON COMMIT DROP"

    @property
    def remove(self) -> str:
        """Rows of the feed $1 that the new version has not."""
        action = f"UPDATE catalogue.{self.name} t SET gone = true WHERE NOT t.gone AND" if self.keep else ""
        action = action or f"DELETE FROM catalogue.{self.name} t WHERE"
        same = " AND ".join(f"i.{key} = t.{key}" for key in self.keys)
        return f"{action} t.feed_id = $1 AND NOT EXISTS (SELECT FROM incoming_{self.name} i WHERE {same})"

    @property
    def upsert(self) -> str:
        """New rows, and those that differ."""
        columns = ", ".join((*self.columns, "gone") if self.keep else self.columns)
        picked = ", ".join((*self.columns, "false") if self.keep else self.columns)
        keys = ", ".join(self.keys)
        rows = f"SELECT {picked} FROM incoming_{self.name} ORDER BY {keys}"
        insert = f"INSERT INTO catalogue.{self.name} AS t ({columns}) {rows}"
        values = (*self.values, "gone") if self.keep else self.values
        if not values:
            return f"{insert} ON CONFLICT DO NOTHING"
        assigned = ", ".join(f"{column} = excluded.{column}" for column in values)
        old = ", ".join(f"t.{column}" for column in values)
        new = ", ".join(f"excluded.{column}" for column in values)
        return f"{insert} ON CONFLICT ({keys}) DO UPDATE SET {assigned} WHERE ({old}) IS DISTINCT FROM ({new})"


OPERATORS = FeedTable("operators", ("feed_id", "operator_id"), ("name", "tz", "language"), keep=True)
PLACES = FeedTable(
    "places",
    ("feed_id", "stop_id"),
    ("place_no", "name", "code", "platform", "zone", "tz", "lat", "lon", "station"),
    keep=True,
)
PLACE_NAMES = FeedTable("place_names", ("feed_id", "stop_id", "language", "text"), ())
LINES = FeedTable("lines", ("feed_id", "line_id"), ("name", "operator_id", "mode"), keep=True)
SHAPES = FeedTable("shapes", ("feed_id", "shape_id"), ("lat", "lon"))
FOOTPATHS = FeedTable("footpaths", ("feed_id", "from_stop", "to_stop"), ("seconds",))
FARES = FeedTable("fares", ("feed_id", "fare_id"), ("position", "body"))

SERVICES = FeedTable(
    "services",
    ("service_no",),
    (
        "feed_id", "ref", "number", "headsign", "line_id", "tz", "shape_id", "calendar_key", "layout", "status",
        "changed_day", "places", "arr_s", "dep_s", "flags", "distance_m", "places_key", "times_key", "content_key",
    ),
)  # fmt: skip

FIND_DIGEST = "SELECT digest FROM catalogue.feeds WHERE feed_id = $1"
GENERATION = "SELECT coalesce(max(generation), 0) FROM catalogue.publications"
NEW_GENERATION = """
INSERT INTO catalogue.publications (generation, made_s, reason)
SELECT coalesce(max(generation), 0) + 1, $1, $2 FROM catalogue.publications RETURNING generation
"""
WRITE_FEED = """
INSERT INTO catalogue.feeds AS f (feed_id, version, publisher, language, digest, imported_s)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (feed_id) DO UPDATE SET version = excluded.version, publisher = excluded.publisher,
    language = excluded.language, digest = excluded.digest, imported_s = excluded.imported_s
WHERE (f.version, f.publisher, f.language, f.digest)
    IS DISTINCT FROM (excluded.version, excluded.publisher, excluded.language, excluded.digest)
"""
KNOWN_SERVICES = """
SELECT service_no, ref, places_key, times_key, content_key, calendar_key, layout, status, changed_day
FROM catalogue.services WHERE feed_id = $1 ORDER BY service_no
"""
FEED_CALENDARS = """
SELECT calendar_key, first_day, runs FROM catalogue.calendars
WHERE calendar_key IN (SELECT calendar_key FROM catalogue.services WHERE feed_id = $1)
"""
PLACE_NUMBERS = "SELECT stop_id, place_no FROM catalogue.places WHERE feed_id = $1"
NEXT_PLACE_NUMBERS = "SELECT nextval('catalogue.place_no')::integer AS no FROM generate_series(1, $1)"
NEXT_SERVICE_NUMBERS = "SELECT nextval('catalogue.service_no') AS no FROM generate_series(1, $1)"

ADD_CALENDARS = """
INSERT INTO catalogue.calendars (calendar_key, first_day, runs)
SELECT * FROM unnest($1::bytea[], $2::integer[], $3::bytea[]) ON CONFLICT DO NOTHING
"""
REMOVE_CALENDARS = """
DELETE FROM catalogue.calendars c
WHERE NOT EXISTS (SELECT FROM catalogue.services s WHERE s.calendar_key = c.calendar_key)
"""
RETIRE = """
UPDATE catalogue.services s SET status = 1, calendar_key = n.calendar_key, changed_day = $3, content_key = ''
FROM unnest($1::bigint[], $2::bytea[]) AS n (service_no, calendar_key)
WHERE s.service_no = n.service_no AND (s.status, s.calendar_key) IS DISTINCT FROM (1, n.calendar_key)
"""
WITHDRAW = """
UPDATE catalogue.services SET status = 3, changed_day = $2, content_key = ''
WHERE service_no = ANY ($1::bigint[]) AND status <> 3
"""
FORGET = "DELETE FROM catalogue.services WHERE feed_id = $1 AND status = 3 AND changed_day < $2"

SNAPSHOT_FEEDS = "SELECT feed_id, version, publisher FROM catalogue.feeds ORDER BY feed_id"
SNAPSHOT_OPERATORS = "SELECT feed_id, operator_id, name FROM catalogue.operators ORDER BY feed_id, operator_id"
SNAPSHOT_PLACES = """
SELECT place_no, feed_id, stop_id, name, code, platform, zone, tz, lat, lon, station, gone FROM catalogue.places
ORDER BY place_no
"""
SNAPSHOT_NAMES = "SELECT feed_id, stop_id, language, text FROM catalogue.place_names"
SNAPSHOT_LINES = "SELECT feed_id, line_id, name, operator_id, mode FROM catalogue.lines ORDER BY feed_id, line_id"
SNAPSHOT_CALENDARS = """
SELECT calendar_key, first_day, runs FROM catalogue.calendars c
WHERE EXISTS (SELECT FROM catalogue.services s WHERE s.calendar_key = c.calendar_key AND s.status <> 3)
ORDER BY calendar_key
"""
SNAPSHOT_SERVICES = """
SELECT service_no, feed_id, ref, number, headsign, line_id, tz, calendar_key, layout, status, shape_id,
    places, arr_s, dep_s, flags, distance_m
FROM catalogue.services WHERE status <> 3 ORDER BY service_no
"""
SNAPSHOT_SHAPES = "SELECT feed_id, shape_id, lat, lon FROM catalogue.shapes ORDER BY feed_id, shape_id"
SNAPSHOT_FOOTPATHS = "SELECT feed_id, from_stop, to_stop, seconds FROM catalogue.footpaths"
SNAPSHOT_LINKS = "SELECT from_feed, from_stop, to_feed, to_stop, seconds FROM catalogue.links"
SNAPSHOT_FARES = "SELECT feed_id, body FROM catalogue.fares ORDER BY feed_id, position"
SNAPSHOT_TARIFFS = "SELECT body FROM catalogue.tariffs ORDER BY code"
SNAPSHOT_LAYOUTS = "SELECT body FROM catalogue.layouts ORDER BY code"
