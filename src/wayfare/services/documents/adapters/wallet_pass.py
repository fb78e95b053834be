"""A ticket as a pass for Apple Wallet: JSON and pictures in an archive, signed as PKCS #7.

Format: developer.apple.com, "Wallet Passes": "Building a Pass", "Pass", "PassFields.BoardingPass".
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from wayfare.contracts.documents.api import TicketCall, TicketRequest
from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.time import rfc3339
from wayfare.services.documents.adapters.page_words import date_words, label, line
from wayfare.services.documents.application.ports import SealedTicket
from wayfare.services.documents.domain.facts import facts_of, local_moment

log = structlog.get_logger()

_PICTURES = Path(__file__).parent / "templates" / "pass"
_TRANSIT = {"rail": "Train", "air": "Air", "coach": "Bus", "ferry": "Boat"}
_DETACHED = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities]


@dataclass(frozen=True)
class WalletKeys:
    """`pass_type`, `team`: as the certificate's subject names them (UID, OU). `others`: up to Apple's root."""

    certificate: x509.Certificate
    others: Sequence[x509.Certificate]
    key: RSAPrivateKey | EllipticCurvePrivateKey
    pass_type: str
    team: str


def read_wallet_keys(certificates: Path, key: Path, password: str) -> WalletKeys:
    """From PEM files: the certificate of the pass type first. Raises ConfigurationError."""
    try:
        own, *others = x509.load_pem_x509_certificates(certificates.read_bytes())
        private = load_pem_private_key(key.read_bytes(), password.encode() or None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"WAYFARE_WALLET_CERTIFICATE, WAYFARE_WALLET_KEY: {error}") from None
    if not isinstance(private, RSAPrivateKey | EllipticCurvePrivateKey) or private.public_key() != own.public_key():
        raise ConfigurationError("WAYFARE_WALLET_KEY: this is not the key of the certificate")
    pass_type, team = (_named(own, oid) for oid in (NameOID.USER_ID, NameOID.ORGANIZATIONAL_UNIT_NAME))
    if not pass_type or not team:
        raise ConfigurationError("WAYFARE_WALLET_CERTIFICATE: its subject names no pass type (UID) and team (OU)")
    if own.not_valid_after_utc < datetime.now(UTC):
        log.warning("wallet.certificate_expired", since=own.not_valid_after_utc.isoformat())
    return WalletKeys(own, others, private, pass_type, team)


class WalletPasses:
    def __init__(self, keys: WalletKeys) -> None:
        self._keys = keys

    def make(self, sealed: SealedTicket) -> bytes:
        """A .pkpass archive. Raises `ValidationFailed` when a time is none."""
        files = {"pass.json": msgspec.json.encode(self._pass(sealed)), **self._pictures}
        # Wallet compares these sums alone; SHA-1 is what the format prescribes, the signature itself is SHA-256.
        sums = {name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
        files["manifest.json"] = msgspec.json.encode(sums)
        files["signature"] = self._sign(files["manifest.json"])
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(name, content)
        return archive.getvalue()

    @cached_property
    def _pictures(self) -> Mapping[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(_PICTURES.glob("*.png"))}

    def _sign(self, manifest: bytes) -> bytes:
        builder = PKCS7SignatureBuilder().set_data(manifest)
        builder = builder.add_signer(self._keys.certificate, self._keys.key, SHA256())
        for other in self._keys.others:
            builder = builder.add_certificate(other)
        return builder.sign(Encoding.DER, _DETACHED)

    def _pass(self, sealed: SealedTicket) -> Mapping[str, Any]:
        ticket = sealed.ticket
        return {
            "formatVersion": 1,
            "passTypeIdentifier": self._keys.pass_type,
            "teamIdentifier": self._keys.team,
            "serialNumber": f"{ticket.booking_id}-{ticket.ticket_no}",
            "groupingIdentifier": ticket.booking_id,
            "organizationName": line(ticket.operator_name, 80) or "Wayfare",
            "logoText": line(ticket.operator_name, 30),
            "description": f"Ticket {line(ticket.ticket_no, 24)}",
            "relevantDate": local_moment(ticket.origin).isoformat(),
            "expirationDate": rfc3339(facts_of(ticket).valid_until),
            "foregroundColor": "rgb(255,255,255)",
            "labelColor": "rgb(178,223,219)",
            "backgroundColor": "rgb(15,76,92)",
            "barcodes": [
                {
                    "format": "PKBarcodeFormatAztec",
                    "message": sealed.payload,
                    "messageEncoding": "iso-8859-1",
                    "altText": line(ticket.ticket_no, 24),
                }
            ],
            "boardingPass": {"transitType": f"PKTransitType{_TRANSIT.get(ticket.mode, 'Generic')}", **_fields(ticket)},
        }


def _named(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _fields(ticket: TicketRequest) -> dict[str, list[Mapping[str, str]]]:
    """What each side of the pass shows."""
    departs, arrives = local_moment(ticket.origin), local_moment(ticket.destination)
    seating = [_field("coach", "Coach", ticket.coach, 10), _field("seat", "Seat", ticket.unit_label, 12)]
    return {
        "headerFields": [_field("service", "Service", ticket.service_number, 24)],
        "primaryFields": [_end("origin", ticket.origin), _end("destination", ticket.destination)],
        "secondaryFields": [
            _field("passenger", "Passenger", ticket.passenger_name, 90),
            _field("date", "Date", date_words(departs), 40),
        ],
        "auxiliaryFields": [
            _field("departs", "Departs", f"{departs:%H:%M}", 5),
            _field("arrives", "Arrives", f"{arrives:%H:%M}", 5),
            *(field for field in seating if field["value"]),
            _field("cabin", "Class", label(ticket.cabin), 28),
        ],
        "backFields": [
            _field("locator", "Booking", ticket.locator, 12),
            _field("operator", "Operator", ticket.operator_name, 80),
            _field("fare", "Fare", label(ticket.fare_family), 28),
            _field("zones", "Times are those of", f"{ticket.origin.tz}, {ticket.destination.tz}", 90),
            _field("conditions", "Conditions", " ".join(ticket.conditions), 4000),
        ],
    }


def _end(key: str, call: TicketCall) -> Mapping[str, str]:
    """A code in large letters below the name, or the name alone."""
    return _field(key, line(call.name, 40), call.code or call.name, 24)


def _field(key: str, words: str, value: str | None, letters_max: int) -> Mapping[str, str]:
    return {"key": key, "label": words, "value": line(value or "", letters_max)}
