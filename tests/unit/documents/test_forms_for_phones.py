"""Tickets for phones: the event of a calendar, the pass and its signature, the barcode alone."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from PIL import Image, ImageDraw

from unit.documents.world import BERLIN, DELHI, ISSUED_AT, a_ticket, page_pictures
from wallet import PASSWORD, WalletFiles, make_wallet_files
from wayfare.contracts.documents.api import DocumentsApi, ReadTicket, RenderTicket, RenderTickets, TicketRequest
from wayfare.kernel.errors import ConfigurationError, ValidationFailed, WalletNotConfigured
from wayfare.services.documents.adapters.barcode import read_aztec
from wayfare.services.documents.adapters.wallet_pass import read_wallet_keys
from wayfare.services.documents.wiring import build

SCALE = 4


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> WalletFiles:
    return make_wallet_files(tmp_path_factory.mktemp("wallet"))


@pytest.fixture
def documents(tmp_path: Path, files: WalletFiles) -> DocumentsApi:
    api: DocumentsApi = build(data_dir=tmp_path, wallet=read_wallet_keys(files.certificate, files.key, PASSWORD)).api
    return api


class TestCalendar:
    async def event(self, documents: DocumentsApi, ticket: TicketRequest) -> Any:
        rendered = await documents.render_ticket(RenderTicket(ticket, "ics"))
        (event,) = Calendar.from_ical(rendered.content).walk("VEVENT")
        return event

    async def test_has_the_instants_of_the_ride(self, documents: DocumentsApi) -> None:
        event = await self.event(documents, a_ticket())
        assert event.decoded("dtstart") == datetime(2026, 11, 21, 21, 31, tzinfo=UTC)
        assert event.decoded("dtend") == datetime(2026, 11, 22, 0, 45, tzinfo=UTC)
        assert event.decoded("dtstamp") == datetime.fromtimestamp(ISSUED_AT, UTC)

    async def test_says_where_and_on_what(self, documents: DocumentsApi) -> None:
        event = await self.event(documents, a_ticket())
        assert event["summary"] == "NL 451 Berlin Hauptbahnhof → New Delhi"
        assert event["location"] == "Berlin Hauptbahnhof, Platform 7"
        words = str(event["description"])
        assert "22:31 Berlin Hauptbahnhof, Platform 7 (Europe/Berlin)" in words
        assert "06:15 New Delhi (Asia/Kolkata)" in words
        assert "Seat: 7 7-42" in words
        assert "Booking: K7M2QX" in words

    async def test_of_the_same_ticket_replaces_itself(self, documents: DocumentsApi) -> None:
        first = await self.event(documents, a_ticket())
        later = await self.event(documents, a_ticket(issued_at=ISSUED_AT + 60))
        other = await self.event(documents, a_ticket(ticket_no="K7M2QX-2-1"))
        assert first["uid"] == later["uid"] != other["uid"]

    async def test_is_not_broken_by_what_people_are_called(self, documents: DocumentsApi) -> None:
        ticket = a_ticket(passenger_name="Eve\r\nATTACH:http://evil.example.org;x,\\y", unit_label=None, coach=None)
        event = await self.event(documents, ticket)
        assert "attach" not in event
        assert "Eve ATTACH:http://evil.example.org;x,\\y" in str(event["description"])
        assert "Free seating" in str(event["description"])


class TestPass:
    async def unpacked(self, documents: DocumentsApi, **changes: Any) -> dict[str, bytes]:
        rendered = await documents.render_ticket(RenderTicket(a_ticket(**changes), "pkpass"))
        with zipfile.ZipFile(io.BytesIO(rendered.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    async def test_is_signed_down_to_every_file(
        self, documents: DocumentsApi, files: WalletFiles, tmp_path: Path
    ) -> None:
        unpacked = await self.unpacked(documents)
        sums = json.loads(unpacked["manifest.json"])
        assert set(sums) == set(unpacked) - {"manifest.json", "signature"} >= {"pass.json", "icon.png", "icon@2x.png"}
        assert sums == {name: hashlib.sha1(unpacked[name]).hexdigest() for name in sums}
        for name in ("manifest.json", "signature"):
            (tmp_path / name).write_bytes(unpacked[name])
        assert verified(tmp_path, files.root)
        (tmp_path / "manifest.json").write_bytes(unpacked["manifest.json"] + b" ")
        assert not verified(tmp_path, files.root)

    async def test_belongs_to_the_certificate(self, documents: DocumentsApi) -> None:
        shown = json.loads((await self.unpacked(documents))["pass.json"])
        assert (shown["passTypeIdentifier"], shown["teamIdentifier"]) == ("pass.org.example.wayfare", "TEAM123")
        assert shown["formatVersion"] == 1

    async def test_shows_the_ride_and_the_code_of_the_paper(self, documents: DocumentsApi) -> None:
        shown = json.loads((await self.unpacked(documents))["pass.json"])
        card = shown["boardingPass"]
        assert card["transitType"] == "PKTransitTypeTrain"
        assert [(end["label"], end["value"]) for end in card["primaryFields"]] == [
            ("Berlin Hauptbahnhof", "BLS"), ("New Delhi", "NDLS"),
        ]  # fmt: skip
        assert {field["key"]: field["value"] for field in card["auxiliaryFields"]} == {
            "departs": "22:31", "arrives": "06:15", "coach": "7", "seat": "7-42", "cabin": "Second",
        }  # fmt: skip
        assert shown["relevantDate"] == "2026-11-21T22:31:00+01:00"
        (code,) = shown["barcodes"]
        assert code["format"] == "PKBarcodeFormatAztec"
        read = await documents.read_ticket(ReadTicket(code["message"]))
        assert (read.ticket_no, read.locator) == ("K7M2QX-1-1", "K7M2QX")

    @pytest.mark.parametrize(("mode", "kind"), [("air", "Air"), ("coach", "Bus"), ("ferry", "Boat"), ("x", "Generic")])
    async def test_of_other_vehicles(self, mode: str, kind: str, documents: DocumentsApi) -> None:
        shown = json.loads((await self.unpacked(documents, mode=mode, coach=None, unit_label=None))["pass.json"])
        assert shown["boardingPass"]["transitType"] == f"PKTransitType{kind}"
        assert {"seat", "coach"}.isdisjoint(field["key"] for field in shown["boardingPass"]["auxiliaryFields"])

    async def test_is_refused_where_nothing_signs_it(self, tmp_path: Path) -> None:
        with pytest.raises(WalletNotConfigured):
            await build(data_dir=tmp_path).api.render_ticket(RenderTicket(a_ticket(), "pkpass"))


class TestKeys:
    def test_that_do_not_belong_together_are_refused(self, files: WalletFiles, tmp_path: Path) -> None:
        other = make_wallet_files(tmp_path)
        for certificate, key, password in (
            (files.certificate, other.key, PASSWORD),
            (files.certificate, files.key, "another"),
            (files.certificate, files.key, ""),
            (files.key, files.key, PASSWORD),
            (tmp_path / "missing.pem", files.key, PASSWORD),
        ):
            with pytest.raises(ConfigurationError, match="WAYFARE_WALLET"):
                read_wallet_keys(certificate, key, password)

    @pytest.mark.parametrize("missing", [{"pass_type": ""}, {"team": ""}])
    def test_that_are_for_something_else_are_refused(self, missing: dict[str, str], tmp_path: Path) -> None:
        made = make_wallet_files(tmp_path, **missing)
        with pytest.raises(ConfigurationError, match="UID"):
            read_wallet_keys(made.certificate, made.key, PASSWORD)


class TestCode:
    async def test_is_the_one_of_the_paper(self, documents: DocumentsApi) -> None:
        rendered = await documents.render_ticket(RenderTicket(a_ticket(), "svg"))
        assert rendered.content.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
        paper = await documents.render_tickets(RenderTickets((a_ticket(),)))
        assert read_aztec(drawn(rendered.content)) == read_aztec(page_pictures(paper.pdf, dpi=200)[0])
        (text,) = read_aztec(drawn(rendered.content))
        assert (await documents.read_ticket(ReadTicket(text))).ticket_no == "K7M2QX-1-1"

    async def test_of_times_that_are_none_is_refused(self, documents: DocumentsApi) -> None:
        spoiled = a_ticket(origin=type(BERLIN)(BERLIN.place_id, "x", None, "soon", BERLIN.tz), destination=DELHI)
        for form in ("ics", "pkpass", "svg"):
            with pytest.raises(ValidationFailed):
                await documents.render_ticket(RenderTicket(spoiled, form))  # type: ignore[arg-type]


def drawn(svg: bytes) -> Image.Image:
    """The rectangles of its one path."""
    width, height = (int(found) for found in re.findall(rb'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    picture = Image.new("L", (width * SCALE, height * SCALE), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, length in (map(int, found) for found in re.findall(rb"M(\d+) (\d+)h(\d+)v1", svg)):
        draw.rectangle((x * SCALE, y * SCALE, (x + length) * SCALE - 1, (y + 1) * SCALE - 1), 0)
    return picture


def verified(folder: Path, root: Path) -> bool:
    """As OpenSSL sees it, a second opinion."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine")
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content",
               "manifest.json", "-CAfile", str(root), "-purpose", "any", "-out", "/dev/null"]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
