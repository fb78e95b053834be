"""Birth dates and phone numbers encrypted beside the booking, and answers that tell them.

Rows that are there are encrypted by the job `bookings.seal`, as the keys are not known here.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# How far bookings were encrypted under the key whose ciphertexts begin like that: up to this booking.
TABLE = "CREATE TABLE bookings.sealing (prefix bytea NOT NULL PRIMARY KEY, done_to uuid NOT NULL)"
SEALED = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM bookings.booking_detail WHERE sealed IS NOT NULL) THEN
        RAISE EXCEPTION 'birth dates and phone numbers of bookings are encrypted: an older version cannot read them';
    END IF;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE bookings.booking_detail ADD COLUMN sealed bytea")
    op.execute("ALTER TABLE bookings.answer ADD COLUMN sealed bytea")
    # In the row, as what it stands for: ciphertext does not compress, and a table beside it would cost two more writes.
    op.execute("ALTER TABLE bookings.answer ALTER COLUMN sealed SET STORAGE MAIN")
    op.execute(TABLE)


def downgrade() -> None:
    op.execute(SEALED)
    op.execute("DROP TABLE bookings.sealing")
    op.execute("ALTER TABLE bookings.answer DROP COLUMN sealed")
    op.execute("ALTER TABLE bookings.booking_detail DROP COLUMN sealed")
