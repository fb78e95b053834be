"""Files of sellers: read whole, or refused with everything that is wrong."""

from __future__ import annotations

import pytest

from wayfare.kernel.errors import ImportRefused
from wayfare.services.payments.domain.seller_files import read_sellers

GOOD = """
[[seller]]
operator = "demo-rail-eu:DB"
code = "DB"
name = "DB Fernverkehr AG"
address = ["Europa-Allee 78-84", "60486 Frankfurt am Main"]
tax_id = "DE260656754"

[[seller]]
operator = "demo-air:"
code = "WA"
name = "Wayfare Air"
"""


def test_are_read() -> None:
    rail, air = read_sellers("mine.toml", GOOD)
    assert (rail.operator, rail.code, rail.tax_id) == ("demo-rail-eu:DB", "DB", "DE260656754")
    assert rail.address == ("Europa-Allee 78-84", "60486 Frankfurt am Main")
    assert (air.name, air.address, air.tax_id) == ("Wayfare Air", (), "")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[[seller]]", "[[vendor]]", "unknown field"),
        ('code = "DB"', 'code = "db"', "seller[0].code: 'db' is not 1 to 8 of A-Z and 0-9"),
        ('code = "DB"', 'code = "WA"', "code 'WA' occurs twice"),
        ('"demo-air:"', '"demo-rail-eu:DB"', "operator 'demo-rail-eu:DB' occurs twice"),
        ('"demo-air:"', '"air"', "seller[1].operator: 'air' is not feed:agency_id"),
        ('name = "Wayfare Air"', 'name = " "', "seller[1].name: is blank"),
        ('code = "DB"', "code = 7", "seller[0].code: Expected `str`, got `int`"),
        ('code = "DB"', 'vat = "DB"', "unknown field `vat`"),
        ('name = "Wayfare Air"', "name = ", "is no TOML"),
        ('"Wayfare Air"', f'"{"x" * 91}"', "at most 90 letters"),
    ],
)
def test_are_refused_in_a_line(old: str, new: str, reason: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_sellers("mine.toml", GOOD.replace(old, new))
    assert refused.value.detail.startswith("mine.toml: ")
    assert reason in " ".join(error["reason"] for error in refused.value.facts["errors"])
    assert "\n" not in refused.value.detail


def test_none_is_a_mistake() -> None:
    with pytest.raises(ImportRefused, match="there is none"):
        read_sellers("mine.toml", "seller = []")
