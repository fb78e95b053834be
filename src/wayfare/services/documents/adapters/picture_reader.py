"""Reading the codes of tickets from PNG, JPEG and other pictures, and from PDF."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from wayfare.services.documents.adapters.barcode import read_aztec
from wayfare.services.documents.domain.errors import TicketUnreadable

_PDF_DPI = 200
_PDF_PAGES_MAX = 100
_PDF_PAGE_POINTS_MAX = 4000  # some 1.4 m: a larger page is no ticket and would only fill memory


class PictureReader:
    """Implements `CodeReader`."""

    def read(self, path: Path) -> list[str]:
        """The texts of the Aztec codes in a file, page by page.

        Raises `TicketUnreadable` when the file is missing or is neither picture nor PDF.
        """
        try:
            with path.open("rb") as file:
                is_pdf = b"%PDF-" in file.read(1024)
        except OSError as error:
            raise TicketUnreadable(f"{path} cannot be read: {error.strerror}") from None
        return _read_pdf(path) if is_pdf else _read_picture(path)


def _read_picture(path: Path) -> list[str]:
    try:
        with Image.open(path) as picture:
            return read_aztec(_on_white(picture))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise TicketUnreadable(f"{path.name} is neither a picture nor a PDF that can be read") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """Transparent parts as paper shows them: screenshots and exports often have a clear background."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("L")


def _read_pdf(path: Path) -> list[str]:
    found: list[str] = []
    with _opened(path) as document:
        if len(document) > _PDF_PAGES_MAX:
            raise TicketUnreadable(f"{path.name} has more than {_PDF_PAGES_MAX} pages")
        for page in document:
            if max(page.get_size()) > _PDF_PAGE_POINTS_MAX:
                raise TicketUnreadable(f"{path.name} has a page too large for a ticket")
            found += read_aztec(page.render(scale=_PDF_DPI / 72).to_pil())
    return found


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        pdfium: Any = importlib.import_module("pypdfium2")
    except ImportError:
        raise TicketUnreadable("reading PDF needs the package pypdfium2; a picture works without") from None
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        raise TicketUnreadable(f"{path.name} is a PDF that cannot be read") from None
    try:
        yield document
    finally:
        document.close()
