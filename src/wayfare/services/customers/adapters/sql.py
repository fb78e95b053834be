"""Every statement of the customers service."""

from __future__ import annotations

REVOKED_CHANNEL = "customers_revoked"

# Sessions end by their row going; until their access tokens have expired they stand in `revocation`, and every
# process is told in the same transaction. Of generation 0 are those of an issuer's tokens, which live as they say.
_TELL = f"""
, told AS (
    INSERT INTO customers.revocation (session_id, kept_until)
    SELECT session_id, CASE WHEN generation = 0 THEN expires_at END FROM ended ON CONFLICT (session_id) DO NOTHING
)
SELECT session_id, customer_id, pg_notify('{REVOKED_CHANNEL}', session_id::text) FROM ended
"""

# Accounts

_CUSTOMER = """
SELECT c.customer_id, c.email, c.given_name, c.family_name, c.language, c.phone, c.disabled,
       extract(epoch FROM c.created_at)::bigint AS created_s, k.wrapped,
       ARRAY(SELECT ARRAY[g.role, g.operator] FROM customers.role_grant AS g WHERE g.customer_id = c.customer_id
             ORDER BY g.role, g.operator) AS grants
FROM customers.customer AS c JOIN customers.person_key AS k USING (customer_id)
"""

FIND_CUSTOMER = f"{_CUSTOMER} WHERE c.customer_id = $1"

FIND_BY_EMAIL = f"{_CUSTOMER} WHERE c.email_key = $1"

_CREDENTIALS = """
SELECT c.customer_id, c.email, c.password_hash, c.disabled,
       EXISTS (SELECT FROM customers.second_factor AS f WHERE f.customer_id = c.customer_id AND f.confirmed)
FROM customers.customer AS c
"""

# Whom only an issuer logs in has none.
FIND_CREDENTIALS = f"{_CREDENTIALS} WHERE c.email_key = $1 AND c.password_hash IS NOT NULL"

FIND_CREDENTIALS_OF = f"{_CREDENTIALS} WHERE c.customer_id = $1 AND c.password_hash IS NOT NULL"

INSERT_CUSTOMER = """
INSERT INTO customers.customer
    (customer_id, email_key, email, password_hash, given_name, family_name, language, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8))
ON CONFLICT (email_key) DO NOTHING RETURNING customer_id
"""

INSERT_PERSON_KEY = "INSERT INTO customers.person_key (customer_id, wrapped) VALUES ($1, $2)"

FIND_PERSON_KEY = "SELECT wrapped FROM customers.person_key WHERE customer_id = $1"

LOCK_CUSTOMER = "SELECT customer_id FROM customers.customer WHERE customer_id = $1 FOR UPDATE"

UPDATE_PROFILE = """
UPDATE customers.customer
SET given_name = coalesce($2, given_name), family_name = coalesce($3, family_name),
    language = coalesce($4, language), phone = CASE WHEN $5 THEN $6 ELSE phone END, updated_at = now()
WHERE customer_id = $1
"""

SET_PASSWORD = (
    "UPDATE customers.customer SET password_hash = $2, updated_at = now() WHERE customer_id = $1 RETURNING email"
)

IMPROVE_HASH = "UPDATE customers.customer SET password_hash = $3 WHERE customer_id = $1 AND password_hash = $2"

SET_DISABLED = """
UPDATE customers.customer SET disabled = $2, updated_at = now() WHERE customer_id = $1 AND disabled <> $2
RETURNING customer_id
"""

DELETE_CUSTOMER = """
WITH key AS (DELETE FROM customers.person_key WHERE customer_id = $1),
travellers AS (DELETE FROM customers.traveller WHERE customer_id = $1),
grants AS (DELETE FROM customers.role_grant WHERE customer_id = $1),
resets AS (DELETE FROM customers.password_reset WHERE customer_id = $1),
factor AS (DELETE FROM customers.second_factor WHERE customer_id = $1),
issuers AS (DELETE FROM customers.issuer_account WHERE customer_id = $1),
consents AS (DELETE FROM customers.consent WHERE customer_id = $1),
account AS (DELETE FROM customers.customer WHERE customer_id = $1 RETURNING customer_id, email_key),
letters AS (DELETE FROM customers.letter WHERE email_key IN (SELECT email_key FROM account))
SELECT customer_id FROM account
"""

