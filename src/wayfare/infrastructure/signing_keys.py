"""A key file: Ed25519 keys that sign, newest last.

The file is a JWK set (RFC 7517, RFC 8037) readable by its owner alone. Only the newest key keeps
its private half: older ones verify, they never sign again. Several processes may open, create and
rotate it at once: changes are made under a lock and appear whole.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

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
        self._path = path
        self._named = f"{what} {path}"
        self._stamp: tuple[int, int] | None = None
        self._jwks = Jwks(keys=())
        self._current: SigningKey | None = None
        self._public: Mapping[str, Ed25519PublicKey] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock():
                if not path.exists():
                    self._write(Jwks(keys=(_new_jwk(),)))
        except OSError as error:
            raise ConfigurationError(f"{self._named} cannot be made: {error.strerror}") from error
        self._refresh()

    def current(self) -> SigningKey:
        """The newest key."""
        self._refresh()
        if self._current is None:
            raise ConfigurationError(f"{self._named} have no private key to sign with")
        return self._current

    def public_keys(self) -> Mapping[str, Ed25519PublicKey]:
        """Every key that may have signed, by key id."""
        self._refresh()
        return self._public

    def export_public(self) -> bytes:
        """The public halves as a JWK set in JSON, for those who verify."""
        self._refresh()
        return msgspec.json.encode(_public_half(self._jwks))

    def rotate(self) -> SigningKey:
        """Make a new key that signs from now on; the older ones keep verifying."""
        with self._lock():
            self._refresh()
            self._write(Jwks(keys=(*_public_half(self._jwks).keys, _new_jwk())))
        return self.current()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        handle = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)  # closing releases the lock

    def _write(self, jwks: Jwks) -> None:
        content = msgspec.json.format(msgspec.json.encode(jwks), indent=2)
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _refresh(self) -> None:
        """Read the file again if it is not the one read last."""
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp == self._stamp:
                return
            jwks = msgspec.json.decode(self._path.read_bytes(), type=Jwks)
            self._public = _keys_of(jwks)
            self._current = _signing_key(jwks)
        except OSError as error:
            raise ConfigurationError(f"{self._named} cannot be read: {error.strerror}") from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise ConfigurationError(f"{self._named} are damaged: {error}") from error
        self._jwks, self._stamp = jwks, stamp


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
