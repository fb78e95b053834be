"""Whatever happens to a payment, its entries balance and its accounts say what is left of it."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.payments.domain import ledger
from wayfare.services.payments.domain.ledger import ACCOUNTS, Entry

CURRENCIES = st.sampled_from(["EUR", "INR", "JPY", "KWD"])
MONEY = st.builds(Money, st.integers(1, 2**53), CURRENCIES)


def balances(entries: list[Entry]) -> dict[str, int]:
    return {account: sum(getattr(entry, account) for entry in entries) for account in ACCOUNTS}


@given(MONEY, st.integers(0, 10_000))
def test_every_entry_balances_in_one_currency(amount: Money, fee: int) -> None:
    payment_id, ref = uuid7(), uuid4()
    entries = [
        ledger.authorised(payment_id, amount),
        ledger.released(payment_id, amount),
        ledger.captured(payment_id, amount, fee),
        ledger.refund_promised(payment_id, ref, amount),
        ledger.refund_paid(payment_id, ref, amount),
        ledger.refund_refused(payment_id, ref, amount),
        ledger.charged_back(payment_id, ref, amount),
    ]
    assert {entry.kind for entry in entries} == set(ledger.Kind)
    for entry in entries:
        assert sum(entry.amounts()) == 0
        assert entry.currency == amount.currency


@given(MONEY)
def test_a_released_reservation_leaves_nothing(amount: Money) -> None:
    payment_id = uuid7()
    entries = [ledger.authorised(payment_id, amount), ledger.released(payment_id, amount)]
    assert not any(balances(entries).values())


@given(MONEY, st.data())
def test_a_captured_payment_with_refunds(amount: Money, data: st.DataObject) -> None:
    payment_id, fee = uuid7(), data.draw(st.integers(0, amount.minor))
    entries = [ledger.authorised(payment_id, amount), ledger.captured(payment_id, amount, fee)]
    left, paid, open_ = amount.minor, 0, 0
    for end in data.draw(st.lists(st.sampled_from(["paid", "refused", "open"]), max_size=5)):
        if left == 0:
            break
        part = Money(data.draw(st.integers(1, left)), amount.currency)
        refund_id = uuid4()
        entries.append(ledger.refund_promised(payment_id, refund_id, part))
        if end == "refused":
            entries.append(ledger.refund_refused(payment_id, refund_id, part))
            continue
        left -= part.minor
        if end == "paid":
            entries.append(ledger.refund_paid(payment_id, refund_id, part))
            paid += part.minor
        else:
            open_ += part.minor
    shown = balances(entries)
    assert shown["reserved"] == shown["commitments"] == 0
    assert shown["sales"] == -left
    assert shown["refunds_due"] == -open_
    assert shown["gateway"] + shown["gateway_fees"] == amount.minor - paid
    assert shown["gateway_fees"] == fee
