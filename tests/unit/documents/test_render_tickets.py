import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.documents.world import BERLIN, DELHI, a_ticket, page_pictures, page_texts
from wayfare.contracts.documents.api import RenderTickets, TicketRequest
from wayfare.kernel.errors import Unavailable, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.documents.adapters.barcode import read_aztec
from wayfare.services.documents.adapters.coverage import is_covered
from wayfare.services.documents.adapters.typst_renderer import TypstRenderer
from wayfare.services.documents.application.ports import SealedTicket
from wayfare.services.documents.domain.facts import facts_of
from wayfare.services.documents.domain.payload import verify_payload
from wayfare.services.documents.wiring import Documents, build

NAMES = [
    "राजेश कुमार श्रीवास्तव",
    "Александр Сергеевич Пушкин",
    "王小明 䶮喆",
    "山田 太郎",
    "김민수",
    "محمد بن عبد الله",
    "דוד בן־גוריון",
    "Ελευθέριος Βενιζέλος",
    "Łukasz Żółć-Ñuñez Ğüşİ",
    "Nguyễn Thị Hồng",
    "สมชาย ใจดี",
    "தமிழ்செல்வன்",
]
INJECTIONS = [
    '"); #panic("x")',
    '#read("/etc/passwd") #{1+1}',
    "$x^2$ *bold* _it_ `raw` = Title",
    "\\u{41} \\ \\\\ // no comment /* nor this */",
    "@label <label> ~ -- --- 'single' \"double\"",
    '{"json": ["</svg>", "&amp;", "%s", "{0}"]}',
    "Robert'); DROP TABLE tickets;--",
]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    documents: Documents = build(data_dir=tmp_path_factory.mktemp("data")).api
    yield documents
    documents.renderer.close()


async def render(documents: Documents, *tickets: TicketRequest) -> bytes:
    return (await documents.render_tickets(RenderTickets(tickets))).pdf


class TestPage:
    async def test_shows_the_trip_in_local_times(self, documents: Documents) -> None:
        (text,) = page_texts(await render(documents, a_ticket()))
        for words in (
            "Nordlicht Rail", "Berlin – Delhi", "NL 451", "Anna Schmidt", "Adult",
            "22:31", "Berlin Hauptbahnhof", "Sat 21 November 2026", "Europe/Berlin · UTC+1", "Platform 7",
            "06:15", "New Delhi", "Sun 22 November 2026", "Asia/Kolkata · UTC+5:30", "+1 day", "3 h 14 min",
            "K7M2QX-1-1", "59.90 EUR", "2026-11-18 11:06 UTC", "Second", "Saver", "1 of 1",
            "Valid only on the train shown.", "No refund after departure.",
        ):  # fmt: skip
            assert words in text
        assert "COACH SEAT CLASS FARE 7 42 Second Saver" in text, "the coach is not said twice"

    async def test_one_page_per_passenger_and_leg(self, documents: Documents) -> None:
        tickets = [
            a_ticket(ticket_no=f"K7M2QX-{passenger}-{leg}", passenger_name=name)
            for passenger, name in enumerate(("Anna Schmidt", "Emil Schmidt"), 1)
            for leg in (1, 2)
        ]
        pdf = await render(documents, *tickets)
        texts = page_texts(pdf)
        assert len(texts) == 4
        for ticket, text in zip(tickets, texts, strict=True):
            assert ticket.ticket_no in text
            assert ticket.passenger_name in text

    @pytest.mark.parametrize(
        ("mode", "words"), [("air", "FLIGHT"), ("coach", "COACH"), ("ferry", "SAILING"), ("tram", "SERVICE")]
    )
    async def test_speaks_the_words_of_the_mode(self, documents: Documents, mode: str, words: str) -> None:
        (text,) = page_texts(await render(documents, a_ticket(mode=mode, coach=None, unit_label=None)))
        assert words in text
        assert "Free seating" in text

    async def test_money_without_decimals(self, documents: Documents) -> None:
        (text,) = page_texts(await render(documents, a_ticket(price=Money(12000, "JPY"))))
        assert "12000 JPY" in text

    async def test_a_day_back_across_the_date_line(self, documents: Documents) -> None:
        origin = msgspec.structs.replace(BERLIN, local_time="2026-11-21T22:31:00+14:00", tz="Pacific/Kiritimati")
        destination = msgspec.structs.replace(DELHI, local_time="2026-11-21T00:31:00-11:00", tz="Pacific/Niue")
        (text,) = page_texts(await render(documents, a_ticket(origin=origin, destination=destination)))
        assert "3 h 00 min" in text
        destination = msgspec.structs.replace(DELHI, local_time="2026-11-20T22:31:00-11:00")
        (text,) = page_texts(await render(documents, a_ticket(origin=origin, destination=destination)))
        assert "-1 day" in text

    async def test_many_conditions_are_cut_aloud(self, documents: Documents) -> None:
        (text,) = page_texts(await render(documents, a_ticket(conditions=("Bring good weather. " * 5,) * 40)))
        assert "More conditions apply" in text

    async def test_one_endless_word_keeps_its_page(self, documents: Documents) -> None:
        endless = "Donaudampfschifffahrts" * 40
        place = msgspec.structs.replace(BERLIN, name=endless, code=endless, platform=endless, tz=endless)
        ticket = a_ticket(
            passenger_name=endless, operator_name=endless, line_name=endless, service_number=endless,
            passenger_category=endless, cabin=endless, fare_family=endless, coach=endless, unit_label=endless,
            origin=place, destination=place, conditions=(endless,), ticket_no=endless, locator=endless,
        )  # fmt: skip
        pdf = await render(documents, ticket)
        assert len(page_texts(pdf)) == 1
        (picture,) = page_pictures(pdf, dpi=150)
        (payload,) = read_aztec(picture)
        assert verify_payload(payload, documents.keys.public_keys()) == facts_of(ticket)


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    async def test_every_script_comes_out_as_written(self, documents: Documents, name: str) -> None:
        ticket = a_ticket(passenger_name=name, origin=msgspec.structs.replace(BERLIN, name=name))
        pdf = await render(documents, ticket)
        (text,) = page_texts(pdf)
        assert text.count(name) == 2
        (picture,) = page_pictures(pdf, dpi=150)
        (payload,) = read_aztec(picture)
        assert verify_payload(payload, documents.keys.public_keys()).passenger_name == name

    @pytest.mark.parametrize("name", INJECTIONS)
    async def test_markup_in_data_stays_text(self, documents: Documents, name: str) -> None:
        ticket = a_ticket(passenger_name=name, operator_name=name, service_number=name, cabin=name, conditions=(name,))
        (text,) = page_texts(await render(documents, ticket))
        squeezed = text.replace(" ", "")
        assert squeezed.count(name.replace(" ", "")) >= 3  # passenger, operator, condition: never shortened

    async def test_direction_overrides_do_not_reach_the_page(self, documents: Documents) -> None:
        (text,) = page_texts(await render(documents, a_ticket(passenger_name="Anna \u202etdimhcS")))
        assert "Anna tdimhcS" in text


