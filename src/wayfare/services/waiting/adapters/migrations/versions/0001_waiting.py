"""Rooms and the places in them."""

from __future__ import annotations

from wayfare.infrastructure.migrations import execute_script

revision = "0001"
down_revision = None

TABLES = """
-- departure_id 0: before the whole site. credit: what has grown at the rate and let nobody in yet, less than a visitor.
CREATE TABLE waiting.room (
    room_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    departure_id bigint NOT NULL,
    rate double precision NOT NULL CHECK (rate > 0),
    issued integer NOT NULL DEFAULT 0,
    admitted integer NOT NULL DEFAULT 0,
    credit double precision NOT NULL DEFAULT 0,
    starts_at timestamptz NOT NULL,
    ticked_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX room_open ON waiting.room (departure_id) WHERE closed_at IS NULL;

-- device, customer and address are keyed digests. holds: how many were placed on the admission.
CREATE TABLE waiting.place (
    room_id integer NOT NULL,
    number integer NOT NULL,
    device bytea NOT NULL,
    customer bytea,
    address bytea NOT NULL,
    admitted_at timestamptz,
    holds smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (room_id, number)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX place_device ON waiting.place (room_id, device);
CREATE UNIQUE INDEX place_customer ON waiting.place (room_id, customer) WHERE customer IS NOT NULL;
CREATE INDEX place_address ON waiting.place (room_id, address);

-- Proofs of work that were handed in, until their challenges have expired.
CREATE TABLE waiting.proof (
    challenge bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX proof_expires ON waiting.proof (expires_at);
"""


def upgrade() -> None:
    execute_script(TABLES)


def downgrade() -> None:
    execute_script("DROP TABLE waiting.proof, waiting.place, waiting.room")
