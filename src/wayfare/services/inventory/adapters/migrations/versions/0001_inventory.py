"""Occupancy and holds, cut by the month of the departure from the first day on."""

from __future__ import annotations

from wayfare.infrastructure.migrations import execute_script

revision = "0001"
down_revision = None

TABLES = """
-- One row per unit that was ever claimed on a departure; bit i of `taken` is the section from call i to i + 1.
CREATE TABLE inventory.occupancy (
    departure_id bigint NOT NULL,
    unit_no integer NOT NULL,
    taken_lo bigint NOT NULL,
    taken_hi bigint NOT NULL,
    PRIMARY KEY (departure_id, unit_no)
) PARTITION BY RANGE (departure_id);

-- state: 0 held, 1 confirmed, 2 released, 3 expired. It stands in no index: its updates stay on their page (HOT).
-- The arrays run in step: passenger p rides leg l of the trip on unit u of departure d, on the sections of mask.
CREATE TABLE inventory.hold (
    hold_id uuid PRIMARY KEY,
    state smallint NOT NULL CHECK (state BETWEEN 0 AND 3),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    expires_s bigint NOT NULL,
    booking_id uuid,
    offer_token text NOT NULL,
    fingerprint text NOT NULL,
    passenger smallint[] NOT NULL,
    leg smallint[] NOT NULL,
    departure_id bigint[] NOT NULL,
    unit_no integer[] NOT NULL,
    mask_lo bigint[] NOT NULL,
    mask_hi bigint[] NOT NULL
) PARTITION BY RANGE (hold_id);

CREATE INDEX hold_expires_at ON inventory.hold (expires_at);
"""


def upgrade() -> None:
    execute_script(TABLES)


def downgrade() -> None:
    execute_script("DROP TABLE inventory.hold, inventory.occupancy")
