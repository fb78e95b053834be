"""The text of a ticket's barcode.

    "WF1:" base45( version 1 byte | key id 4 bytes | facts | signature 64 bytes )

`facts` is `TicketFacts` as a MessagePack array; the signature is Ed25519 over everything before it,
prefixed with a context so that it can never pass for a signature of something else. A payload has
exactly one spelling: whatever does not encode back to itself is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wayfare.kernel.signing_key import KEY_ID_BYTES, SigningKey
from wayfare.services.documents.domain import base45
from wayfare.services.documents.domain.errors import TicketForged, TicketKeyUnknown, TicketUnreadable
from wayfare.services.documents.domain.facts import TicketFacts

PREFIX = "WF1:"
VERSION = 1
_CONTEXT = b"wayfare ticket\x00"
_SIGNATURE_BYTES = 64
_HEAD_BYTES = 1 + KEY_ID_BYTES
_TEXT_MAX = 2000  # far above the longest payload; keeps nonsense cheap

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(TicketFacts)


def sign_payload(facts: TicketFacts, key: SigningKey) -> str:
    """The barcode text of a ticket, signed."""
    signed = bytes([VERSION]) + bytes.fromhex(key.key_id) + _encoder.encode(facts)
    return PREFIX + base45.encode(signed + key.private_key.sign(_CONTEXT + signed))


def verify_payload(payload: str, keys: Mapping[str, Ed25519PublicKey]) -> TicketFacts:
    """What a barcode says, if one of `keys` (by key id) signed it.

    Raises `TicketUnreadable`, `TicketKeyUnknown` or `TicketForged`. Says nothing about validity in
    time, nor about cancellation: that only the booking knows.
    """
    data = _unwrap(payload)
    key_id = data[1:_HEAD_BYTES].hex()
    public_key = keys.get(key_id)
    if public_key is None:
        raise TicketKeyUnknown(f"no key {key_id} is known here", key_id=key_id)
    signed, signature = data[:-_SIGNATURE_BYTES], data[-_SIGNATURE_BYTES:]
    try:
        public_key.verify(signature, _CONTEXT + signed)
    except InvalidSignature:
        raise TicketForged from None
    try:
        facts = _decoder.decode(signed[_HEAD_BYTES:])
    except msgspec.MsgspecError:
        raise TicketUnreadable("the ticket is of a form this version does not know") from None
    if _encoder.encode(facts) != signed[_HEAD_BYTES:]:
        raise TicketUnreadable("the ticket is not in canonical form")
    return facts


def _unwrap(payload: str) -> bytes:
    """The bytes of a barcode text, head and signature included."""
    if not payload.startswith(PREFIX) or len(payload) > _TEXT_MAX:
        raise TicketUnreadable("this is not a Wayfare ticket")
    try:
        data = base45.decode(payload.removeprefix(PREFIX))
    except ValueError as error:
        raise TicketUnreadable(f"the ticket is damaged: {error}") from None
    if len(data) <= _HEAD_BYTES + _SIGNATURE_BYTES:
        raise TicketUnreadable("the ticket is damaged: it is too short")
    if data[0] != VERSION:
        raise TicketUnreadable(f"the ticket is of version {data[0]}, this verifier reads version {VERSION}")
    return data
