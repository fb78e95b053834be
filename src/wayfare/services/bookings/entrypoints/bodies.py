"""Request and response bodies of the bookings API, as they are published."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from wayfare.contracts.inventory.api import Preferences
from wayfare.contracts.offers.api import PASSENGERS_MAX
from wayfare.infrastructure.bodies import MoneyAnswer, PreferencesBody, UnitsByLeg
from wayfare.infrastructure.http import Answer, Body
from wayfare.services.bookings.application.place_booking import NewBooking
from wayfare.services.bookings.domain.booking import Contact, Passenger

Category = Literal["adult", "child", "senior", "student"]
Token = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[!-~]+$")]


Number = Annotated[int, Field(ge=1, le=PASSENGERS_MAX)]
Numbers = Annotated[tuple[Number, ...], Field(min_length=1, max_length=PASSENGERS_MAX, strict=False)]


class PassengerBody(Body):
    given_name: Annotated[str, Field(max_length=100)]
    family_name: Annotated[str, Field(max_length=100)]
    category: Category = "adult"
    birth_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class ContactBody(Body):
    email: Annotated[str, Field(max_length=254)]
    phone: Annotated[str, Field(max_length=32)] | None = None


class PaymentBody(Body):
    """The gateway's token; a card number is refused."""

    method: Literal["card", "paypal"] = "card"
    token: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[ -~]+$")]
    cardholder: Annotated[str, Field(max_length=100, description="The name on the card.")] = ""


class BookingBody(Body):
    """Book a hold, or an offer directly."""

    hold_id: UUID | None = None
    offer_id: Annotated[str, Field(max_length=16_384)] | None = None
    units: UnitsByLeg | None = None
    preferences: PreferencesBody | None = None
    passengers: Annotated[tuple[PassengerBody, ...], Field(min_length=1, max_length=PASSENGERS_MAX)]
    contact: ContactBody
    payment: PaymentBody

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.hold_id is None) == (self.offer_id is None):
            raise ValueError("give either hold_id or offer_id")
        if self.hold_id is not None and (self.units is not None or self.preferences is not None):
            raise ValueError("units and preferences belong to a booking by offer_id")
        return self

    def request(self) -> NewBooking:
        wishes = self.preferences
        return NewBooking(
            passengers=tuple(
                Passenger(one.given_name, one.family_name, one.category, one.birth_date) for one in self.passengers
            ),
            contact=Contact(self.contact.email, self.contact.phone),
            method=self.payment.method,
            token=self.payment.token,
            hold_id=self.hold_id,
            offer_id=self.offer_id,
            units=self.units,
            preferences=wishes.preferences() if wishes else Preferences(),
        )


class LookupBody(Body):
    locator: Annotated[str, Field(max_length=20)]
    email: Annotated[str, Field(max_length=254)]


class TicketCheckBody(Body):
    code: Annotated[str, Field(min_length=1, max_length=4096, description="The text of the barcode.")]


class RefundOfferBody(Body):
    """For some of the passengers, by their numbers on the booking; for everybody without."""

    passengers: Numbers | None = None


class CancelBody(Body):
    refund_offer_id: Token


class OriginAnswer(Answer):
    id: str
    name: str
    code: str | None
    platform: str | None
    departs_at: str


class DestinationAnswer(Answer):
    id: str
    name: str
    code: str | None
    platform: str | None
    arrives_at: str


class UnitAnswer(Answer):
    passenger: int
    unit: str
    coach: str
    label: str
    from_call: int
    to_call: int


class LegAnswer(Answer):
    departure_id: str
    mode: str
    operator: str
    line: str
    service_number: str
    headsign: str
    origin: Annotated[OriginAnswer, Field(alias="from")]
    destination: Annotated[DestinationAnswer, Field(alias="to")]
    from_call: int
    to_call: int
    cabin: str
    cabin_name: str
    units: tuple[UnitAnswer, ...]


