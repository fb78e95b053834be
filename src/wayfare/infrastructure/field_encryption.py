"""Encryption of single fields: AES-256-GCM (NIST SP 800-38D) under keys with ids, and a key for each person.

A person's fields are encrypted under a key of their own, which is stored encrypted ("wrapped") under a key of the
key file. Turning the key file's key means wrapping the small keys anew, not the data; erasing a person means
dropping one small key, wherever copies of the data lie.

A ciphertext is: version (1 byte) · id of the key (4 bytes) · nonce (12 bytes) · ciphertext and tag. The nonce is
random; 2**32 encryptions under one key are far away for one person, and for wrapping. The context (what the field
is and whose) is authenticated with it: a ciphertext moved to another row does not open.
"""

from __future__ import annotations

import os
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wayfare.infrastructure.private_file import PrivateFile
from wayfare.kernel.errors import ConfigurationError

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD = 1 + _ID_BYTES
_PERSON = bytes(_ID_BYTES)
"""The id that stands in what a person's own key encrypted: which person is known from the row."""


def encrypt_field(key: bytes, plain: bytes, context: bytes) -> bytes:
    """Encrypt under a person's key. `context`: what it is and whose, to be given again when it is opened."""
    return _encrypt(AESGCM(key), _PERSON, plain, context)


def decrypt_field(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Raises `ConfigurationError` for what was not encrypted under this key for this context."""
    return _decrypt(AESGCM(key), sealed, context)


def new_person_key() -> bytes:
    return AESGCM.generate_key(KEY_BYTES * 8)


class KeyService(Protocol):
    """Keeps the key that wraps those of a key file, and does not give it away."""

    name: str

    def wrap(self, plain: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes) -> bytes: ...


class _Key(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int  # counts up from 1
    key: str  # base64
    created_at: int  # UTC seconds
    wrapped_by: str = ""  # the key service; "" for a key in the clear


class _File(msgspec.Struct, frozen=True):
    keys: tuple[_Key, ...]


class KeyFile:
    """The keys that wrap others: a file readable by its owner alone, the newest key last.

    Several processes may open, create and rotate it at once; each follows the others' changes.
    """

    def __init__(self, path: Path, service: KeyService | None = None) -> None:
        """Opens the file, with a first key when there is none. Raises `ConfigurationError`.

        With `service` the file holds nothing in the clear: keys that did are wrapped now.
        """
        self._service = service
        self._seen: dict[str, bytes] = {}  # plain keys by what the file says of them: the service is asked once
        self._file = PrivateFile(path, "the key file", first=lambda: _File((self._fresh(1),)), opened=self._opened)
        if service is not None and any(not key.wrapped_by for key in self._file.content().stored):
            self._file.change(lambda keys: _File(tuple(self._wrapped(key) for key in keys.stored)))

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt a small secret under the newest key."""
        keys = self._file.content()
        return _encrypt(keys.ciphers[keys.newest], keys.newest, plain, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Raises `ConfigurationError` when the key is not in the file, or the data was altered."""
        key_id = wrapped[1:_HEAD]
        cipher = self._file.content().ciphers.get(key_id)
        if cipher is None:
            raise ConfigurationError(f"{self._file.path} lacks the key {int.from_bytes(key_id, 'big')}")
        return _decrypt(cipher, wrapped, context)

    def current_prefix(self) -> bytes:
        """What everything wrapped under the newest key begins with."""
        return _VERSION + self._file.content().newest

    def rotate(self) -> int:
        """Add a key that wraps from now on; the older ones still open. Its id."""
        self._file.change(lambda keys: _File((*keys.stored, self._fresh(keys.stored[-1].id + 1))))
        return self._file.content().stored[-1].id

    def _fresh(self, number: int) -> _Key:
        return self._wrapped(_new_key(number))

    def _wrapped(self, key: _Key) -> _Key:
        if self._service is None or key.wrapped_by:
            return key
        wrapped = b64encode(self._service.wrap(b64decode(key.key))).decode()
        return msgspec.structs.replace(key, key=wrapped, wrapped_by=self._service.name)

    def _opened(self, document: bytes) -> _Keys:
        stored = msgspec.json.decode(document, type=_File).keys
        if not stored:
            raise ValueError("it has no key")
        ciphers = {_id(key.id): AESGCM(self._plain(key)) for key in stored}
        return _Keys(stored, ciphers, _id(stored[-1].id))

    def _plain(self, key: _Key) -> bytes:
        stored = b64decode(key.key, validate=True)
        if not key.wrapped_by:
            return stored
        if self._service is None:
            raise ValueError(f"key {key.id} is wrapped by {key.wrapped_by}: WAYFARE_DATA_KEYS_KMS is not set")
        if key.key not in self._seen:
            self._seen[key.key] = self._service.unwrap(stored)
        return self._seen[key.key]


@dataclass(frozen=True)
class _Keys:
    stored: tuple[_Key, ...]
    ciphers: Mapping[bytes, AESGCM]
    newest: bytes


def _id(number: int) -> bytes:
    return number.to_bytes(_ID_BYTES, "big")


def _new_key(number: int) -> _Key:
    return _Key(number, b64encode(AESGCM.generate_key(KEY_BYTES * 8)).decode(), int(time.time()))


def _encrypt(cipher: AESGCM, key_id: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    head = _VERSION + key_id
    return head + nonce + cipher.encrypt(nonce, plain, head + context)


def _decrypt(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    head, nonce, body = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE_BYTES], sealed[_HEAD + _NONCE_BYTES :]
    try:
        if head[:1] != _VERSION:
            raise InvalidTag
        return cipher.decrypt(nonce, body, head + context)
    except (InvalidTag, ValueError):
        raise ConfigurationError("an encrypted field was altered, or belongs to another key or row") from None
