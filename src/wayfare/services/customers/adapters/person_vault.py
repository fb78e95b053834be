"""What is kept about a person under a key of their own, itself wrapped by the key file."""

from __future__ import annotations

from uuid import UUID

import msgspec

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile, decrypt_field, encrypt_field, new_person_key
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.domain.customer import TravellerFacts

REWRAP_BATCH = 500
_ENCODE = msgspec.json.Encoder().encode
_FACTS = msgspec.json.Decoder(TravellerFacts)


class Person:
    """Opens and closes the fields of one person."""

    def __init__(self, customer_id: UUID, key: bytes) -> None:
        self._customer_id, self._key = customer_id, key

    def seal_phone(self, phone: str | None) -> bytes | None:
        return None if phone is None else encrypt_field(self._key, phone.encode(), self._context("phone"))

    def open_phone(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else decrypt_field(self._key, sealed, self._context("phone")).decode()

    def seal_traveller(self, traveller_id: UUID, facts: TravellerFacts) -> bytes:
        return encrypt_field(self._key, _ENCODE(facts), self._context(f"traveller:{traveller_id}"))

    def open_traveller(self, traveller_id: UUID, sealed: bytes) -> TravellerFacts:
        return _FACTS.decode(decrypt_field(self._key, sealed, self._context(f"traveller:{traveller_id}")))

    def seal_second_factor(self, secret: str) -> bytes:
        return encrypt_field(self._key, secret.encode(), self._context("second_factor"))

    def open_second_factor(self, sealed: bytes) -> str:
        return decrypt_field(self._key, sealed, self._context("second_factor")).decode()

    def _context(self, what: str) -> bytes:
        return f"customers:{self._customer_id}:{what}".encode()


class PersonVault:
    """Makes and opens the keys of persons."""

    def __init__(self, key_file: KeyFile) -> None:
        self._key_file = key_file

    def new_key(self, customer_id: UUID) -> bytes:
        """A fresh key, wrapped."""
        return self._key_file.wrap(new_person_key(), _context(customer_id))

    def open(self, customer_id: UUID, wrapped: bytes) -> Person:
        """Raises ConfigurationError when the key file has another key."""
        return Person(customer_id, self._key_file.unwrap(wrapped, _context(customer_id)))

    async def rewrap(self, database: Database) -> int:
        """Wrap every person's key under the newest key of the file; how many were under an older one."""
        prefix, after, count = self._key_file.current_prefix(), UUID(int=0), 0
        while True:
            rows = await database.fetch(sql.LIST_OLD_PERSON_KEYS, len(prefix), prefix, after, REWRAP_BATCH)
            for row in rows:
                after, context = row["customer_id"], _context(row["customer_id"])
                fresh = self._key_file.wrap(self._key_file.unwrap(row["wrapped"], context), context)
                await database.execute(sql.REWRAP_PERSON_KEY, after, row["wrapped"], fresh)
            count += len(rows)
            if len(rows) < REWRAP_BATCH:
                return count


def _context(customer_id: UUID) -> bytes:
    return f"customers:{customer_id}:key".encode()
