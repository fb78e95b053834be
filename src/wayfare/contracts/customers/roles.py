"""Who may do what: permissions by name, roles as sets of them, and grants of roles to accounts.

A route asks for a permission, never for a role. A grant may be limited to one operator's affairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec


class Permission(StrEnum):
    """One thing that may be done, as `subject:action`. `own`: to what belongs to the account itself."""

    ACCOUNT_OWN = "account:own"
    BOOKINGS_OWN = "bookings:own"
    BOOKINGS_READ = "bookings:read"
    BOOKINGS_CHANGE = "bookings:change"
    TICKETS_INSPECT = "tickets:inspect"
    TIMETABLE_CHANGE = "timetable:change"
    FARES_CHANGE = "fares:change"
    CAPACITY_CHANGE = "capacity:change"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_REFUND = "payments:refund"
    REPORTS_READ = "reports:read"
    USERS_MANAGE = "users:manage"
    SYSTEM_OPERATE = "system:operate"


_OWN = frozenset({Permission.ACCOUNT_OWN, Permission.BOOKINGS_OWN})
ROLES: Mapping[str, frozenset[Permission]] = {
    "customer": _OWN,
    "agent": _OWN,
    "operator_staff": frozenset(
        {
            Permission.ACCOUNT_OWN,
            Permission.BOOKINGS_READ,
            Permission.BOOKINGS_CHANGE,
            Permission.TIMETABLE_CHANGE,
            Permission.FARES_CHANGE,
            Permission.CAPACITY_CHANGE,
            Permission.REPORTS_READ,
        }
    ),
    "inspector": frozenset({Permission.ACCOUNT_OWN, Permission.TICKETS_INSPECT}),
    "analyst": frozenset({Permission.ACCOUNT_OWN, Permission.REPORTS_READ}),
    "administrator": frozenset(Permission),
}
"""An agent books for others: what an agency booked is its own, and nothing else is."""
SCOPED = frozenset({"operator_staff"})
"""Roles that are granted for one operator at a time."""
PERSONAL = frozenset({Permission.ACCOUNT_OWN, Permission.USERS_MANAGE})
"""What no API key may do: it needs a person who logged in."""


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """A role of an account. `operator`: the operator it is limited to, "" for none."""

    role: str
    operator: str = ""


def holds(grants: Iterable[Grant], permission: Permission) -> bool:
    """Whether one of the grants gives `permission` at all, in whosever affairs."""
    return any(permission in ROLES.get(grant.role, frozenset()) for grant in grants)


def is_permitted(grants: Iterable[Grant], permission: Permission, operator: str = "") -> bool:
    """Whether one of the grants gives `permission`, in the affairs of `operator` where it names one.

    A role that this version does not know gives nothing.
    """
    return any(
        permission in ROLES.get(grant.role, frozenset()) and grant.operator in ("", operator) for grant in grants
    )
