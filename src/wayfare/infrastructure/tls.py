"""TLS to databases, caches and brokers: every connection of ours gets its context here.

TLS 1.2 at least, 1.3 where the server speaks it (RFC 9325, 3.1.1); AES-GCM or ChaCha20 with forward secrecy, as
Python's defaults have it. The other side's certificate and name are checked, unless PostgreSQL's `sslmode` says
otherwise. Which files are used stands in the address, in the words of each client's own field.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from wayfare.kernel.errors import ConfigurationError

LEAST = ssl.TLSVersion.TLSv1_2
_POSTGRES_VERSIONS = {"": LEAST, "TLSv1.2": LEAST, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
_POSTGRES_VERIFIED = ("verify-ca", "verify-full")
SYSTEM = "system"
"""As a CA file: the authorities that the machine trusts."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. `ca`: who may have signed the server's certificate; without it the machine's authorities count.

    `certificate` and `key` (without a passphrase; may be one file) show the server who we are, where it asks.
    """

    ca: str = ""
    certificate: str = ""
    key: str = ""


def client_context(
    files: TlsFiles, *, verify: bool = True, check_host: bool = True, least: ssl.TLSVersion = LEAST
) -> ssl.SSLContext:
    """Raises ConfigurationError for files that are missing or are not what they should be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = least
    context.check_hostname = verify and check_host
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    if files.ca and files.ca != SYSTEM:
        try:
            context.load_verify_locations(files.ca)
        except OSError as error:
            raise _unusable(files.ca, "has no certificate of an authority", error) from None
    elif verify:
        context.load_default_certs()
    if files.key and not files.certificate:
        raise ConfigurationError(f"the TLS key {files.key} has no certificate beside it")
    if files.certificate:
        _load_own(context, files)
    return context


def take_files(url: str, ca: str, certificate: str, key: str) -> tuple[str, TlsFiles]:
    """`url` without the parameters of these names, and the files that they named."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    found = dict(query)
    kept = [(name, value) for name, value in query if name not in (ca, certificate, key)]
    files = TlsFiles(found.get(ca, ""), found.get(certificate, ""), found.get(key, ""))
    return urlunsplit(parts._replace(query=urlencode(kept))), files


def postgres_context(dsn: str) -> ssl.SSLContext | None:
    """What `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and `ssl_min_protocol_version` of an address ask for, with the
    meaning that libpq gives them. None: the address does not demand TLS; the driver may try (`prefer`, its default).

    Raises ConfigurationError.
    """
    query = dict(parse_qsl(urlsplit(dsn).query))
    least = _POSTGRES_VERSIONS.get(query.get("ssl_min_protocol_version", ""))
    if least is None:
        raise ConfigurationError("the database address: ssl_min_protocol_version is TLSv1.2 or TLSv1.3")
    mode = query.get("sslmode", "")
    if mode not in ("require", *_POSTGRES_VERIFIED):
        return None
    files = TlsFiles(query.get("sslrootcert", ""), query.get("sslcert", ""), query.get("sslkey", ""))
    if mode in _POSTGRES_VERIFIED and not files.ca:
        raise ConfigurationError(f"the database address: sslmode={mode} needs sslrootcert, a file or {SYSTEM!r}")
    context = client_context(files, verify=bool(files.ca), check_host=mode == "verify-full", least=least)
    context.set_alpn_protocols(["postgresql"])
    return context


def _load_own(context: ssl.SSLContext, files: TlsFiles) -> None:
    key = files.key or files.certificate
    for path in (files.certificate, key):
        if not os.access(path, os.R_OK):
            raise ConfigurationError(f"the TLS file {path} cannot be read")
    try:
        # The empty passphrase: without one, OpenSSL would ask at the terminal.
        context.load_cert_chain(files.certificate, key, password="")
    except (OSError, ValueError) as error:
        raise _unusable(files.certificate, f"and {key} are no certificate and its key", error) from None


def _unusable(path: str, otherwise: str, error: Exception) -> ConfigurationError:
    reason = otherwise if isinstance(error, ssl.SSLError | ValueError) else f"cannot be read: {error.strerror}"  # type: ignore[attr-defined]
    return ConfigurationError(f"the TLS file {path} {reason}")