LIST_GRANTS = "SELECT role, operator FROM customers.role_grant WHERE customer_id = $1 ORDER BY role, operator"

INSERT_GRANT = """
INSERT INTO customers.role_grant (customer_id, role, operator) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
RETURNING role
"""

DELETE_GRANT = """
DELETE FROM customers.role_grant WHERE customer_id = $1 AND role = $2 AND operator = $3 RETURNING role
"""

# Registrations, resets, letters

INSERT_REGISTRATION = """
INSERT INTO customers.registration
    (registration_id, email, password_hash, given_name, family_name, language, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7))
"""

SET_REGISTRATION_TOKEN = """
UPDATE customers.registration SET token = $2
WHERE registration_id = $1 AND expires_at > to_timestamp($3) RETURNING email, given_name
"""

TAKE_REGISTRATION = """
DELETE FROM customers.registration WHERE token = $1 AND expires_at > to_timestamp($2)
RETURNING email, password_hash, given_name, family_name, language
"""

INSERT_RESET = "INSERT INTO customers.password_reset (token, customer_id, expires_at) VALUES ($1, $2, to_timestamp($3))"

FIND_RESET = """
SELECT c.email FROM customers.password_reset AS r JOIN customers.customer AS c USING (customer_id)
WHERE r.token = $1 AND r.expires_at > to_timestamp($2)
"""

TAKE_RESET = """
DELETE FROM customers.password_reset WHERE token = $1 AND expires_at > to_timestamp($2) RETURNING customer_id
"""

FORGET_RESETS = "DELETE FROM customers.password_reset WHERE customer_id = $1"

INSERT_LETTER = """
INSERT INTO customers.letter (letter_id, kind, email_key, email, about, due_at)
VALUES ($1, $2, $3, $4, $5, to_timestamp($6))
"""

TAKE_DUE_LETTERS = """
WITH due AS (
    SELECT letter_id FROM customers.letter WHERE sent_at IS NULL AND due_at <= to_timestamp($1)
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE customers.letter AS l
SET attempts = l.attempts + 1, due_at = to_timestamp($1) + 60 * 2 ^ l.attempts * interval '1 second'
FROM due WHERE l.letter_id = due.letter_id
RETURNING l.letter_id, l.kind, l.email, l.about, l.attempts
"""

COUNT_SENT = """
SELECT count(*) FROM customers.letter WHERE email_key = $1 AND kind = $2 AND sent_at > to_timestamp($3)
"""

FIND_RECIPIENT = """
SELECT customer_id, email, given_name FROM customers.customer WHERE email_key = $1 AND NOT disabled
"""

NOTE_SENT = "UPDATE customers.letter SET sent_at = to_timestamp($2) WHERE letter_id = $1"

DROP_LETTER = "DELETE FROM customers.letter WHERE letter_id = $1"

# Sessions. Whoever changes a password or disables an account locks its row before the sessions are ended, and so
# does who opens one: a log-in with the old password cannot slip in between.

LOCK_CREDENTIALS = """
SELECT customer_id FROM customers.customer WHERE customer_id = $1 AND password_hash = $2 AND NOT disabled FOR SHARE
"""

OPEN_SESSION = """
INSERT INTO customers.session
    (session_id, customer_id, device, generation, secret, created_at, used_at, expires_at, second_factor)
VALUES ($1, $2, $3, 1, $4, to_timestamp($5), to_timestamp($5), to_timestamp($6), $7)
"""

TURN_SESSION = """
UPDATE customers.session
SET generation = generation + 1, secret = $4, used_at = to_timestamp($5), expires_at = to_timestamp($6)
WHERE session_id = $1 AND generation = $2 AND secret = $3 AND expires_at > to_timestamp($5)
RETURNING customer_id, second_factor
"""

IS_RECENT = """
SELECT EXISTS (SELECT FROM customers.session WHERE session_id = $1 AND generation = 0 AND created_at > to_timestamp($2))
"""

END_SESSION = f"""
WITH ended AS (
    DELETE FROM customers.session WHERE session_id = $1 AND ($2::uuid IS NULL OR customer_id = $2)
    RETURNING session_id, customer_id, generation, expires_at
) {_TELL}
"""

END_OTHER_SESSIONS = f"""
WITH ended AS (
    DELETE FROM customers.session WHERE customer_id = $1 AND session_id IS DISTINCT FROM $2
    RETURNING session_id, customer_id, generation, expires_at
) {_TELL}
"""

