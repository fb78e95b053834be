"""Letters leave by a real SMTP server, or wait for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from integration.customers.world import EMAIL, World
from system.harness import free_port
from wayfare.kernel.errors import ConfigurationError, Unavailable
from wayfare.services.customers.adapters.mail import FileMailer, SmtpMailer, compose_mail
from wayfare.services.customers.application.ports import Message

SENDER, URL = "Wayfare <tickets@example.org>", "https://tickets.example.org/"
RESET = Message("reset", EMAIL, "Ada", "the-token")


class Mailbox:
    """Takes what comes, and refuses when told to."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 try again later"
        self.received.append(envelope)
        return "250 OK"


def text_of(envelope: Envelope) -> str:
    message = message_from_bytes(envelope.original_content or b"", policy=default)
    assert isinstance(message, EmailMessage)
    text: str = message.get_content()
    return text


def _authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ada", b"p@ss/word")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    """A server that wants a name and a password; what it got, and where it is."""
    box, port = Mailbox(), free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        enable_SMTPUTF8=True,
        authenticator=_authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()  # warns that it takes passwords without TLS, which on the loopback it may
    yield box, f"smtp://ada:p%40ss%2Fword@127.0.0.1:{port}"
    controller.stop()


class TestSmtp:
    async def test_a_letter_arrives(self, mailbox: tuple[Mailbox, str]) -> None:
        box, url = mailbox
        await SmtpMailer(url, SENDER, URL).send(RESET)
        (envelope,) = box.received
        assert (envelope.mail_from, envelope.rcpt_tos) == ("tickets@example.org", [EMAIL])
        assert "https://tickets.example.org/reset#token=the-token" in text_of(envelope)

    async def test_an_address_in_any_script(self, mailbox: tuple[Mailbox, str]) -> None:
        box, url = mailbox
        await SmtpMailer(url, SENDER, URL).send(Message("changed", "अदा@उदाहरण.org", "अदा"))
        assert box.received[0].rcpt_tos == ["अदा@उदाहरण.org"]

    async def test_a_server_that_refuses_or_is_away_is_unavailable(self, mailbox: tuple[Mailbox, str]) -> None:
        box, url = mailbox
        box.refuses = True
        for address in (url, url.replace("p%40ss", "other"), f"smtp://127.0.0.1:{free_port()}"):
            with pytest.raises(Unavailable):
                await SmtpMailer(address, SENDER, URL).send(RESET)

    @pytest.mark.parametrize("url", ["http://mail", "smtp:", "mail.example.org"])
    def test_an_address_of_no_server(self, url: str) -> None:
        with pytest.raises(ConfigurationError, match="WAYFARE_SMTP_URL"):
            SmtpMailer(url, SENDER, URL)

    async def test_a_letter_that_does_not_leave_is_tried_again(
        self, mailbox: tuple[Mailbox, str], world: World
    ) -> None:
        box, url = mailbox
        world.options = replace(world.options, smtp_url=url)
        box.refuses = True
        async with world.process() as process:
            await process.register()
            await process.job("letters")
            box.refuses = False
            await process.job("letters")
            assert box.received == [], "not before its pause is over"
            world.clock.advance(121)
            await process.job("letters")
            await process.job("letters")
            (envelope,) = box.received
            token = re.search(r"#token=(\S+)", text_of(envelope))
            assert token is not None
            answer = await process.http.post("/v1/customers/verify", json={"token": token[1]})
            assert answer.status_code == 204


class TestFiles:
    async def test_only_their_owner_reads_them(self, tmp_path: Path) -> None:
        await FileMailer(tmp_path / "mail", SENDER, URL).send(RESET)
        (path,) = (tmp_path / "mail").iterdir()
        assert (path.suffix, path.stat().st_mode & 0o777) == (".eml", 0o600)
        assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700

    def test_headers_cannot_be_added(self) -> None:
        for name, address in (("Ada\r\nBcc: eve@example.org", EMAIL), ("Ada", "a@example.org\r\nBcc: eve@example.org")):
            try:
                mail = compose_mail(Message("reset", address, name, "t"), sender=SENDER, public_url=URL)
            except ValueError:
                continue
            assert "Bcc" not in mail
