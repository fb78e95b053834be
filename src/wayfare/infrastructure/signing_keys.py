"""A key file: Ed25519 keys that sign, newest last.

The file is a JWK set (RFC 7517, RFC 8037) readable by its owner alone. Only the newest key keeps
its private half: older ones verify, they never sign again. Several processes may open, create and
rotate it at once: changes are made under a lock and appear whole.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wayfare.infrastructure.private_file import PrivateFile
from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.signing_key import SigningKey, key_id_of


class Jwk(msgspec.Struct, frozen=True, omit_defaults=True):
    """An Ed25519 key: `x` is the public half, `d` the private one, both base64url without padding."""

    kid: str
    x: str
    d: str | None = None
    created_at: int = 0  # UTC seconds
    kty: str = "OKP"
    crv: str = "Ed25519"
    alg: str = "EdDSA"
    use: str = "sig"


class Jwks(msgspec.Struct, frozen=True):
    keys: tuple[Jwk, ...]


class SigningKeys:
    """The keys of a key file; follows changes that other processes make to it."""

    def __init__(self, path: Path, what: str) -> None:
        """Opens the key file, creating it with a first key when there is none. `what`: "the ticket keys", for messages.

        Raises `ConfigurationError` when the file cannot be made or read.
        """
        self._file = PrivateFile(path, what, first=lambda: Jwks(keys=(_new_jwk(),)), opened=_opened)

    def current(self) -> SigningKey:
        """The newest key."""
        newest = self._file.content().newest
        if newest is None:
            raise ConfigurationError(f"{self._file.named} have no private key to sign with")
        return newest

    def public_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """Every key that may have signed, by key id."""
        return self._file.content().public

    def export_public(self) -> bytes:
        """The public halves as a JWK set in JSON, for those who verify."""
        return msgspec.json.encode(_public_half(self._file.content().jwks))

    def rotate(self) -> SigningKey:
        """Make a new key that signs from now on; the older ones keep verifying."""
        self._file.change(lambda keys: Jwks(keys=(*_public_half(keys.jwks).keys, _new_jwk())))
        return self.current()


@dataclass(frozen=True)
class _Keys:
    jwks: Jwks
    public: Mapping[str, Ed25519PublicKey]
    newest: SigningKey | None


def _opened(document: bytes) -> _Keys:
    jwks = msgspec.json.decode(document, type=Jwks)
    return _Keys(jwks, _keys_of(jwks), _signing_key(jwks))


def read_public_keys(document: bytes, what: str) -> Mapping[str, Ed25519PublicKey]:
    """The keys of an exported JWK set, named `what` in messages. Raises `ConfigurationError` when it is none."""
    try:
        return _keys_of(msgspec.json.decode(document, type=Jwks))
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigurationError(f"not {what}: {error}") from error


def _new_jwk() -> Jwk:
    private_key = Ed25519PrivateKey.generate()
    public_key = private_key.public_key()
    return Jwk(
        kid=key_id_of(public_key),
        x=_to_base64(public_key.public_bytes_raw()),
        d=_to_base64(private_key.private_bytes_raw()),
        created_at=int(time.time()),
    )


def _public_half(jwks: Jwks) -> Jwks:
    return Jwks(keys=tuple(msgspec.structs.replace(key, d=None) for key in jwks.keys))


def _keys_of(jwks: Jwks) -> Mapping[str, Ed25519PublicKey]:
    keys: dict[str, Ed25519PublicKey] = {}
    for jwk in jwks.keys:
        public_key = Ed25519PublicKey.from_public_bytes(_from_base64(jwk.x))
        if key_id_of(public_key) != jwk.kid:
            raise ValueError(f"the key {jwk.kid} does not fit its name")
        keys[jwk.kid] = public_key
    return keys


def _signing_key(jwks: Jwks) -> SigningKey | None:
    newest = jwks.keys[-1] if jwks.keys else None
    if newest is None or newest.d is None:
        return None
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(_from_base64(newest.d)))
    if key.key_id != newest.kid:
        raise ValueError(f"the private key {newest.kid} does not fit its public one")
    return key


def _to_base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