END_QUIET_SESSIONS = f"""
WITH ended AS (
    DELETE FROM customers.session WHERE session_id IN (
        SELECT session_id FROM customers.session WHERE customer_id = $1 ORDER BY used_at DESC, session_id OFFSET $2)
    RETURNING session_id, customer_id, generation, expires_at
) {_TELL}
"""

LIST_SESSIONS = """
SELECT session_id, customer_id, device, extract(epoch FROM created_at)::bigint AS created_s,
       extract(epoch FROM used_at)::bigint AS used_s, extract(epoch FROM expires_at)::bigint AS expires_s
FROM customers.session WHERE customer_id = $1 AND expires_at > to_timestamp($2) ORDER BY used_at DESC, session_id
"""

LIST_REVOKED = "SELECT session_id FROM customers.revocation WHERE revoked_at > now() - $1 * interval '1 second'"

IS_REVOKED = "SELECT EXISTS (SELECT FROM customers.revocation WHERE session_id = $1)"

# Consents

LIST_CONSENTS = """
SELECT consent_id, kind, version, extract(epoch FROM given_at)::bigint AS given_s,
       extract(epoch FROM withdrawn_at)::bigint AS withdrawn_s
FROM customers.consent WHERE customer_id = $1 ORDER BY consent_id DESC
"""

INSERT_CONSENT = """
INSERT INTO customers.consent (consent_id, customer_id, kind, version, given_at)
VALUES ($1, $2, $3, $4, to_timestamp($5))
"""

WITHDRAW_CONSENT = "UPDATE customers.consent SET withdrawn_at = to_timestamp($2) WHERE consent_id = $1"

# Travellers

LIST_TRAVELLERS = "SELECT traveller_id, sealed FROM customers.traveller WHERE customer_id = $1 ORDER BY traveller_id"

FIND_TRAVELLER = """
SELECT traveller_id, sealed FROM customers.traveller WHERE traveller_id = $1 AND customer_id = $2
"""

COUNT_TRAVELLERS = "SELECT count(*) FROM customers.traveller WHERE customer_id = $1"

INSERT_TRAVELLER = "INSERT INTO customers.traveller (traveller_id, customer_id, sealed) VALUES ($1, $2, $3)"

UPDATE_TRAVELLER = """
UPDATE customers.traveller SET sealed = $3 WHERE traveller_id = $1 AND customer_id = $2 RETURNING traveller_id
"""

DELETE_TRAVELLER = """
DELETE FROM customers.traveller WHERE traveller_id = $1 AND customer_id = $2 RETURNING traveller_id
"""

# Keys

LIST_SIGNING_KEYS = """
SELECT kid, wrapped, extract(epoch FROM created_at)::bigint AS created_s FROM customers.signing_key
ORDER BY created_at, kid
"""

LOCK_SIGNING_KEYS = "LOCK TABLE customers.signing_key IN SHARE ROW EXCLUSIVE MODE"

INSERT_SIGNING_KEY = "INSERT INTO customers.signing_key (kid, wrapped, created_at) VALUES ($1, $2, to_timestamp($3))"

DELETE_SIGNING_KEYS = "DELETE FROM customers.signing_key WHERE kid = ANY($1::text[])"

LIST_OLD_PERSON_KEYS = """
SELECT customer_id, wrapped FROM customers.person_key WHERE substring(wrapped FROM 1 FOR $1) <> $2
AND customer_id > $3 ORDER BY customer_id LIMIT $4
"""

REWRAP_PERSON_KEY = "UPDATE customers.person_key SET wrapped = $3 WHERE customer_id = $1 AND wrapped = $2"

REWRAP_SIGNING_KEY = "UPDATE customers.signing_key SET wrapped = $3 WHERE kid = $1 AND wrapped = $2"

# Keeping house

TIDY = """
WITH registrations AS (DELETE FROM customers.registration WHERE expires_at < to_timestamp($1)),
resets AS (DELETE FROM customers.password_reset WHERE expires_at < to_timestamp($1)),
sessions AS (DELETE FROM customers.session WHERE expires_at < to_timestamp($1)),
letters AS (DELETE FROM customers.letter WHERE sent_at < to_timestamp($1) - interval '1 day')
DELETE FROM customers.revocation
WHERE revoked_at < now() - $2 * interval '1 second' AND (kept_until IS NULL OR kept_until < to_timestamp($1))
"""
