import typst
from fontTools.ttLib import TTFont

from wayfare.services.documents.adapters.coverage import FONTS, is_covered, printable
from wayfare.services.documents.adapters.typst_renderer import FAMILIES

FILES = [file for file in FONTS.iterdir() if file.suffix in (".ttf", ".otf")]


def test_coverage_is_that_of_the_files() -> None:
    drawn = set().union(*(TTFont(file, lazy=True).getBestCmap() for file in FILES))
    assert {code for code in range(0x110000) if is_covered(chr(code))} == drawn


def test_families_are_those_shipped() -> None:
    shipped = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]).families()
    assert set(FAMILIES) == set(shipped)


def test_size_and_licence() -> None:
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 10_000_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()


def test_what_no_font_draws_is_transliterated_or_left_out() -> None:
    assert printable("Анна Σ 王 김 한 राज") == "Анна Σ 王 김 한 राज"
    assert printable("🚀 Anna 🎉") == "Anna"
    assert printable("ᚠᚢ") == "fu"  # runes
    assert printable("🚀") == "?"
    assert printable("𝐀𝐧𝐧𝐚") == "Anna"  # mathematical bold
    assert all(map(is_covered, printable("ꦗꦮ ᠮᠣᠩᠭᠣᠯ 🀄 𝄞 አማርኛ")))
