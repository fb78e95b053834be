"""Who travels and how to reach them: what is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.people import age_on, check_email, check_name, check_phone
from wayfare.services.bookings.domain.booking import Contact, Passenger

AGE_MAX = 130
CHILD_BELOW = 18


def check_contact(contact: Contact) -> None:
    """Raises `ValidationFailed` when the e-mail address or telephone number cannot be one."""
    check_email("contact.email", contact.email)
    if contact.phone is not None:
        check_phone("contact.phone", contact.phone)


def check_passenger(number: int, passenger: Passenger, travel: date) -> None:
    """Raises `ValidationFailed`. `number` counts from 0; `travel` is the day of the first departure."""
    place = f"passengers.{number}"
    check_name(f"{place}.given_name", passenger.given_name)
    check_name(f"{place}.family_name", passenger.family_name)
    if passenger.birth_date is None:
        return
    try:
        age = age_on(date.fromisoformat(passenger.birth_date), travel)
    except ValueError:
        raise ValidationFailed.of(f"{place}.birth_date", "a date such as 1990-05-31") from None
    if not 0 <= age <= AGE_MAX:
        raise ValidationFailed.of(f"{place}.birth_date", "this cannot be a date of birth")
    if passenger.category == "child" and age >= CHILD_BELOW:
        raise ValidationFailed.of(f"{place}.birth_date", f"a child is under {CHILD_BELOW} on the day of travel")


def in_offer_order(passengers: Sequence[Passenger], categories: Sequence[str]) -> tuple[Passenger, ...]:
    """The passengers in the order the offer prices them; within a category their own order stays.

    Raises `ValidationFailed` when their number or categories differ from the offer's.
    """
    if tuple(passenger.category for passenger in passengers) == tuple(categories):
        return tuple(passengers)
    waiting: dict[str, list[Passenger]] = {}
    for passenger in passengers:
        waiting.setdefault(passenger.category, []).append(passenger)
    ordered = []
    for category in categories:
        queue = waiting.get(category)
        if not queue:
            break
        ordered.append(queue.pop(0))
    if len(ordered) != len(categories) or len(passengers) != len(categories):
        wanted = ", ".join(categories)
        raise ValidationFailed.of("passengers", f"the offer is for {len(categories)}: {wanted}")
    return tuple(ordered)
