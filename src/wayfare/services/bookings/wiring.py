"""The only door into the bookings service."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter

from wayfare.contracts.audit.api import AuditApi
from wayfare.contracts.bookings.api import BookingsApi
from wayfare.contracts.customers.api import CustomersApi
from wayfare.contracts.documents.api import DocumentsApi
from wayfare.contracts.inventory.api import InventoryApi
from wayfare.contracts.offers.api import Offer, OffersApi
from wayfare.contracts.payments.api import PaymentsApi
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.consumer import Subscriber
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.replica import Reads
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import Clock
from wayfare.services.bookings.adapters.after_sales import PostgresAfterSalesStore
from wayfare.services.bookings.adapters.forgetting import forget_old_passengers
from wayfare.services.bookings.adapters.guests import PostgresGuests
from wayfare.services.bookings.adapters.locators import SequenceLocators
from wayfare.services.bookings.adapters.metrics import count_exchange_step, count_step
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.records import json_text
from wayfare.services.bookings.adapters.sealing import seal_anew
from wayfare.services.bookings.adapters.store import LEASE_S, PostgresBookingStore
from wayfare.services.bookings.adapters.timetable_legs import TimetableLegs
from wayfare.services.bookings.application.answer_once import AnswerOnce
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.cancel_booking import CancelBooking
from wayfare.services.bookings.application.change_names import ChangeName
from wayfare.services.bookings.application.check_ticket import CheckTicket
from wayfare.services.bookings.application.claim_bookings import ClaimBookings
from wayfare.services.bookings.application.exchange_booking import ExchangeBooking
from wayfare.services.bookings.application.hasten_settled import HastenSettled
from wayfare.services.bookings.application.invoice_payments import InvoicePayments
from wayfare.services.bookings.application.keep_promises import KeepPromises
from wayfare.services.bookings.application.leases import Leases
from wayfare.services.bookings.application.note_trouble import NoteTrouble
from wayfare.services.bookings.application.place_booking import PlaceBooking
from wayfare.services.bookings.application.read_booking import ReadBooking
from wayfare.services.bookings.application.render_tickets import RenderBookingTickets
from wayfare.services.bookings.application.resume_sagas import ResumeSagas
from wayfare.services.bookings.application.run_exchange import RunExchange
from wayfare.services.bookings.application.run_saga import RunSaga
from wayfare.services.bookings.application.see_booking import SeeBooking
from wayfare.services.bookings.application.show_invoices import ShowInvoices
from wayfare.services.bookings.application.show_timeline import ShowTimeline
from wayfare.services.bookings.domain.booking import NOBODY
from wayfare.services.bookings.entrypoints.api import Bookings
from wayfare.services.bookings.entrypoints.change_routes import change_routes
from wayfare.services.bookings.entrypoints.claim_routes import claim_routes
from wayfare.services.bookings.entrypoints.events import guest_subscriber, invoice_subscriber, list_subscriber
from wayfare.services.bookings.entrypoints.http import booking_routes, guest_routes, inspection_routes
from wayfare.services.bookings.entrypoints.jobs import booking_jobs, prepare_partitions, retention_rules
from wayfare.services.bookings.entrypoints.ticket_routes import ticket_routes

if TYPE_CHECKING:
    from wayfare.services.bookings.adapters.dynamo_lists import DynamoBookingLists

KEPT_DAYS = 1095


def build(
    *,
    database: Database,
    timetables: TimetableStore,
    offers: OffersApi,
    inventory: InventoryApi,
    payments: PaymentsApi,
    documents: DocumentsApi,
    offer_seal: Seal[Offer],
    secret: bytes,
    keys: KeyFile,
    clock: Clock,
    audit: AuditApi | None = None,
    customers: CustomersApi | None = None,
    worker_no: int = 0,
    lease_s: int = LEASE_S,
    kept_days: int = KEPT_DAYS,
    reads: Reads | None = None,
    lists_url: str | None = None,
) -> Service:
    """`keys` encrypt birth dates and phone numbers. `audit`: where it is recorded what staff read; None: they read
    nothing. `customers`: who tells whose an address is; None: nobody claims a booking. `kept_days`: how long after its
    journey a booking knows who travelled. `reads`: for bookings that are only shown; None: the database itself.
    `lists_url`: DynamoDB for customers' lists.

    `lease_s`: how long after its last sign of life a booking is taken over by another process.
    """
    private = PrivateFields(keys)
    store, legs = PostgresBookingStore(database, private, worker_no, lease_s, reads), TimetableLegs(timetables)
    answers = Answers(legs, secret, clock)
    leases, note = Leases(store), NoteTrouble(store)
    run_saga = RunSaga(store, inventory, payments, answers, clock, count_step, note)
    after_sales = PostgresAfterSalesStore(database, store.outbox, private, worker_no, lease_s)
    keep = KeepPromises(store, after_sales, inventory, payments, leases, note)
    run_exchange = RunExchange(store, after_sales, inventory, payments, keep, answers, clock, count_exchange_step, note)
    locators = SequenceLocators(database, secret)
    once = AnswerOnce(store, after_sales, answers, payments)
    place = PlaceBooking(store, inventory, payments, run_saga, leases, once, answers, locators, offer_seal, clock)
    lists = _open_lists(lists_url, private, kept_days) if lists_url else None
    read = ReadBooking(store, payments, answers, lists)
    cancel = CancelBooking(after_sales, keep, once, answers, secret, clock)
    exchange = ExchangeBooking(
        store, after_sales, offers, inventory, payments, run_exchange, leases, once, answers, offer_seal, secret, clock
    )
    resume = ResumeSagas(store, inventory, run_saga, after_sales, run_exchange, keep, leases, answers, note)
    claims, followed = _followers(PostgresGuests(database, store.outbox, private), customers, lists)

    async def stop() -> None:
        await resume.stop()
        await store.lanes.stop()
        if lists is not None:
            await lists.aclose()

    return Service(
        name="bookings",
        api=Bookings(read, ShowTimeline(store, inventory, payments)),
        protocol=BookingsApi,
        routers=(
            booking_routes(place),
            guest_routes(read, SeeBooking(read, legs, audit), cancel, ShowInvoices(payments, documents)),
            ticket_routes(read, RenderBookingTickets(documents, legs)),
            change_routes(read, ChangeName(after_sales, answers, clock), exchange),
            inspection_routes(CheckTicket(store, documents)),
            *claims,
        ),
        jobs=_jobs(database, store, private, resume, leases, payments, kept_days),
        retention=retention_rules(kept_days, json_text(NOBODY)),
        start=partial(_start, database, store),
        stop=stop,
        outboxes=(store.outbox,),
        subscribers=(invoice_subscriber(InvoicePayments(store, after_sales, payments, legs)), *followed),
        lanes=2,
    )


async def _start(database: Database, store: PostgresBookingStore) -> None:
    await prepare_partitions(database)
    await store.outbox.prepare()
    await store.lanes.start()


def _jobs(
    database: Database,
    store: PostgresBookingStore,
    private: PrivateFields,
    resume: ResumeSagas,
    leases: Leases,
    payments: PaymentsApi,
    kept_days: int,
) -> Sequence[PeriodicJob]:
    forget = partial(forget_old_passengers, database, kept_days)
    seal = partial(seal_anew, database, private)
    return booking_jobs(
        database, resume, leases.renew, HastenSettled(store, payments), store.remove_old_answers, forget, seal
    )


def _open_lists(url: str, private: PrivateFields, kept_days: int) -> DynamoBookingLists:
    """Raises ConfigurationError."""
    from wayfare.infrastructure.dynamo import Dynamo
    from wayfare.services.bookings.adapters.dynamo_lists import DynamoBookingLists

    return DynamoBookingLists(Dynamo(url), private, kept_days)


def _followers(
    guests: PostgresGuests, customers: CustomersApi | None, lists: DynamoBookingLists | None
) -> tuple[list[APIRouter], list[Subscriber]]:
    """What is kept of bookings by whose they are. Where there are no customers, nobody can claim one."""
    listed = [] if lists is None else [list_subscriber(lists.renew)]
    if customers is None:
        return [], listed

    async def disown(session: Session, customer_id: UUID) -> None:
        booking_ids = await guests.disown(session, customer_id)
        if lists is not None:
            await lists.leave(customer_id, booking_ids)

    return [claim_routes(ClaimBookings(guests, customers))], [guest_subscriber(guests.note, disown), *listed]


async def make_booking_tables(database: Database, url: str, keys: KeyFile, kept_days: int) -> list[str]:
    """Makes the tables of customers' lists and fills them; the names of those it made. Raises ConfigurationError."""
    lists = _open_lists(url, PrivateFields(keys), kept_days)
    try:
        return await lists.make(database)
    finally:
        await lists.aclose()