class PassengerAnswer(Answer):
    passenger: int
    given_name: str
    family_name: str
    category: Category
    birth_date: str | None


class ContactAnswer(Answer):
    email: str
    phone: str | None


class ItemAnswer(Answer):
    passenger: int
    leg: int
    state: Literal["held", "ticketed", "cancelled", "refunded", "failed", "exchanged"]
    coach: str | None
    label: str | None
    price: MoneyAnswer


class TicketAnswer(Answer):
    passenger: int
    leg: int
    number: str
    url: str


class StepAnswer(Answer):
    until: str
    fee: MoneyAnswer


class ConditionsAnswer(Answer):
    refund: tuple[StepAnswer, ...]
    exchange: tuple[StepAnswer, ...]
    name_change_until: Annotated[str | None, Field(description="Until when a ticket may get another name.")]
    text: tuple[str, ...]


class ConversionAnswer(Answer):
    source: str
    date: str
    base: str
    rates: dict[str, str]


class RefundAnswer(Answer):
    refund_id: str
    amount: MoneyAnswer
    state: Literal["pending", "refunded", "failed"]
    promised_at: str
    settled_at: str | None


class ExchangeAnswer(Answer):
    exchange_id: str
    state: Literal["pending", "done", "failed"]
    fee: MoneyAnswer
    paid: MoneyAnswer
    refunded: MoneyAnswer
    made_at: str
    reason: Annotated[str | None, Field(description="The code of the error that ended it.")]


class TicketCheckAnswer(Answer):
    ticket_no: str
    locator: str
    status: Literal["good", "void"]


class BookingAnswer(Answer):
    booking_id: str
    locator: str
    status: Literal["pending", "confirmed", "cancelled", "failed"]
    created_at: str
    price: MoneyAnswer
    paid: MoneyAnswer
    fees: MoneyAnswer
    refunded: MoneyAnswer
    refunds: tuple[RefundAnswer, ...]
    exchanges: tuple[ExchangeAnswer, ...]
    conversion: ConversionAnswer | None
    fare_family: str
    legs: tuple[LegAnswer, ...]
    passengers: tuple[PassengerAnswer, ...]
    contact: ContactAnswer
    items: tuple[ItemAnswer, ...]
    tickets: tuple[TicketAnswer, ...]
    conditions: ConditionsAnswer


class BookingsAnswer(Answer):
    items: tuple[BookingAnswer, ...]
    next: str | None


class NewBookingAnswer(BookingAnswer):
    access_token: str
    access_token_expires_at: str


class NextActionAnswer(Answer):
    type: Literal["redirect"]
    url: Annotated[str, Field(description="Send the customer there: 3-D Secure, an approval.")]


class PendingAnswer(Answer):
    booking_id: str
    locator: str
    status: Literal["pending"]
    price: MoneyAnswer
    next_action: NextActionAnswer | None = None
    access_token: str
    access_token_expires_at: str


class ClaimAnswer(Answer):
    claimed: tuple[str, ...] = Field(description="The locators of the bookings that are mine from now on.")


class AccessAnswer(Answer):
    access_token: str
    expires_at: str


class ItemRefundAnswer(Answer):
    passenger: int
    leg: int
    price: MoneyAnswer
    fee: MoneyAnswer
    refund: MoneyAnswer


class RefundOfferAnswer(Answer):
    refund_offer_id: str
    refund: MoneyAnswer
    fee: MoneyAnswer
    expires_at: str
    items: tuple[ItemRefundAnswer, ...]


class InvoiceAnswer(Answer):
    number: str
    kind: Literal["invoice", "credit_note"]
    corrects: Annotated[str | None, Field(description="The number of the invoice that a credit note takes back.")]
    issued_at: str
    seller: str
    net: MoneyAnswer
    tax: MoneyAnswer
    gross: MoneyAnswer
    url: str


class InvoicesAnswer(Answer):
    items: tuple[InvoiceAnswer, ...]
