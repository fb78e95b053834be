"""The simulated gateway's memory, its signatures and the rules it shares with the adapter in the process."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from wayfare.kernel.errors import ConfigurationError, Unauthenticated
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateway_router import parse_routes
from wayfare.services.payments.adapters.gateway_sim.ledger import Refused, SimLedger
from wayfare.services.payments.adapters.gateway_sim.signing import check_signature, signature, signed_headers
from wayfare.services.payments.adapters.gateways import GatewayOptions, build_gateways, find_gateway
from wayfare.services.payments.adapters.paypal_gateway import AmountNotSupported as NotAtPayPal
from wayfare.services.payments.adapters.paypal_gateway import paypal_amount
from wayfare.services.payments.adapters.stripe_gateway import AmountNotSupported, stripe_amount
from wayfare.services.payments.domain.simulation import delivery_of, judge, loss_of


class TestLedger:
    def test_a_restart_loses_nothing(self, tmp_path: Path) -> None:
        file = str(tmp_path / "sim.sqlite")
        ledger = SimLedger(file)
        charge = ledger.authorise("p1", 5990, "EUR", "tok_approved")
        ledger.capture(charge.id, 5990, "EUR")
        refund = ledger.refund("r1", charge.id, 1000, "EUR")
        ledger.close()
        ledger = SimLedger(file)
        assert ledger.authorise("p1", 5990, "EUR", "tok_approved").state == "captured"
        assert ledger.refund("r1", charge.id, 1000, "EUR") == refund
        assert ledger.get(charge.id).refunded == 1000
        assert [event.type for event in ledger.due_events()] == [
            "charge.authorised",
            "charge.captured",
            "refund.refunded",
        ]
        ledger.close()

    def test_a_key_stands_for_one_request(self) -> None:
        ledger = SimLedger()
        ledger.authorise("p1", 5990, "EUR", "tok_approved")
        with pytest.raises(Refused, match="idempotency_key_reused"):
            ledger.authorise("p1", 5991, "EUR", "tok_approved")

    def test_never_more_back_than_was_taken(self) -> None:
        ledger = SimLedger()
        charge = ledger.authorise("p1", 5990, "EUR", "tok_approved")
        with pytest.raises(Refused):
            ledger.refund("r0", charge.id, 1, "EUR")
        ledger.capture(charge.id, 5990, "EUR")
        ledger.refund("r1", charge.id, 5000, "EUR")
        with pytest.raises(Refused, match="amount_exceeds_captured"):
            ledger.refund("r2", charge.id, 991, "EUR")

    def test_lists_every_charge_by_pages(self) -> None:
        ledger = SimLedger()
        made = [ledger.authorise(f"p{number}", 1, "EUR", "tok_approved").id for number in range(5)]
        first = ledger.list_charges("", 3)
        rest = ledger.list_charges(first[-1].id, 3)
        assert [charge.id for charge in (*first, *rest)] == made


class TestSignatures:
    def test_genuine_altered_foreign_and_old(self) -> None:
        headers = signed_headers("secret", "evt_1", b"{}")
        assert check_signature("secret", headers, b"{}") == "evt_1"
        old = str(int(time.time()) - 3600)
        stale = {"webhook-id": "e", "webhook-timestamp": old, "webhook-signature": signature("secret", "e", old, b"{}")}
        for secret, sent, body in (("secret", headers, b"{ }"), ("other", headers, b"{}"), ("secret", stale, b"{}")):
            with pytest.raises(Unauthenticated):
                check_signature(secret, sent, body)


class TestRules:
    def test_a_suffix_changes_the_delivery_only(self) -> None:
        assert judge("tok_approved+duplicate") == judge("tok_approved")
        assert (delivery_of("tok_approved+duplicate"), delivery_of("tok_approved")) == ("duplicate", "")
        assert judge("tok_of_nobody").outcome == "declined"

    def test_a_suffix_loses_the_answer_to_one_step(self) -> None:
        assert judge("tok_approved+void_timeout") == judge("tok_approved")
        assert delivery_of("tok_approved+void_timeout") == ""
        assert [loss_of("tok_approved+void_timeout", step) for step in ("capture", "void", "refund")] == [
            "", "timeout", "",
        ]  # fmt: skip
        assert loss_of("tok_approved+refund_error", "refund") == "error"


class TestAmounts:
    @pytest.mark.parametrize(
        ("amount", "sent"),
        [
            (Money(5990, "EUR"), 5990),
            (Money(1200, "JPY"), 1200),
            (Money(500, "ISK"), 50_000),
            (Money(500, "MGA"), 5),
            (Money(12_340, "KWD"), 12_340),
        ],
    )
    def test_in_the_units_of_stripe(self, amount: Money, sent: int) -> None:
        assert stripe_amount(amount) == sent

    @pytest.mark.parametrize("amount", [Money(501, "MGA"), Money(12_345, "KWD")])
    def test_what_stripe_cannot_express(self, amount: Money) -> None:
        with pytest.raises(AmountNotSupported):
            stripe_amount(amount)

    def test_in_the_form_of_paypal(self) -> None:
        assert paypal_amount(Money(5990, "EUR")) == {"currency_code": "EUR", "value": "59.90"}
        assert paypal_amount(Money(120_000, "HUF")) == {"currency_code": "HUF", "value": "1200"}
        with pytest.raises(NotAtPayPal):
            paypal_amount(Money(120_050, "HUF"))


class TestConfiguration:
    def test_routes(self) -> None:
        routes = parse_routes("card=stripe, simulated; paypal=paypal")
        assert routes == {"card": ("stripe", "simulated"), "paypal": ("paypal",)}

    @pytest.mark.parametrize("text", ["card", "card=", "=stripe"])
    def test_routes_that_are_none(self, text: str) -> None:
        with pytest.raises(ConfigurationError):
            parse_routes(text)

    @pytest.mark.parametrize("name", ["stripe", "paypal", "simulated_http", "barter"])
    def test_missing_keys_are_named(self, name: str) -> None:
        with pytest.raises(ConfigurationError, match=r"WAYFARE_PAYMENT_|there is no"):
            find_gateway(name, b"secret", GatewayOptions())

    def test_every_gateway_of_a_route_is_built(self) -> None:
        options = GatewayOptions(routes="card=stripe,simulated", stripe_key="sk", stripe_webhook_secret="whsec")
        assert build_gateways(options, b"secret").find("stripe").name == "stripe"
