"""Conditions in words and as data."""

from __future__ import annotations

import msgspec

from unit.bookings.samples import offer
from wayfare.contracts.offers.api import Conversion
from wayfare.services.bookings.domain.conditions import conditions_json, sentences


def test_sentences_in_local_time() -> None:
    assert sentences(offer(), "Europe/Berlin") == [
        "Refundable free of charge until 20 November 2026, 10:00, then for a fee of 25 % "
        "until departure (21 November 2026, 10:00); not after that.",
        "Not exchangeable.",
        "The name on a ticket cannot be changed.",
    ]


def test_data_with_the_fee_of_the_whole_booking() -> None:
    conditions = conditions_json(offer(((5990, 2995),)), "Europe/Berlin")
    assert conditions["refund"] == [
        {"until": "2026-11-20T10:00:00+01:00", "fee": {"amount": "0.00", "currency": "EUR"}},
        {"until": "2026-11-21T10:00:00+01:00", "fee": {"amount": "22.47", "currency": "EUR"}},
    ]
    assert conditions["exchange"] == []


def test_another_currency_has_its_own_fee() -> None:
    assert conditions_json(offer(currency="JPY"), "Asia/Tokyo")["refund"][1]["fee"] == {
        "amount": "1498",
        "currency": "JPY",
    }


def test_a_converted_price_says_at_which_rates() -> None:
    conversion = Conversion("ECB reference", "2026-10-30", "EUR", (("INR", "106.0840"),))
    converted = msgspec.structs.replace(offer(), conversion=conversion)
    told = "Converted at ECB reference rates of 2026-10-30: 1 EUR = 106.0840 INR."
    assert sentences(converted, "Europe/Berlin")[-1] == told
    assert conditions_json(converted, "Europe/Berlin")["text"][-1] == told
    assert told not in conditions_json(offer(), "Europe/Berlin")["text"]
