from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from PIL import Image

from unit.documents.world import a_ticket, page_pictures
from wayfare.contracts.documents.api import ReadTicket, RenderTickets
from wayfare.infrastructure.signing_keys import read_public_keys
from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.time import FixedClock
from wayfare.services.documents.adapters.barcode import aztec_svg
from wayfare.services.documents.domain.errors import TicketForged, TicketKeyUnknown, TicketUnreadable
from wayfare.services.documents.domain.facts import facts_of
from wayfare.services.documents.domain.payload import sign_payload
from wayfare.services.documents.entrypoints.http import router
from wayfare.services.documents.wiring import KEYS, Documents, Verifier, build, key_file_of, open_verifier

ON_BOARD = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
TWO = (a_ticket(), a_ticket(ticket_no="K7M2QX-2-1", passenger_name="राजेश कुमार"))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    documents: Documents = build(data_dir=tmp_path_factory.mktemp("data")).api
    yield documents
    documents.renderer.close()


@pytest.fixture(scope="module")
def verifier(documents: Documents) -> Verifier:
    return Verifier(documents.keys.public_keys(), FixedClock(ON_BOARD))


@pytest.fixture
async def pdf(documents: Documents) -> bytes:
    return (await documents.render_tickets(RenderTickets(TWO))).pdf


def saved(picture: Image.Image, path: Path) -> Path:
    picture.save(path)
    return path


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), "not_yet_valid"),
        (datetime(2026, 11, 21, 9, 31, tzinfo=UTC), "valid"),
        (ON_BOARD, "valid"),
        (datetime(2026, 11, 23, 0, 45, tzinfo=UTC), "valid"),
        (datetime(2026, 11, 23, 0, 46, tzinfo=UTC), "expired"),
    ],
)
def test_standing_by_the_clock(documents: Documents, now: datetime, standing: str) -> None:
    payload = sign_payload(facts_of(a_ticket()), documents.keys.current())
    verdict = Verifier(documents.keys.public_keys(), FixedClock(now)).verify(payload + "\n")
    assert verdict.standing == standing
    assert verdict.facts == facts_of(a_ticket())


def test_public_keys_are_enough(documents: Documents, tmp_path: Path) -> None:
    exported = tmp_path / "public.json"
    exported.write_bytes(documents.keys.export_public())
    payload = sign_payload(facts_of(a_ticket()), documents.keys.current())
    assert open_verifier(exported, clock=FixedClock(ON_BOARD)).verify(payload).standing == "valid"


def test_the_key_file_of_an_installation_will_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        open_verifier(key_file_of(tmp_path), clock=FixedClock(ON_BOARD))
    documents: Documents = build(data_dir=tmp_path).api
    payload = sign_payload(facts_of(a_ticket()), documents.keys.current())
    verifier = open_verifier(key_file_of(tmp_path), clock=FixedClock(ON_BOARD))
    assert verifier.verify(payload).standing == "valid"


async def test_the_contract_reads_a_code_and_refuses_what_is_none(documents: Documents, tmp_path: Path) -> None:
    payload = sign_payload(facts_of(a_ticket()), documents.keys.current())
    read = await documents.read_ticket(ReadTicket(payload + "\n"))
    assert (read.ticket_no, read.locator) == (a_ticket().ticket_no, a_ticket().locator)
    other: Documents = build(data_dir=tmp_path).api
    with pytest.raises(TicketKeyUnknown):
        await other.read_ticket(ReadTicket(payload))
    with pytest.raises(TicketUnreadable):
        await documents.read_ticket(ReadTicket("WF1:nonsense"))


async def test_the_public_keys_are_served(documents: Documents) -> None:
    app = FastAPI()
    app.include_router(router(documents.keys.export_public))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://wayfare") as client:
        answer = await client.get("/v1/ticket-keys")
    assert answer.status_code == 200
    assert answer.content == documents.keys.export_public()
    assert list(read_public_keys(answer.content, KEYS)) == list(documents.keys.public_keys())


class TestVerifyImage:
    async def test_pdf_gives_every_ticket(self, verifier: Verifier, pdf: bytes, tmp_path: Path) -> None:
        path = tmp_path / "ticket.pdf"
        path.write_bytes(pdf)
        verdicts = verifier.verify_image(path)
        assert [verdict.facts.passenger_name for verdict in verdicts] == ["Anna Schmidt", "राजेश कुमार"]

    @pytest.mark.parametrize("name", ["page.png", "page.jpg", "page.webp", "picture-without-suffix.gif"])
    async def test_pictures(self, verifier: Verifier, pdf: bytes, tmp_path: Path, name: str) -> None:
        path = saved(page_pictures(pdf, dpi=150)[0], tmp_path / name)
        (verdict,) = verifier.verify_image(path)
        assert verdict.facts == facts_of(TWO[0])

    async def test_a_clear_background_counts_as_paper(self, verifier: Verifier, pdf: bytes, tmp_path: Path) -> None:
        picture = page_pictures(pdf, dpi=150)[0].convert("L")
        clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
        clear.putalpha(picture.point(lambda grey: 255 - grey))
        (verdict,) = verifier.verify_image(saved(clear, tmp_path / "clear.png"))
        assert verdict.standing == "valid"

    async def test_a_forged_picture_is_refused(self, documents: Documents, verifier: Verifier, tmp_path: Path) -> None:
        forger = build(data_dir=tmp_path / "forger")
        forged = (await forger.api.render_tickets(RenderTickets((a_ticket(),)))).pdf
        await forger.stop()
        path = saved(page_pictures(forged, dpi=150)[0], tmp_path / "forged.png")
        with pytest.raises(TicketKeyUnknown):
            verifier.verify_image(path)
        ours, theirs = documents.keys.current(), forger.api.keys.public_keys()
        with pytest.raises(TicketForged):
            Verifier({key_id: ours.private_key.public_key() for key_id in theirs}, FixedClock(ON_BOARD)).verify_image(
                path
            )

    @pytest.mark.parametrize(
        "content",
        [b"", b"hello", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n broken", b"\xff\xd8\xff\xe0 broken"],
    )
    def test_what_is_no_picture_is_unreadable(self, verifier: Verifier, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "file"
        path.write_bytes(content)
        with pytest.raises(TicketUnreadable):
            verifier.verify_image(path)

    def test_missing_files_and_empty_pictures_are_unreadable(self, verifier: Verifier, tmp_path: Path) -> None:
        white = saved(Image.new("L", (800, 800), "white"), tmp_path / "white.png")
        for path in (tmp_path / "missing.png", tmp_path, white):
            with pytest.raises(TicketUnreadable):
                verifier.verify_image(path)


def test_the_drawn_code_has_no_quiet_zone() -> None:
    svg = aztec_svg("WF1:BB8")
    assert 'd="M0 0' in svg or "M0 1" in svg
