"""The only door into the payments service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.api import (
    AuthorisePayment,
    CheckPayments,
    FindReadiness,
    ListPayments,
    ListRefunds,
    ListSettled,
    Payment,
    PaymentRef,
    PaymentsApi,
    PaymentsPage,
    PaymentTraces,
    Readiness,
    RecordChargeback,
    Refund,
    RefundPayment,
    Refunds,
    SettledBookings,
    TracePayments,
)
from wayfare.contracts.payments.api import (
    CompareCharges as CompareMessage,
)
from wayfare.contracts.payments.fraud import (
    DecideReview,
    FindFraudRules,
    FindReview,
    FraudRules,
    ListReviews,
    LoadFraudRules,
    Review,
    Reviews,
)
from wayfare.contracts.payments.invoices import (
    FindInvoices,
    Invoices,
    Issued,
    IssueInvoices,
    SellersSet,
    SetSellers,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import ImportRefused, NotFound
from wayfare.kernel.time import Clock
from wayfare.services.payments.adapters.fraud_store import PostgresFraudStore
from wayfare.services.payments.adapters.gateway_router import GatewayRouter
from wayfare.services.payments.adapters.gateways import GatewayOptions, build_gateways, find_gateway, methods_of
from wayfare.services.payments.adapters.invoices import PostgresInvoices
from wayfare.services.payments.adapters.money_reader import PostgresMoneyReader
from wayfare.services.payments.adapters.store import PostgresPaymentStore
from wayfare.services.payments.application import authorise_payment
from wayfare.services.payments.application.capture_payment import CapturePayment
from wayfare.services.payments.application.compare_charges import CompareCharges
from wayfare.services.payments.application.issue_invoices import KeepInvoices
from wayfare.services.payments.application.keep_fraud_rules import KeepFraudRules
from wayfare.services.payments.application.ports import PaymentGateway
from wayfare.services.payments.application.read_payments import ReadPayments
from wayfare.services.payments.application.receive_notice import ReceiveNotice
from wayfare.services.payments.application.record_chargeback import ChargebackUseCase
from wayfare.services.payments.application.refund_payment import RefundUseCase, RetryRefunds
from wayfare.services.payments.application.screen_payment import ScreenPayment
from wayfare.services.payments.application.void_payment import VoidPayment
from wayfare.services.payments.domain.methods import OfferedMethod
from wayfare.services.payments.domain.seller_files import read_sellers
from wayfare.services.payments.entrypoints.http import method_routes, webhook_routes
from wayfare.services.payments.entrypoints.jobs import fraud_jobs, payment_jobs, prepare_partitions, retention_rules

TIMEOUT_S = 5.0


class Payments:
    """Implements `PaymentsApi`: each method is one use case."""

    def __init__(
        self,
        store: PostgresPaymentStore,
        gateway: PaymentGateway,
        timeout_s: float,
        comparing: CompareCharges,
        invoices: KeepInvoices,
        screen: ScreenPayment,
        fraud: KeepFraudRules,
    ) -> None:
        self.refunding = RefundUseCase(store, gateway, timeout_s)
        self.authorising = authorise_payment.AuthorisePayment(store, gateway, timeout_s, screen)
        self._capture = CapturePayment(store, gateway, timeout_s)
        self._void = VoidPayment(store, gateway, self.refunding, timeout_s)
        self.charging_back = ChargebackUseCase(store)
        self._read = ReadPayments(store, gateway)
        self._compare = comparing
        self._invoices = invoices
        self._fraud = fraud

    async def authorise(self, message: AuthorisePayment) -> Payment:
        return await self.authorising(message)

    async def capture(self, message: PaymentRef) -> Payment:
        return await self._capture(message)

    async def void(self, message: PaymentRef) -> Payment:
        return await self._void(message)

    async def refund(self, message: RefundPayment) -> Refund:
        return await self.refunding(message)

    async def record_chargeback(self, message: RecordChargeback) -> Payment:
        return await self.charging_back(message)

    async def get_payment(self, message: PaymentRef) -> Payment:
        return await self._read.get_payment(message)

    async def list_refunds(self, message: ListRefunds) -> Refunds:
        return await self._read.list_refunds(message)

    async def list_payments(self, message: ListPayments) -> PaymentsPage:
        return await self._read.list_payments(message)

    async def trace_payments(self, message: TracePayments) -> PaymentTraces:
        return await self._read.trace_payments(message)

    async def list_settled(self, message: ListSettled) -> SettledBookings:
        return await self._read.list_settled(message)

    async def find_readiness(self, message: FindReadiness) -> Readiness:
        return self._read.find_readiness(message)

    async def issue_invoices(self, message: IssueInvoices) -> Issued:
        return await self._invoices.issue(message)

    async def list_invoices(self, message: FindInvoices) -> Invoices:
        return await self._invoices.list(message)

    async def set_sellers(self, message: SetSellers) -> SellersSet:
        return await self._invoices.set_sellers(message)

    async def load_fraud_rules(self, message: LoadFraudRules) -> FraudRules:
        return await self._fraud.load(message)

    async def find_fraud_rules(self, message: FindFraudRules) -> FraudRules:
        return await self._fraud.find(message)

    async def list_reviews(self, message: ListReviews) -> Reviews:
        return await self._fraud.list(message)

    async def get_review(self, message: FindReview) -> Review:
        return await self._fraud.get(message)

    async def decide_review(self, message: DecideReview) -> Review:
        return await self._fraud.decide(message)

    async def check(self, message: CheckPayments) -> Findings:
        money, documents = await self._read.check(message), await self._invoices.check()
        return Findings(money.checked + documents.checked, money.findings + documents.findings)

    async def compare_charges(self, message: CompareMessage) -> Findings:
        return await self._compare(message)


def build(
    *,
    database: Database,
    gateway: str | PaymentGateway | GatewayOptions = "simulated",
    clock: Clock,
    secret: bytes,
    timeout_s: float = TIMEOUT_S,
) -> Service:
    """`gateway`: a name, its options, or an object of the port. `timeout_s`: how long the gateway may think.

    `clock` tells how close a departure is; payments themselves live by the database's clock.
    """
    chosen = _choose(gateway, secret)
    store = PostgresPaymentStore(database)
    members = chosen.members if isinstance(chosen, GatewayRouter) else (chosen,)
    comparing = CompareCharges(members, PostgresMoneyReader(database))
    fraud_store = PostgresFraudStore(database, store.outbox)
    screen = ScreenPayment(fraud_store, clock, secret)
    fraud = KeepFraudRules(fraud_store, screen)
    api = Payments(store, chosen, timeout_s, comparing, KeepInvoices(PostgresInvoices(database)), screen, fraud)
    receive = ReceiveNotice(store, _finder(chosen), api.authorising, api.charging_back)

    async def start() -> None:
        await prepare_partitions(database)
        await store.outbox.prepare()
        await store.start()
        await fraud_store.counting.start()
        await screen.refresh()

    async def stop() -> None:
        await fraud_store.counting.stop()
        await store.stop()
        await chosen.aclose()

    return Service(
        name="payments",
        api=api,
        protocol=PaymentsApi,
        routers=(webhook_routes(receive), method_routes(_methods(gateway))),
        jobs=(
            *payment_jobs(database, RetryRefunds(store, api.refunding), store.remove_old_notices),
            *fraud_jobs(screen.refresh, fraud_store.expire_reviews, fraud.forget),
        ),
        retention=retention_rules(),
        start=start,
        stop=stop,
        outboxes=(store.outbox,),
        lanes=3,
    )


def read_sellers_file(file: Path) -> SetSellers:
    """What a file of sellers asks for. Raises `ImportRefused` with what is wrong in it."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{file}: cannot be read: {error}") from None
    return SetSellers(read_sellers(str(file), text))


def _choose(gateway: str | PaymentGateway | GatewayOptions, secret: bytes) -> PaymentGateway:
    options = GatewayOptions(gateway=gateway) if isinstance(gateway, str) else gateway
    if not isinstance(options, GatewayOptions):
        return options
    if options.gateway == "simulated" and not options.routes:
        return find_gateway("simulated", secret, options)
    return build_gateways(options, secret)


def _methods(gateway: str | PaymentGateway | GatewayOptions) -> list[OfferedMethod]:
    if isinstance(gateway, GatewayOptions):
        return methods_of(gateway)
    return methods_of(GatewayOptions(gateway=gateway if isinstance(gateway, str) else gateway.name))


def _finder(chosen: PaymentGateway) -> Callable[[str], PaymentGateway]:
    """The gateway of a name, for the webhooks it sends. Raises NotFound."""

    def find(name: str) -> PaymentGateway:
        if isinstance(chosen, GatewayRouter):
            return chosen.find(name)
        if name != chosen.name:
            raise NotFound(f"there is no payment gateway {name!r} here")
        return chosen

    return find
