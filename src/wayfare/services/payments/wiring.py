"""The only door into the payments service."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.api import (
    AuthorisePayment,
    CheckPayments,
    ListPayments,
    Payment,
    PaymentRef,
    PaymentsApi,
    PaymentsPage,
    RecordChargeback,
    Refund,
    RefundPayment,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.time import Clock
from wayfare.services.payments.adapters.simulated_gateway import SimulatedGateway
from wayfare.services.payments.adapters.store import PostgresPaymentStore
from wayfare.services.payments.application import authorise_payment
from wayfare.services.payments.application.capture_payment import CapturePayment
from wayfare.services.payments.application.ports import PaymentGateway
from wayfare.services.payments.application.read_payments import ReadPayments
from wayfare.services.payments.application.record_chargeback import ChargebackUseCase
from wayfare.services.payments.application.refund_payment import RefundUseCase, RetryRefunds
from wayfare.services.payments.application.void_payment import VoidPayment
from wayfare.services.payments.entrypoints.jobs import payment_jobs, prepare_partitions

TIMEOUT_S = 5.0


class Payments:
    """Implements `PaymentsApi`: each method is one use case."""

    def __init__(self, store: PostgresPaymentStore, gateway: PaymentGateway, timeout_s: float) -> None:
        self.refunding = RefundUseCase(store, gateway, timeout_s)
        self._authorise = authorise_payment.AuthorisePayment(store, gateway, timeout_s)
        self._capture = CapturePayment(store, gateway, timeout_s)
        self._void = VoidPayment(store, gateway, self.refunding, timeout_s)
        self._chargeback = ChargebackUseCase(store)
        self._read = ReadPayments(store)

    async def authorise(self, message: AuthorisePayment) -> Payment:
        return await self._authorise(message)

    async def capture(self, message: PaymentRef) -> Payment:
        return await self._capture(message)

    async def void(self, message: PaymentRef) -> Payment:
        return await self._void(message)

    async def refund(self, message: RefundPayment) -> Refund:
        return await self.refunding(message)

    async def record_chargeback(self, message: RecordChargeback) -> Payment:
        return await self._chargeback(message)

    async def get_payment(self, message: PaymentRef) -> Payment:
        return await self._read.get_payment(message)

    async def list_payments(self, message: ListPayments) -> PaymentsPage:
        return await self._read.list_payments(message)

    async def check(self, message: CheckPayments) -> Findings:
        return await self._read.check(message)


def find_gateway(name: str, secret: bytes) -> PaymentGateway:
    """Raises `ConfigurationError` for a gateway nobody wrote."""
    if name == "simulated":
        return SimulatedGateway(secret)
    raise ConfigurationError(f"there is no payment gateway {name!r}; known: simulated")


def build(
    *,
    database: Database,
    gateway: str | PaymentGateway = "simulated",
    clock: Clock,  # noqa: ARG001  payments live by the database's clock
    secret: bytes,
    timeout_s: float = TIMEOUT_S,
) -> Service:
    """`gateway`: a name, or an object of the port. `timeout_s`: how long the gateway may think."""
    chosen = find_gateway(gateway, secret) if isinstance(gateway, str) else gateway
    store = PostgresPaymentStore(database)
    api = Payments(store, chosen, timeout_s)

    async def start() -> None:
        await prepare_partitions(database)
        await store.start()

    async def stop() -> None:
        await store.stop()
        await chosen.aclose()

    return Service(
        name="payments",
        api=api,
        protocol=PaymentsApi,
        jobs=payment_jobs(database, RetryRefunds(store, api.refunding)),
        start=start,
        stop=stop,
        lanes=2,
    )
