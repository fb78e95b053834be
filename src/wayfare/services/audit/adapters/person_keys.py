"""Keys of persons: AES-256-GCM (NIST SP 800-38D), each wrapped by a key that is in a file, not in the database."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wayfare.infrastructure.database import Session
from wayfare.services.audit.adapters import sql

NONCE_BYTES = 12
KEY_BYTES = 32


class PersonKeys:
    def __init__(self, secret: bytes) -> None:
        """`secret`: any length; what all processes of the system share."""
        wrapping = hashlib.blake2b(secret[:64], digest_size=KEY_BYTES, person=b"wayfare-audit").digest()
        self._wrapping = AESGCM(wrapping)

    async def provide(self, session: Session, persons: Iterable[str]) -> Mapping[str, AESGCM]:
        """The keys of persons, made where there was none. Persons that were forgotten are left out."""
        wanted = sorted(set(persons))
        if not wanted:
            return {}
        rows = await session.fetch(sql.FIND_KEYS, wanted)
        keys = {row["person"]: self._unwrapped(row["person"], row["key"]) for row in rows if row["key"]}
        known = {row["person"] for row in rows}
        fresh = {person: os.urandom(KEY_BYTES) for person in wanted if person not in known}
        if fresh:
            wrapped = [_encrypt(self._wrapping, key, person) for person, key in fresh.items()]
            await session.execute(sql.ADD_KEYS, list(fresh), wrapped)
        return {person: key for person, key in keys.items() if key} | {p: AESGCM(key) for p, key in fresh.items()}

    async def find(self, session: Session, persons: Iterable[str]) -> Mapping[str, AESGCM]:
        """The keys there are."""
        rows = await session.fetch(sql.FIND_KEYS, sorted(set(persons)))
        found = {row["person"]: self._unwrapped(row["person"], row["key"]) for row in rows if row["key"]}
        return {person: key for person, key in found.items() if key}

    def _unwrapped(self, person: str, wrapped: bytes) -> AESGCM | None:
        """None when it was wrapped by another installation, or altered."""
        key = _decrypt(self._wrapping, wrapped, person)
        return None if key is None or len(key) != KEY_BYTES else AESGCM(key)


def seal(key: AESGCM, personal: Mapping[str, Any], person: str) -> bytes:
    """Personal values, encrypted and bound to the person."""
    return _encrypt(key, msgspec.json.encode(personal), person)


def unseal(key: AESGCM, sealed: bytes, person: str) -> dict[str, Any] | None:
    """None when it was not sealed with this key for this person."""
    text = _decrypt(key, sealed, person)
    return None if text is None else msgspec.json.decode(text, type=dict[str, Any])


def _encrypt(key: AESGCM, data: bytes, person: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, person.encode())


def _decrypt(key: AESGCM, data: bytes, person: str) -> bytes | None:
    try:
        return key.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], person.encode())
    except (InvalidTag, ValueError):
        return None
