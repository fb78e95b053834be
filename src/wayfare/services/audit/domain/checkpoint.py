"""A checkpoint: a signature that says which row was the last one, and by its hash everything before it.

signed = UTF-8 JSON, without spaces, of the array
    ["wayfare audit checkpoint", 1, number, at_us, seq, hash in hex, previous in hex]
previous = SHA-256( signed of the checkpoint before | its signature ); 32 zero bytes for the first
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.kernel.signing_key import SigningKey
from wayfare.services.audit.domain.entry import GENESIS

PURPOSE = "wayfare audit checkpoint"
FORMAT = 1


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    number: int  # 1, 2, 3 …
    at_us: int
    seq: int
    hash: bytes
    previous: bytes
    key_id: str
    signature: bytes  # Ed25519

    @property
    def signed(self) -> bytes:
        """What the signature is made of."""
        return _signed(self.number, self.at_us, self.seq, self.hash, self.previous)

    @property
    def digest(self) -> bytes:
        """What the next checkpoint has as its `previous`."""
        return hashlib.sha256(self.signed + self.signature).digest()


def sign(last: Checkpoint | None, at_us: int, seq: int, row_hash: bytes, key: SigningKey) -> Checkpoint:
    """The checkpoint that follows `last`, for the row `seq`."""
    number, previous = (1, GENESIS) if last is None else (last.number + 1, last.digest)
    signature = key.private_key.sign(_signed(number, at_us, seq, row_hash, previous))
    return Checkpoint(
        number=number,
        at_us=at_us,
        seq=seq,
        hash=row_hash,
        previous=previous,
        key_id=key.key_id,
        signature=signature,
    )


def is_genuine(checkpoint: Checkpoint, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether one of `keys` signed it."""
    key = keys.get(checkpoint.key_id)
    if key is None:
        return False
    try:
        key.verify(checkpoint.signature, checkpoint.signed)
    except InvalidSignature:
        return False
    return True


def _signed(number: int, at_us: int, seq: int, row_hash: bytes, previous: bytes) -> bytes:
    return msgspec.json.encode((PURPOSE, FORMAT, number, at_us, seq, row_hash.hex(), previous.hex()))
