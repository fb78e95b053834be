"""The catalogue's tables: feeds and what they say, layouts, tariffs, and which timetable is published."""

from __future__ import annotations

from wayfare.infrastructure.migrations import execute_script

revision = "0001"
down_revision = None

TABLES = """
CREATE SEQUENCE catalogue.place_no AS integer;
CREATE SEQUENCE catalogue.service_no AS bigint MAXVALUE 4294967295 NO CYCLE;

CREATE TABLE catalogue.feeds (
    feed_id text PRIMARY KEY,
    version text NOT NULL,
    publisher text NOT NULL,
    language text NOT NULL,
    digest text NOT NULL,
    imported_s bigint NOT NULL
);

CREATE TABLE catalogue.operators (
    feed_id text NOT NULL,
    operator_id text NOT NULL,
    name text NOT NULL,
    tz text NOT NULL,
    language text NOT NULL,
    gone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (feed_id, operator_id)
);

-- A place or line that leaves its feed stays as a row: departures sold before still name it.
CREATE TABLE catalogue.places (
    feed_id text NOT NULL,
    stop_id text NOT NULL,
    place_no integer NOT NULL UNIQUE,
    name text NOT NULL,
    code text NOT NULL,
    platform text NOT NULL,
    zone text NOT NULL,
    tz text NOT NULL,
    lat double precision,
    lon double precision,
    station text NOT NULL,
    gone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (feed_id, stop_id)
);

CREATE TABLE catalogue.place_names (
    feed_id text NOT NULL,
    stop_id text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (feed_id, stop_id, language, text)
);

CREATE TABLE catalogue.lines (
    feed_id text NOT NULL,
    line_id text NOT NULL,
    name text NOT NULL,
    operator_id text NOT NULL,
    mode smallint NOT NULL,
    gone boolean NOT NULL DEFAULT false,
    PRIMARY KEY (feed_id, line_id)
);

CREATE TABLE catalogue.calendars (
    calendar_key bytea PRIMARY KEY,
    first_day integer NOT NULL,
    runs bytea NOT NULL
);

CREATE TABLE catalogue.services (
    service_no bigint PRIMARY KEY CHECK (service_no BETWEEN 1 AND 4294967295),
    feed_id text NOT NULL,
    ref text NOT NULL,
    number text NOT NULL,
    headsign text NOT NULL,
    line_id text NOT NULL,
    tz text NOT NULL,
    shape_id text NOT NULL,
    calendar_key bytea NOT NULL,
    layout text,
    status smallint NOT NULL,
    changed_day integer NOT NULL,
    places integer[] NOT NULL,
    arr_s integer[] NOT NULL,
    dep_s integer[] NOT NULL,
    flags smallint[] NOT NULL,
    distance_m integer[] NOT NULL,
    places_key bytea NOT NULL,
    times_key bytea NOT NULL,
    content_key bytea NOT NULL
);
CREATE INDEX services_feed ON catalogue.services (feed_id, ref);

CREATE TABLE catalogue.shapes (
    feed_id text NOT NULL,
    shape_id text NOT NULL,
    lat bytea NOT NULL,
    lon bytea NOT NULL,
    PRIMARY KEY (feed_id, shape_id)
);
COMMENT ON COLUMN catalogue.shapes.lat IS 'degrees, float64, little-endian';

CREATE TABLE catalogue.footpaths (
    feed_id text NOT NULL,
    from_stop text NOT NULL,
    to_stop text NOT NULL,
    seconds integer NOT NULL,
    PRIMARY KEY (feed_id, from_stop, to_stop)
);

-- Walks between stations of any feeds, from files of their own; valid in both directions.
CREATE TABLE catalogue.links (
    source text NOT NULL,
    from_feed text NOT NULL,
    from_stop text NOT NULL,
    to_feed text NOT NULL,
    to_stop text NOT NULL,
    seconds integer NOT NULL,
    PRIMARY KEY (source, from_feed, from_stop, to_feed, to_stop)
);

CREATE TABLE catalogue.fares (
    feed_id text NOT NULL,
    fare_id text NOT NULL,
    position integer NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (feed_id, fare_id)
);

CREATE TABLE catalogue.layouts (
    code text PRIMARY KEY,
    source text NOT NULL,
    body text NOT NULL
);

CREATE TABLE catalogue.layout_rules (
    source text NOT NULL,
    position integer NOT NULL,
    layout text NOT NULL,
    feed text,
    operator text,
    line text,
    service text,
    mode text,
    PRIMARY KEY (source, position)
);

CREATE TABLE catalogue.tariffs (
    code text PRIMARY KEY,
    source text NOT NULL,
    position integer NOT NULL,
    body text NOT NULL
);

CREATE TABLE catalogue.publications (
    generation integer PRIMARY KEY,
    made_s bigint NOT NULL,
    reason text NOT NULL
);
"""


def upgrade() -> None:
    execute_script(TABLES)


def downgrade() -> None:
    execute_script(
        """
        DROP TABLE catalogue.publications, catalogue.tariffs, catalogue.layout_rules, catalogue.layouts,
            catalogue.fares, catalogue.links, catalogue.footpaths, catalogue.shapes, catalogue.services,
            catalogue.calendars, catalogue.lines, catalogue.place_names, catalogue.places, catalogue.operators,
            catalogue.feeds;
        DROP SEQUENCE catalogue.service_no, catalogue.place_no;
        """
    )
