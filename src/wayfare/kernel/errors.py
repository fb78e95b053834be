"""The error tree.

    WayfareError
    ├── ConfigurationError        a setting or the machine is wrong; one line for the operator
    ├── ValidationFailed          the request is not well formed, or asks for nonsense
    │   ├── AmbiguousPlace        a name fits several places; candidates are given
    │   ├── BodyTooLarge
    │   └── CardNumberRefused     card data must not get here; the number is not repeated
    ├── NotFound
    ├── Unauthenticated
    ├── InvalidGrant              log-in or refresh refused; it is not said why
    ├── SecondFactorNeeded        the password is right; a code must follow
    ├── LinkInvalid               a one-time link is unknown, used or too old
    ├── Forbidden
    ├── RateLimited
    ├── RequestTimedOut           the answer took too long
    ├── BodyTooSlow               the request's body did not come in time
    ├── TooManyHolds              of this customer, device or address are open
    ├── TooManyPlaces             of this address are taken in a waiting room
    ├── ProofNeeded               a proof of work is asked for
    ├── AdmissionNeeded           visitors wait for their turn; the waiting room is named
    ├── AdmissionRefused          expired, used up, or somebody else's
    ├── OfferInvalid              altered, foreign or unreadable token
    ├── OfferExpired
    ├── DepartureClosed           too late (or too early) to sell
    ├── DepartureCancelled
    ├── SoldOut                   no units left for what was asked
    ├── UnitsTaken                the units named were taken by somebody else
    ├── HoldExpired               also: released
    ├── HoldUsed                  the hold already belongs to a booking
    ├── PaymentDeclined
    ├── PaymentPending
    ├── BookingNotCancellable     already cancelled, travelled, or never confirmed
    ├── RefundOfferExpired
    ├── IdempotencyConflict       the same key came with another body
    ├── ImportRefused             a feed or file is unusable; the list of reasons is given
    └── Unavailable               a part is overloaded or down; trying again helps

Errors travel between services by `code`; their HTTP form exists only in the gateway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class WayfareError(Exception):
    """Something Wayfare refuses, by name.

    `code` is stable and public. `detail` says what is wrong in one sentence for the reader of the
    response; `facts` are extra members for machines (JSON-ready values only).
    """

    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str | None = None, /, **facts: Any) -> None:
        self.detail = detail or self.title
        self.facts: Mapping[str, Any] = facts
        super().__init__(self.detail)


class ConfigurationError(WayfareError):
    code = "configuration_error"
    title = "A setting is wrong"


class ValidationFailed(WayfareError):
    """`facts["errors"]`, where given, is a list of `{"field", "message"}`."""

    code = "validation_failed"
    title = "The request is not valid"

    @classmethod
    def of(cls, field: str, message: str) -> ValidationFailed:
        return cls(f"{field}: {message}", errors=[{"field": field, "message": message}])


class AmbiguousPlace(ValidationFailed):
    """`facts["candidates"]`: a list of `{"id", "name", "code"}`."""

    code = "ambiguous_place"
    title = "The name fits several places"


class BodyTooLarge(ValidationFailed):
    code = "body_too_large"
    title = "The request body is too large"


class CardNumberRefused(ValidationFailed):
    code = "card_number_refused"
    title = "A card number must not be sent here"


class NotFound(WayfareError):
    code = "not_found"
    title = "There is no such thing"


class WalletNotConfigured(NotFound):
    """Nothing here may sign passes for phones."""

    code = "wallet_not_configured"
    title = "Passes for phones are not set up here"


class Unauthenticated(WayfareError):
    code = "unauthenticated"
    title = "A valid access token is needed"


class SignatureRefused(Unauthenticated):
    """A webhook that is not signed by whom it says it is from, or too long ago."""

    code = "signature_refused"
    title = "The signature is not valid"


class InvalidGrant(WayfareError):
    """Wrong password, unknown account or dead refresh token: the same answer to each (RFC 6749, 5.2)."""

    code = "invalid_grant"
    title = "These credentials are not valid"

    def __init__(self, detail: str | None = None, /, **facts: Any) -> None:
        super().__init__(detail, **{**facts, "error": self.code})  # the member that OAuth clients look for


class SecondFactorNeeded(WayfareError):
    """`facts["challenge"]`: to be sent back with the code, within `facts["expires_in"]` seconds."""

    code = "second_factor_needed"
    title = "A code of the second factor is needed"

    def __init__(self, detail: str | None = None, /, **facts: Any) -> None:
        super().__init__(detail, **{**facts, "error": self.code})


class LinkInvalid(WayfareError):
    code = "link_invalid"
    title = "The link is not valid, was used already, or is too old"


class Forbidden(WayfareError):
    code = "forbidden"
    title = "This is not yours to see or change"


class RateLimited(WayfareError):
    """`facts["retry_after_s"]`: whole seconds."""

    code = "rate_limited"
    title = "Too many requests"


class RequestTimedOut(WayfareError):
    """What was begun may have been done: asking again with the same Idempotency-Key tells."""

    code = "request_timed_out"
    title = "The answer took too long"


class BodyTooSlow(WayfareError):
    code = "body_too_slow"
    title = "The request body did not come in time"


class TooManyHolds(WayfareError):
    """`facts["of"]`: customer, device or address; `facts["open"]`: how many there are, which is the limit."""

    code = "too_many_holds"
    title = "Too many holds are open; book them or let them go"


class TooManyPlaces(WayfareError):
    code = "too_many_places"
    title = "Too many visitors from this address wait already"


class ProofNeeded(WayfareError):
    """`facts["challenge"]` and `facts["difficulty"]`: what to work on, and how many leading zero bits are asked."""

    code = "proof_of_work_needed"
    title = "A proof of work is needed"


class AdmissionNeeded(WayfareError):
    """`facts["room"]`: the waiting room; `facts["places"]`: where to take a place in it."""

    code = "admission_needed"
    title = "Visitors wait for their turn here; take a place in the waiting room"


class AdmissionRefused(WayfareError):
    code = "admission_refused"
    title = "The admission is not valid"


class OfferInvalid(WayfareError):
    code = "offer_invalid"
    title = "The offer is not one of ours or was altered"


class OfferExpired(WayfareError):
    code = "offer_expired"
    title = "The offer has expired; search again"


class DepartureClosed(WayfareError):
    code = "departure_closed"
    title = "The departure is not on sale now"


class DepartureCancelled(WayfareError):
    code = "departure_cancelled"
    title = "The departure is cancelled"


class SoldOut(WayfareError):
    code = "sold_out"
    title = "Not enough seats are left"


class UnitsTaken(WayfareError):
    """`facts["units"]`: the labels that are taken, where they are known."""

    code = "units_taken"
    title = "A seat you chose has just been taken"


class HoldExpired(WayfareError):
    code = "hold_expired"
    title = "The hold has expired or was released"


class HoldUsed(WayfareError):
    code = "hold_used"
    title = "The hold already belongs to a booking"


class PaymentDeclined(WayfareError):
    """`facts["reason"]`: the gateway's reason, such as `insufficient_funds`."""

    code = "payment_declined"
    title = "The payment was declined"


