"""What Apple gives to those who make passes: a certificate for a pass type below an intermediate one, of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

PASSWORD = "kept beside the key"


class WalletFiles(NamedTuple):
    """`certificate`: the pass type's and the intermediate one; `root`: whom both come from."""

    certificate: Path
    key: Path
    root: Path


def make_wallet_files(
    folder: Path, *, pass_type: str = "pass.org.example.wayfare", team: str = "TEAM123"
) -> WalletFiles:
    """Good since yesterday. The key is encrypted with PASSWORD."""
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(3)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A root")]),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An intermediate one")]),
        x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, f"Pass Type ID: {pass_type}"),
                *([x509.NameAttribute(NameOID.USER_ID, pass_type)] if pass_type else ()),
                *([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, team)] if team else ()),
            ]
        ),
    ]
    pems = [
        _certificate(names[at], keys[at], names[max(0, at - 1)], keys[max(0, at - 1)], authority=at < 2)
        for at in range(3)
    ]
    files = WalletFiles(folder / "pass.pem", folder / "pass-key.pem", folder / "root.pem")
    folder.mkdir(parents=True, exist_ok=True)
    files.certificate.write_bytes(pems[2] + pems[1])
    encryption = BestAvailableEncryption(PASSWORD.encode())
    files.key.write_bytes(keys[2].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    files.root.write_bytes(pems[0])
    return files


def _certificate(
    subject: x509.Name, key: rsa.RSAPrivateKey, issuer: x509.Name, issuer_key: rsa.RSAPrivateKey, *, authority: bool
) -> bytes:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(issuer_key, SHA256()).public_bytes(Encoding.PEM)
