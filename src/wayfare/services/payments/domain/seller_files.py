"""Files of sellers: who issues invoices and credit notes, and how they name themselves on them.

[[seller]]
operator = "demo-rail-eu:DB"     feed and agency_id
code = "DB"                      its documents' numbers begin with it: 1 to 8 of A-Z and 0-9
name = "DB Fernverkehr AG"
address = ["Europa-Allee 78-84", "60486 Frankfurt am Main"]
tax_id = "DE260656754"
"""

from __future__ import annotations

import re
import tomllib

import msgspec

from wayfare.contracts.payments.invoices import Seller
from wayfare.kernel.errors import ImportRefused

ADDRESS_LINES_MAX = 6
TEXT_MAX = 90
_CODE = re.compile(r"[A-Z0-9]{1,8}")


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: str
    code: str
    name: str
    address: tuple[str, ...] = ()
    tax_id: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seller: tuple[_Entry, ...]


def read_sellers(file: str, text: str) -> tuple[Seller, ...]:
    """Raises `ImportRefused` that names file, key and reason of everything wrong."""
    try:
        entries = msgspec.convert(tomllib.loads(text), _File).seller
    except tomllib.TOMLDecodeError as error:
        raise _refused(file, [f"is no TOML: {error}"]) from None
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        raise _refused(file, [f"{where.strip('`$.') or 'file'}: {message}"]) from None
    sellers = tuple(Seller(entry.operator, entry.code, entry.name, entry.address, entry.tax_id) for entry in entries)
    wrong = [f"seller[{index}].{trouble}" for index, seller in enumerate(sellers) for trouble in check_seller(seller)]
    for name in ("operator", "code"):
        given = [getattr(seller, name) for seller in sellers]
        wrong += [f"{name} {value!r} occurs twice" for value in sorted({one for one in given if given.count(one) > 1})]
    if not sellers:
        wrong.append("seller: there is none")
    if wrong:
        raise _refused(file, wrong)
    return sellers


def check_seller(seller: Seller) -> list[str]:
    """What is wrong with it."""
    wrong = []
    feed, colon, _ = seller.operator.partition(":")
    if not feed or not colon:
        wrong.append(f"operator: {seller.operator!r} is not feed:agency_id")
    if not _CODE.fullmatch(seller.code):
        wrong.append(f"code: {seller.code!r} is not 1 to 8 of A-Z and 0-9")
    if not seller.name.strip():
        wrong.append("name: is blank")
    if len(seller.address) > ADDRESS_LINES_MAX:
        wrong.append(f"address: has more than {ADDRESS_LINES_MAX} lines")
    if any(len(text) > TEXT_MAX or "\0" in text for text in (seller.name, seller.tax_id, *seller.address)):
        wrong.append(f"texts have at most {TEXT_MAX} letters and no NUL")
    return wrong


def _refused(file: str, reasons: list[str]) -> ImportRefused:
    errors = [{"file": file, "line": None, "reason": reason} for reason in reasons]
    return ImportRefused(f"{file}: {reasons[0]}", errors=errors)
