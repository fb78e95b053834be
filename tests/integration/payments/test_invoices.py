"""Invoices on a real database: once for each movement, exact, unchangeable, and numbered without gaps."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx2
import msgspec
import pytest
from fastapi import FastAPI

from integration.payments.issuing import work
from integration.payments.sold import AIR, RAIL, issue, pay, refund, sold_booking, sold_ride
from wayfare.contracts.offers.api import Conversion
from wayfare.contracts.payments.api import CheckPayments, PaymentsApi
from wayfare.contracts.payments.invoices import (
    FindInvoices,
    Invoice,
    InvoicePayment,
    IssueInvoices,
    Seller,
    SetSellers,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.rpc import rpc_client, rpc_router
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import Money

YEAR = time.gmtime().tm_year
TESTS = Path(__file__).parents[2]


async def documents(payments: Service, booking_id: UUID) -> tuple[Invoice, ...]:
    found: tuple[Invoice, ...] = (await payments.api.list_invoices(FindInvoices(booking_id))).invoices
    return found


async def codes(payments: Service) -> set[str]:
    return {finding.code for finding in (await payments.api.check(CheckPayments())).findings}


async def sequences(database: Database) -> dict[tuple[str, int], list[int]]:
    rows = await database.fetch("SELECT operator, kind, sequence FROM payments.invoice ORDER BY 1, 2, 3")
    found: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        found.setdefault((row["operator"], row["kind"]), []).append(row["sequence"])
    return found


class TestDocuments:
    async def test_each_operator_invoices_its_share(self, payments: Service) -> None:
        booking = sold_booking(
            sold_ride(0, 0, RAIL, 4000, 262), sold_ride(0, 1, AIR, 1990, 130, tax_fixed=30), sold_ride(1, 0, RAIL, 1000)
        )
        numbers = await issue(payments, (await pay(payments, Money(6990, "EUR")), booking))
        assert sorted(numbers) == [f"DEMORAIL-I{YEAR}-000001", f"WAYFAREA-I{YEAR}-000001"]
        rail, air = await documents(payments, booking.booking_id)
        assert (rail.seller.operator, str(rail.gross), str(rail.tax), str(rail.net)) == (
            RAIL, "50.00 EUR", "2.62 EUR", "47.38 EUR",
        )  # fmt: skip
        assert (air.seller.operator, str(air.gross), str(air.tax)) == (AIR, "19.90 EUR", "1.30 EUR")
        assert [(line.ride.passenger, line.ride.leg, line.gross) for line in rail.lines] == [(0, 0, 4000), (1, 0, 1000)]
        assert {rate: (str(net), str(tax)) for rate, (net, tax) in air.taxes().items()} == {
            "0.07": ("18.60 EUR", "1.00 EUR"), "fixed": ("0.00 EUR", "0.30 EUR"),
        }  # fmt: skip
        assert not await codes(payments)

    async def test_a_movement_is_documented_once(self, payments: Service) -> None:
        booking = sold_booking(sold_ride(0, 0, RAIL, 5990))
        payment_id = await pay(payments, Money(5990, "EUR"))
        assert len(await issue(payments, (payment_id, booking))) == 1
        assert await issue(payments, (payment_id, booking)) == ()
        await refund(payments, payment_id, Money(100, "EUR"))
        assert await issue(payments, (payment_id, booking)) == (f"DEMORAIL-C{YEAR}-000001",)
        assert await issue(payments, (payment_id, booking)) == ()

    @pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
    async def test_refunds_in_parts_credit_everything_to_the_unit(self, payments: Service, currency: str) -> None:
        rides = [sold_ride(p, leg, RAIL if leg else AIR, 3333, 217, tax_fixed=17) for p in range(3) for leg in range(2)]
        booking = sold_booking(*rides, currency=currency)
        payment_id = await pay(payments, Money(19_998, currency))
        await issue(payments, (payment_id, booking))
        for part in (1, 7_000, 4_999, 7_997, 1):
            await refund(payments, payment_id, Money(part, currency))
        await issue(payments, (payment_id, booking))
        found = await documents(payments, booking.booking_id)
        for kind in ("invoice", "credit_note"):
            chosen = [document for document in found if document.kind == kind]
            assert sum(document.gross.minor for document in chosen) == 19_998
            assert sum(document.tax.minor for document in chosen) == 6 * 217
            assert sum(line.tax_fixed for document in chosen for line in document.lines) == 6 * 17
        assert not await codes(payments)

    async def test_what_was_given_back_is_credited_first(self, payments: Service) -> None:
        kept, returned = sold_ride(0, 0, RAIL, 4000, 262), sold_ride(1, 0, RAIL, 4000, 262, given_back=True)
        payment_id = await pay(payments, Money(8000, "EUR"))
        booking = sold_booking(kept, returned)
        await issue(payments, (payment_id, booking))
        await refund(payments, payment_id, Money(3000, "EUR"))
        await issue(payments, (payment_id, booking))
        invoice, note = await documents(payments, booking.booking_id)
        assert (note.kind, note.corrects) == ("credit_note", invoice.number)
        assert [(line.ride.passenger, line.gross, line.tax) for line in note.lines] == [(1, 3000, 197)]

    async def test_a_payment_of_a_difference_is_spread_over_the_rides(self, payments: Service) -> None:
        payment_id = await pay(payments, Money(1001, "EUR"))
        booking = sold_booking(sold_ride(0, 0, RAIL, 6000, 600), sold_ride(0, 1, AIR, 4000, 400))
        await issue(payments, (payment_id, booking))
        rail, air = await documents(payments, booking.booking_id)
        assert (rail.gross.minor, rail.tax.minor, air.gross.minor, air.tax.minor) == (601, 60, 400, 40)

    async def test_without_a_seller_nothing_is_issued(self, payments: Service, database: Database) -> None:
        payment_id = await pay(payments, Money(5990, "EUR"))
        with pytest.raises(ValidationFailed):
            await issue(payments, (payment_id, sold_booking()))
        assert await database.fetchval("SELECT count(*) FROM payments.invoice_counter") == 0

    async def test_never_change(self, payments: Service, database: Database) -> None:
        booking = sold_booking(sold_ride(0, 0, RAIL, 5990))
        await issue(payments, (await pay(payments, Money(5990, "EUR")), booking))
        for statement in ("UPDATE payments.invoice SET gross = 1", "DELETE FROM payments.invoice"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await database.execute(statement)
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute("TRUNCATE payments.invoice")


class TestOverHttp:
    async def test_the_contract_is_the_same(self, payments: Service) -> None:
        app = FastAPI()
        app.include_router(rpc_router("payments", PaymentsApi, payments.api))
        transport = httpx2.ASGITransport(app=app)
        away = rpc_client("payments", PaymentsApi, "http://away", secret="x", transport=transport)
        conversion = Conversion("ECB", "2026-11-20", "EUR", (("INR", "98.12"),))
        booking = msgspec.structs.replace(sold_booking(sold_ride(0, 0, RAIL, 5990, 392)), conversion=conversion)
        payment_id = await pay(payments, Money(5990, "EUR"))
        issued = await away.issue_invoices(IssueInvoices((InvoicePayment(payment_id, booking),)))
        assert issued.numbers == (f"DEMORAIL-I{YEAR}-000001",)
        told = await away.list_invoices(FindInvoices(booking.booking_id))
        assert told.invoices == await documents(payments, booking.booking_id)
        assert told.invoices[0].conversion == conversion
        with pytest.raises(ValidationFailed, match="1 to 8"):
            await away.set_sellers(SetSellers((Seller(RAIL, "d w", "Demo Rail"),)))


class TestSellers:
    async def test_documents_carry_what_was_set(self, payments: Service) -> None:
        seller = Seller(RAIL, "DW", "Demo Rail AG", ("Bahnhofplatz 1", "52064 Aachen"), "DE123456789")
        await payments.api.set_sellers(SetSellers((seller,)))
        booking = sold_booking(sold_ride(0, 0, RAIL, 5990))
        assert await issue(payments, (await pay(payments, Money(5990, "EUR")), booking)) == (f"DW-I{YEAR}-000001",)
        assert (await documents(payments, booking.booking_id))[0].seller == seller

    async def test_a_code_is_taken_or_used(self, payments: Service) -> None:
        await payments.api.set_sellers(SetSellers((Seller(RAIL, "DW", "Demo Rail AG"),)))
        with pytest.raises(ValidationFailed, match="belongs to demo:dw"):
            await payments.api.set_sellers(SetSellers((Seller(AIR, "DW", "Wayfare Air"),)))
        await payments.api.set_sellers(SetSellers((Seller(RAIL, "DR", "Demo Rail AG"),)))
        await issue(payments, (await pay(payments, Money(1, "EUR")), sold_booking(sold_ride(0, 0, RAIL, 1))))
        with pytest.raises(ValidationFailed, match="has issued documents as DR"):
            await payments.api.set_sellers(SetSellers((Seller(RAIL, "DX", "Demo Rail AG"),)))
        with pytest.raises(ValidationFailed, match="1 to 8"):
            await payments.api.set_sellers(SetSellers((Seller(AIR, "w a", "Wayfare Air"),)))


class TestNumbers:
    async def test_have_no_gap_where_one_was_refused(self, payments: Service, database: Database) -> None:
        good = [(await pay(payments, Money(5990, "EUR")), sold_booking(sold_ride(0, 0, RAIL, 5990))) for _ in range(3)]
        bad = (await pay(payments, Money(5990, "JPY")), sold_booking(sold_ride(0, 0, RAIL, 5990)))
        await issue(payments, good[0])
        with pytest.raises(ValidationFailed):
            await issue(payments, good[1], bad)
        await issue(payments, good[2], good[1])
        assert await sequences(database) == {(RAIL, 1): [1, 2, 3]}

    async def test_have_no_gap_and_no_double_when_many_issue_at_once(
        self, payments: Service, database: Database
    ) -> None:
        pairs = []
        for number in range(60):
            payment_id = await pay(payments, Money(5990, "EUR"))
            rides = (sold_ride(0, 0, RAIL, 3000), sold_ride(0, 1, AIR, 2990))
            pairs.append((payment_id, sold_booking(*rides)))
            if number % 3 == 0:
                await refund(payments, payment_id, Money(1000, "EUR"))
        chance = random.Random(7)
        batches = [chance.sample(pairs, 9) for _ in range(40)]
        await asyncio.gather(*(issue(payments, *batch) for batch in batches))
        await issue(payments, *pairs)
        whole, fifth = list(range(1, 61)), list(range(1, 21))
        assert await sequences(database) == {(AIR, 1): whole, (AIR, 2): fifth, (RAIL, 1): whole, (RAIL, 2): fifth}
        assert not await codes(payments)

    async def test_have_no_gap_after_kills(self, payments: Service, database: Database, dsn: str) -> None:
        for _ in range(150):
            payment_id = await pay(payments, Money(5990, "EUR"))
            await refund(payments, payment_id, Money(90, "EUR"))
        count, killed = 0, 0
        while killed < 6:
            workers = [self.start(dsn, seed) for seed in (killed, killed + 100)]
            before = count
            for _ in range(400):
                await asyncio.sleep(0.05)
                count = await database.fetchval("SELECT count(*) FROM payments.invoice")
                if count > before:
                    break
            for worker in workers:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                killed += 1
        assert count > 0
        await work(dsn, 1, forever=False)
        whole = list(range(1, 151))
        found = await sequences(database)
        assert found.pop((AIR, 1)) == whole
        assert found.pop((RAIL, 1)) == whole
        # 90 of 5990 falls on the flight of one cent in no part at all.
        assert found == {(RAIL, 2): whole}
        assert not await codes(payments)

    @staticmethod
    def start(dsn: str, seed: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "integration.payments.issuing", dsn, str(seed)]
        return subprocess.Popen(command, cwd=TESTS, env={**os.environ, "PYTHONPATH": str(TESTS)})


class TestDoctor:
    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("UPDATE payments.invoice SET sequence = 9", "invoice_numbers"),
            ("UPDATE payments.invoice_counter SET last = last + 1", "invoice_numbers"),
            ("UPDATE payments.invoice SET gross = gross - 1", "invoice_differs"),
            ("UPDATE payments.invoice SET currency = 'INR' WHERE kind = 2", "invoice_differs"),
            ("UPDATE payments.invoice SET tax = tax + 1", "invoice_lines_differ"),
            ("UPDATE payments.invoice SET body = replace(body, '\"gross\":', '\"gross\":1')", "invoice_lines_differ"),
            ("UPDATE payments.invoice SET source_id = $1 WHERE kind = 1", "invoice_differs"),
            ("UPDATE payments.invoice SET corrects = 'X' WHERE kind = 2", "credited_too_much"),
            ("DELETE FROM payments.invoice WHERE kind = 2", "invoice_numbers"),
        ],
    )
    async def test_finds_damage(self, payments: Service, database: Database, damage: str, code: str) -> None:
        payment_id = await pay(payments, Money(5990, "EUR"))
        await refund(payments, payment_id, Money(1000, "EUR"))
        await issue(payments, (payment_id, sold_booking(sold_ride(0, 0, RAIL, 5990, 392))))
        assert not await codes(payments)
        await database.execute("ALTER TABLE payments.invoice DISABLE TRIGGER USER")
        await database.execute(damage, *([uuid4()] if "$1" in damage else []))
        assert code in await codes(payments)

    async def test_asks_for_documents_after_a_while(self, payments: Service, database: Database) -> None:
        payment_id = await pay(payments, Money(5990, "EUR"))
        assert not await codes(payments)
        await database.execute("UPDATE payments.invoicing SET since = now() - interval '2 days'")
        await database.execute("ALTER TABLE payments.journal DISABLE TRIGGER USER")
        await database.execute("UPDATE payments.journal SET made_at = now() - interval '1 day'")
        assert await codes(payments) == {"invoice_missing"}
        await issue(payments, (payment_id, sold_booking(sold_ride(0, 0, RAIL, 5990))))
        assert not await codes(payments)
