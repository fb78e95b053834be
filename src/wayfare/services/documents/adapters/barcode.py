"""Aztec codes (ISO/IEC 24778): drawing one, finding those in a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import zxingcpp

if TYPE_CHECKING:
    from PIL.Image import Image

_AZTEC = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Aztec])


def aztec_svg(text: str) -> str:
    """An Aztec code as SVG, one unit to the module, without quiet zone (the format needs none).

    All modules are one path: separate rectangles show hairlines between them on some screens and
    printers. At least 23 % of the code are for error correction, the standard's recommendation.
    """
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Aztec)
    image: Any = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    matrix = cast("memoryview[int]", memoryview(image))  # rows of bytes, 0 is dark
    height, width = cast(tuple[int, int], matrix.shape)
    path: list[str] = []
    for y in range(height):
        x = 0
        while x < width:
            start = x
            while x < width and not matrix[y, x]:
                x += 1
            if x > start:
                path.append(f"M{start} {y}h{x - start}v1H{start}z")
            else:
                x += 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><path d="{"".join(path)}" fill="#000"/></svg>'
    )


def read_aztec(picture: Image) -> list[str]:
    """The texts of all Aztec codes in a picture, in the order they were found."""
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=_AZTEC)
    return [barcode.text for barcode in found]
