from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from unit.documents.world import a_ticket, page_pictures
from wayfare.contracts.documents.api import RenderTickets
from wayfare.kernel.time import FixedClock
from wayfare.services.documents.adapters.barcode import aztec_svg
from wayfare.services.documents.domain.errors import TicketForged, TicketKeyUnknown, TicketUnreadable
from wayfare.services.documents.domain.facts import facts_of
from wayfare.services.documents.domain.payload import sign_payload
from wayfare.services.documents.wiring import Service, Verifier, build, build_verifier

ON_BOARD = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
TWO = (a_ticket(), a_ticket(ticket_no="K7M2QX-2-1", passenger_name="राजेश कुमार"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = build(data_dir=tmp_path_factory.mktemp("data"), clock=FixedClock(ON_BOARD))
    yield service
    service.close()


@pytest.fixture
async def pdf(service: Service) -> bytes:
    return (await service.api.render_tickets(RenderTickets(TWO))).pdf


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
def test_standing_by_the_clock(service: Service, now: datetime, standing: str) -> None:
    payload = sign_payload(facts_of(a_ticket()), service.keys.current())
    verdict = Verifier(service.keys.public_keys(), FixedClock(now)).verify(payload + "\n")
    assert verdict.standing == standing
    assert verdict.facts == facts_of(a_ticket())


def test_public_keys_are_enough(service: Service) -> None:
    verifier = build_verifier(public_keys=service.keys.export_public(), clock=FixedClock(ON_BOARD))
    payload = sign_payload(facts_of(a_ticket()), service.keys.current())
    assert verifier.verify(payload).standing == "valid"


class TestVerifyImage:
    async def test_pdf_gives_every_ticket(self, service: Service, pdf: bytes, tmp_path: Path) -> None:
        path = tmp_path / "ticket.pdf"
        path.write_bytes(pdf)
        verdicts = service.verifier().verify_image(path)
        assert [verdict.facts.passenger_name for verdict in verdicts] == ["Anna Schmidt", "राजेश कुमार"]

    @pytest.mark.parametrize("name", ["page.png", "page.jpg", "page.webp", "picture-without-suffix.gif"])
    async def test_pictures(self, service: Service, pdf: bytes, tmp_path: Path, name: str) -> None:
        path = saved(page_pictures(pdf, dpi=150)[0], tmp_path / name)
        (verdict,) = service.verifier().verify_image(path)
        assert verdict.facts == facts_of(TWO[0])

    async def test_a_clear_background_counts_as_paper(
        self, service: Service, pdf: bytes, tmp_path: Path
    ) -> None:
        picture = page_pictures(pdf, dpi=150)[0].convert("L")
        clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
        clear.putalpha(picture.point(lambda grey: 255 - grey))
        (verdict,) = service.verifier().verify_image(saved(clear, tmp_path / "clear.png"))
        assert verdict.standing == "valid"

    async def test_a_forged_picture_is_refused(self, service: Service, tmp_path: Path) -> None:
        forger = build(data_dir=tmp_path / "forger")
        try:
            forged = (await forger.api.render_tickets(RenderTickets((a_ticket(),)))).pdf
        finally:
            forger.close()
        path = saved(page_pictures(forged, dpi=150)[0], tmp_path / "forged.png")
        with pytest.raises(TicketKeyUnknown):
            service.verifier().verify_image(path)
        ours, theirs = service.keys.current(), forger.keys.public_keys()
        with pytest.raises(TicketForged):
            Verifier(
                {key_id: ours.private_key.public_key() for key_id in theirs}, FixedClock(ON_BOARD)
            ).verify_image(path)

    @pytest.mark.parametrize(
        "content",
        [b"", b"hello", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n broken", b"\xff\xd8\xff\xe0 broken"],
    )
    def test_what_is_no_picture_is_unreadable(self, service: Service, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "file"
        path.write_bytes(content)
        with pytest.raises(TicketUnreadable):
            service.verifier().verify_image(path)

    def test_missing_files_and_empty_pictures_are_unreadable(self, service: Service, tmp_path: Path) -> None:
        white = saved(Image.new("L", (800, 800), "white"), tmp_path / "white.png")
        for path in (tmp_path / "missing.png", tmp_path, white):
            with pytest.raises(TicketUnreadable):
                service.verifier().verify_image(path)


def test_the_drawn_code_has_no_quiet_zone() -> None:
    svg = aztec_svg("WF1:BB8")
    assert 'd="M0 0' in svg or "M0 1" in svg