class TestAccessibility:
    def is_accessible(self, pdf: bytes) -> bool:
        """Typst writes the PDF/UA mark only when every letter has its glyph and every picture its words."""
        return b"<pdfuaid:part>1</pdfuaid:part>" in pdf

    @pytest.mark.parametrize("name", [*NAMES, *INJECTIONS, "🚀", "ꦗꦮ 𝄞 ᚠ", "Zo\u0308e q\u0335\u0336", "می\u200cخواهم"])
    async def test_no_letter_is_an_empty_box(self, documents: Documents, name: str) -> None:
        assert self.is_accessible(await render(documents, a_ticket(passenger_name=name)))

    def test_every_covered_letter_is_drawn(self, documents: Documents) -> None:
        letters = "".join(filter(is_covered, map(chr, range(0x110000))))
        tickets = [
            SealedTicket(a_ticket(conditions=(letters[start : start + 500],)), "WF1:BB8", "00000000")
            for start in range(0, len(letters), 500)
        ]
        assert self.is_accessible(documents.renderer.render_now(tickets))

    @settings(max_examples=60, deadline=None)
    @given(name=st.text(max_size=60))
    def test_any_name_makes_one_page(self, documents: Documents, name: str) -> None:
        ticket = a_ticket(passenger_name=name, operator_name=name, cabin=name)
        pdf = documents.renderer.render_now([SealedTicket(ticket, "WF1:BB8", "00000000")])
        assert len(page_texts(pdf)) == 1


class TestCode:
    @pytest.mark.parametrize("dpi", [110, 150, 200, 300])
    async def test_is_read_back_from_the_page(self, documents: Documents, dpi: int) -> None:
        tickets = (a_ticket(), a_ticket(ticket_no="K7M2QX-2-1", passenger_name="राजेश कुमार"))
        pictures = page_pictures(await render(documents, *tickets), dpi=dpi)
        for ticket, picture in zip(tickets, pictures, strict=True):
            (payload,) = read_aztec(picture)
            assert verify_payload(payload, documents.keys.public_keys()) == facts_of(ticket)

    async def test_survives_turning_and_a_coffee_stain(self, documents: Documents) -> None:
        (picture,) = page_pictures(await render(documents, a_ticket()), dpi=200)
        left, top = (round(mm / 25.4 * 200) for mm in (20, 131))
        picture.paste("#6b4a2b", (left, top, left + 60, top + 60))
        (payload,) = read_aztec(picture.rotate(7, expand=True, fillcolor="white"))
        assert verify_payload(payload, documents.keys.public_keys()) == facts_of(a_ticket())


class TestApi:
    async def test_the_same_tickets_give_the_same_bytes(self, documents: Documents) -> None:
        message = RenderTickets((a_ticket(),))
        first, second = await asyncio.gather(*(documents.render_tickets(message) for _ in range(2)))
        assert first == second
        assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()

    @pytest.mark.parametrize("count", [0, 101])
    async def test_none_and_too_many_are_refused(self, documents: Documents, count: int) -> None:
        with pytest.raises(ValidationFailed):
            await documents.render_tickets(RenderTickets((a_ticket(),) * count))

    async def test_many_at_once(self, documents: Documents) -> None:
        names = [f"Passenger {number}" for number in range(20)]
        pdfs = await asyncio.gather(*(render(documents, a_ticket(passenger_name=name)) for name in names))
        for name, pdf in zip(names, pdfs, strict=True):
            assert name in page_texts(pdf)[0]

    async def test_too_many_waiting_are_told_so(self) -> None:
        renderer = TypstRenderer(threads=1, waiting_max=0)
        sealed = SealedTicket(ticket=a_ticket(), payload="WF1:BB8", key_id="00000000")
        try:
            results = await asyncio.gather(*(renderer.render([sealed]) for _ in range(3)), return_exceptions=True)
        finally:
            renderer.close()
        assert [type(result) for result in results].count(Unavailable) == 2


def test_the_template_and_fonts_are_part_of_the_package() -> None:
    from wayfare.services.documents import adapters

    folder = Path(adapters.__path__[0])
    assert (folder / "templates" / "ticket.typ").is_file()
    assert (folder / "fonts" / "NotoSans-Regular.ttf").is_file()