class PaymentPending(WayfareError):
    code = "payment_pending"
    title = "The payment is still pending"


class BookingNotCancellable(WayfareError):
    code = "booking_not_cancellable"
    title = "The booking cannot be cancelled"


class RefundOfferExpired(WayfareError):
    code = "refund_offer_expired"
    title = "The refund offer has expired; ask for a new one"


class IdempotencyConflict(WayfareError):
    code = "idempotency_conflict"
    title = "This Idempotency-Key was used with another request"


class ImportRefused(WayfareError):
    """`facts["errors"]`: a list of `{"file", "line", "reason"}`."""

    code = "import_refused"
    title = "The file cannot be imported"


class Unavailable(WayfareError):
    code = "unavailable"
    title = "Wayfare is overloaded or a part of it is down; try again"


def error_classes() -> Mapping[str, type[WayfareError]]:
    """Every named error by its code: the way an error crosses a process boundary."""
    found: dict[str, type[WayfareError]] = {}
    queue: list[type[WayfareError]] = [WayfareError]
    while queue:
        cls = queue.pop()
        found[cls.code] = cls
        queue.extend(cls.__subclasses__())
    return found


def first_errors(errors: Sequence[Mapping[str, Any]], limit: int = 20) -> list[dict[str, Any]]:
    """At most `limit` errors as plain dictionaries, for an answer of bounded size."""
    return [dict(error) for error in errors[:limit]]
