"""Letters as e-mail: by SMTP, or as files in a folder where no server is configured."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from wayfare.kernel.errors import ConfigurationError, Unavailable
from wayfare.services.customers.application.ports import Mailer, Message

TIMEOUT_S = 15.0
_TEXTS = {
    "verify": (
        "Please confirm your e-mail address",
        "Somebody, hopefully you, asked for a Wayfare account with this address. Confirm it within a day:\n\n"
        "{link}\n\nIf it was not you, do nothing: without this link there will be no account.",
    ),
    "exists": (
        "You have an account already",
        "Somebody, hopefully you, asked for a Wayfare account with this address, but there is one already. Log in\n"
        "with it, or choose a new password if you have forgotten yours. If it was not you, there is nothing to do.",
    ),
    "reset": (
        "Choose a new password",
        "Somebody, hopefully you, wants a new password for your Wayfare account. The link works once, for half an hour:"
        "\n\n{link}\n\nIf it was not you, do nothing: your password stays as it is.",
    ),
    "changed": (
        "Your password was changed",
        "The password of your Wayfare account has just been changed, and other devices were signed out. If it was not\n"
        "you, choose a new one at once.",
    ),
    "second_factor": (
        "The second factor of your account was changed",
        "The second factor of your Wayfare account has just been set up or removed. If it was neither you nor an\n"
        "administrator whom you asked, choose a new password at once.",
    ),
}
_PAGES = {"verify": "/verify", "reset": "/reset"}
"""Of the web app."""


def compose_mail(message: Message, *, sender: str, public_url: str) -> EmailMessage:
    """The token stands behind a # of the link: browsers send that part to nobody, no log ever shows it."""
    subject, text = _TEXTS[message.kind]
    link = f"{public_url.rstrip('/')}{_PAGES.get(message.kind, '')}#token={message.token}"
    mail = EmailMessage(policy=SMTPUTF8)
    mail["Subject"] = subject
    mail["From"] = sender
    local, _, domain = message.to.rpartition("@")
    mail["To"] = Address(username=local, domain=domain)
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = make_msgid(domain="wayfare")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    greeting = f"Hello {message.given_name}," if message.given_name else "Hello,"
    mail.set_content(f"{greeting}\n\n{text.format(link=link)}\n")
    return mail


class _Mailer:
    def __init__(self, sender: str, public_url: str) -> None:
        self._sender, self._public_url = sender, public_url

    def _mail(self, message: Message) -> EmailMessage:
        try:
            return compose_mail(message, sender=self._sender, public_url=self._public_url)
        except (MessageError, ValueError, IndexError) as error:
            # The shape was checked when it came; the grammar of RFC 5322 is stricter.
            raise Unavailable(f"no letter can be addressed to it: {type(error).__name__}") from None


class SmtpMailer(_Mailer):
    """Hands letters to a server: smtp://user:password@host:587 (STARTTLS where it is offered) or smtps://…:465."""

    def __init__(self, url: str, sender: str, public_url: str) -> None:
        """Raises ConfigurationError."""
        super().__init__(sender, public_url)
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ConfigurationError("WAYFARE_SMTP_URL: must look like smtp://user:password@host:587 or smtps://…")
        self._tls = parts.scheme == "smtps"
        self._host, self._port = parts.hostname, parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, message: Message) -> None:
        try:
            await aiosmtplib.send(
                self._mail(message),
                recipients=[message.to],
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                timeout=TIMEOUT_S,
            )
        except (aiosmtplib.SMTPException, ssl.SSLError, OSError, ValueError) as error:
            raise Unavailable(f"the mail server did not take it: {type(error).__name__}") from None


class FileMailer(_Mailer):
    """Writes letters as .eml files, for machines without a mail server: whoever may read the folder reads them."""

    def __init__(self, folder: Path, sender: str, public_url: str) -> None:
        super().__init__(sender, public_url)
        self._folder = folder

    async def send(self, message: Message) -> None:
        mail = self._mail(message)
        try:
            await asyncio.to_thread(self._write, f"{time.time_ns()}-{message.kind}.eml", mail.as_bytes())
        except OSError as error:
            raise Unavailable(f"{self._folder} cannot be written: {error.strerror}") from None

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        hidden = self._folder / f".{name}"
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        hidden.rename(self._folder / name)


def build_mailer(smtp_url: str | None, folder: Path, sender: str, public_url: str) -> Mailer:
    """Raises ConfigurationError for an address that is none."""
    if smtp_url is None:
        return FileMailer(folder, sender, public_url)
    return SmtpMailer(smtp_url, sender, public_url)
