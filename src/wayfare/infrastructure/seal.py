"""Sealed tokens: data that travels through other hands and comes back unaltered.

A token is base64url(MessagePack) + "." + base64url(keyed BLAKE2b of 128 bits, RFC 7693), keyed per purpose, so a
token of one kind is never taken for another.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Generic, TypeVar

import msgspec

from wayfare.kernel.errors import WayfareError

T = TypeVar("T")
_MAC_BYTES = 16
_TOKEN_MAX = 16_384


class Seal(Generic[T]):
    """Seals and opens values of one type for one purpose."""

    def __init__(self, secret: bytes, purpose: str, kind: type[T], refused: type[WayfareError]) -> None:
        self._key = hashlib.blake2b(purpose.encode(), key=secret[:64], digest_size=32).digest()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._refused = refused

    def seal(self, value: T) -> str:
        body = self._encoder.encode(value)
        return f"{_text(body)}.{_text(self._mac(body))}"

    def open(self, token: str) -> T:
        """Raises the error named at construction for anything this key did not seal."""
        if len(token) > _TOKEN_MAX or not token.isascii():
            raise self._refused()
        body_text, dot, mac_text = token.partition(".")
        try:
            body = urlsafe_b64decode(body_text + "=" * (-len(body_text) % 4))
        except ValueError:
            raise self._refused() from None
        # Texts are compared, not bytes: base64 has several spellings of the same bytes.
        genuine = hmac.compare_digest(mac_text, _text(self._mac(body)))
        if not dot or not genuine or _text(body) != body_text:
            raise self._refused()
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError:
            raise self._refused() from None

    def _mac(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, key=self._key, digest_size=_MAC_BYTES).digest()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
