"""A key that signs, tickets for instance: Ed25519 (RFC 8032), named by a digest of its public half."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_ID_BYTES = 4


def key_id_of(public_key: Ed25519PublicKey) -> str:
    """The first eight hexadecimal digits of SHA-256 of the raw public key."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[: 2 * KEY_ID_BYTES]


@dataclass(frozen=True)
class SigningKey:
    """A private key and its name."""

    private_key: Ed25519PrivateKey = field(repr=False)

    @property
    def key_id(self) -> str:
        return key_id_of(self.private_key.public_key())
