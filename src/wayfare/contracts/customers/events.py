"""What customers tells the world: one event for each thing that was done to an account. Names, addresses, telephone
numbers and documents are never in them: only which of them changed.
"""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from wayfare.contracts.events import EventData

Doer = Literal["customer", "operator"]


class CustomerEvent(EventData, frozen=True, kw_only=True):
    """Every event of an account says which one, who did it, and by its correlation id which request.

    `by`: the customer, or an operator by a command, whom the audit log names under the same correlation id.
    """

    TOPIC: ClassVar[str] = "customer-events"

    customer_id: UUID
    by: Doer = "customer"
    correlation_id: str = ""

    @property
    def key(self) -> str:
        return str(self.customer_id)


class CustomerRegistered(CustomerEvent, frozen=True):
    """There is an account: its address was verified by a link, an issuer vouches for it, or an operator."""

    TYPE: ClassVar[str] = "customer.registered"


class CustomerSignedIn(CustomerEvent, frozen=True):
    """A device was signed in."""

    TYPE: ClassVar[str] = "customer.signed_in"

    device_id: UUID


class CustomerSignedOut(CustomerEvent, frozen=True):
    """A device was signed out, by its owner or because a token of it was used twice."""

    TYPE: ClassVar[str] = "customer.signed_out"

    device_id: UUID


class CustomerProfileChanged(CustomerEvent, frozen=True):
    """These fields of the profile have other values."""

    TYPE: ClassVar[str] = "customer.profile_changed"

    fields: tuple[str, ...]


class CustomerPasswordChanged(CustomerEvent, frozen=True):
    """With the old password, or by a link (`reset`). So many other devices were signed out."""

    TYPE: ClassVar[str] = "customer.password_changed"

    reset: bool
    devices_ended: int


class CustomerSecondFactorAsked(CustomerEvent, frozen=True):
    """An authenticator app was given a secret; it counts once a code of it is confirmed."""

    TYPE: ClassVar[str] = "customer.second_factor_asked"


class CustomerSecondFactorConfirmed(CustomerEvent, frozen=True):
    """The account has a second factor from now on."""

    TYPE: ClassVar[str] = "customer.second_factor_confirmed"


class CustomerSecondFactorRemoved(CustomerEvent, frozen=True):
    """The account has no second factor any more; so many devices were signed out."""

    TYPE: ClassVar[str] = "customer.second_factor_removed"

    devices_ended: int


class CustomerRoleGranted(CustomerEvent, frozen=True):
    """The account may do what this role may, in the affairs of `operator` where one is named."""

    TYPE: ClassVar[str] = "customer.role_granted"

    role: str
    operator: str = ""


class CustomerRoleRevoked(CustomerEvent, frozen=True):
    """The account has this role no longer; its devices were signed out."""

    TYPE: ClassVar[str] = "customer.role_revoked"

    role: str
    operator: str = ""


class CustomerDisabled(CustomerEvent, frozen=True):
    """Signed out everywhere and refused at log-in."""

    TYPE: ClassVar[str] = "customer.disabled"


class CustomerEnabled(CustomerEvent, frozen=True):
    """May log in again."""

    TYPE: ClassVar[str] = "customer.enabled"


class CustomerTravellerAdded(CustomerEvent, frozen=True):
    """A traveller was saved."""

    TYPE: ClassVar[str] = "customer.traveller_added"

    traveller_id: UUID


class CustomerTravellerChanged(CustomerEvent, frozen=True):
    """These fields of a saved traveller have other values."""

    TYPE: ClassVar[str] = "customer.traveller_changed"

    traveller_id: UUID
    fields: tuple[str, ...]


class CustomerTravellerRemoved(CustomerEvent, frozen=True):
    """A saved traveller was forgotten."""

    TYPE: ClassVar[str] = "customer.traveller_removed"

    traveller_id: UUID


class CustomerConsentGiven(CustomerEvent, frozen=True):
    """The customer agreed to this version of a text."""

    TYPE: ClassVar[str] = "customer.consent_given"

    kind: str
    version: str


class CustomerConsentWithdrawn(CustomerEvent, frozen=True):
    """The customer no longer agrees; `version` is the one that was agreed to."""

    TYPE: ClassVar[str] = "customer.consent_withdrawn"

    kind: str
    version: str


class CustomerDeleted(CustomerEvent, frozen=True):
    """The account and everything that was kept for it are gone."""

    TYPE: ClassVar[str] = "customer.deleted"
