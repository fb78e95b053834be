"""What the use cases need of the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.customers.api import Identity
from wayfare.contracts.customers.events import Doer
from wayfare.contracts.customers.roles import Grant
from wayfare.services.customers.domain.api_key import ApiKey, Scope, ServiceAccount
from wayfare.services.customers.domain.consents import Consent, ConsentKind
from wayfare.services.customers.domain.customer import (
    Credentials,
    Customer,
    LetterKind,
    ProfileChanges,
    Registration,
    Session,
    Traveller,
    TravellerFacts,
)
from wayfare.services.customers.domain.issuer import Arrival
from wayfare.services.customers.domain.second_factor import Judgement, SecondFactor


class Verified(msgspec.Struct, frozen=True):
    """`fresh_hash`: store this one instead, it was made with today's parameters."""

    right: bool
    fresh_hash: str | None = None


class LogInTries(Protocol):
    """How often somebody may try to log in to one account, from however many addresses (`address`)."""

    async def admit(self, email: str, address: str) -> None:
        """Before a password is looked at. Raises RateLimited, whether there is such an account or not."""
        ...

    async def remember(self, email: str, address: str) -> None:
        """The account's owner was there: from this address others' tries count no longer."""
        ...


class Passwords(Protocol):
    """Hashing, in threads, a bounded number at once. Raises `Unavailable` beyond."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, stored: str | None) -> Verified:
        """With None, the same work for an account that is not there; never right."""
        ...


class Accounts(Protocol):
    async def add_registration(self, registration: Registration) -> None:
        """Keep it, and the letter that asks whether the address is theirs."""
        ...

    async def confirm_registration(self, token: bytes) -> UUID | None:
        """Turn it into an account with the role customer. None: no such token, too old, or the address has one."""
        ...

    async def create(self, registration: Registration, grants: Sequence[Grant]) -> UUID | None:
        """An account at once. None: the address has one."""
        ...

    async def find_credentials(self, email: str) -> Credentials | None: ...
    async def find_credentials_of(self, customer_id: UUID) -> Credentials | None: ...
    async def find_customer(self, customer_id: UUID) -> Customer | None: ...
    async def find_by_email(self, email: str) -> Customer | None: ...
    async def list_grants(self, customer_id: UUID) -> tuple[Grant, ...]: ...
    async def improve_hash(self, customer_id: UUID, old_hash: str, password_hash: str) -> None: ...

    async def set_password(self, customer_id: UUID, password_hash: str, keep: UUID | None) -> None:
        """Ends every device but `keep`, forgets open resets, and writes a letter about it."""
        ...

    async def ask_reset(self, email: str) -> None: ...

    async def find_reset(self, token: bytes) -> str | None:
        """The address of the account that an open reset is for."""
        ...

    async def use_reset(self, token: bytes, password_hash: str) -> bool:
        """Takes the token away and sets the password as `set_password` does. False: it is gone."""
        ...

    async def change_profile(self, customer_id: UUID, changes: ProfileChanges) -> Customer | None: ...
    async def grant(self, customer_id: UUID, grant: Grant) -> None: ...
    async def revoke_grant(self, customer_id: UUID, grant: Grant) -> bool: ...
    async def set_disabled(self, customer_id: UUID, *, disabled: bool) -> None: ...

    async def delete(self, customer_id: UUID) -> None:
        """The account, its travellers, its devices and the key of everything that was encrypted for it."""
        ...


class Turned(msgspec.Struct, frozen=True):
    """Whose session a refresh token was for, and whether a second factor was shown in it."""

    customer_id: UUID
    second_factor: bool


class Sessions(Protocol):
    async def open(
        self, customer_id: UUID, password_hash: str, device: str, secret: bytes, *, second_factor: bool
    ) -> UUID | None:
        """A new family. `second_factor`: one was shown. None: the password was changed or the account disabled in
        between."""
        ...

    async def turn(
        self, customer_id: UUID | None, session_id: UUID, generation: int, secret: bytes, fresh: bytes
    ) -> Turned | None:
        """Replace the living refresh token by the next one. None: this one does not live."""
        ...

    async def is_recent(self, customer_id: UUID, session_id: UUID, within_s: int) -> bool:
        """Whether it is of an issuer's log-in, not older than so many seconds."""
        ...

    async def end(self, session_id: UUID, customer_id: UUID | None) -> bool:
        """At once, everywhere, if it is theirs. `customer_id`: None where the token of the session does not say."""
        ...

    async def list_of(self, customer_id: UUID) -> Sequence[Session]: ...


class SecondFactors(Protocol):
    """Each attempt is judged under a lock: of two requests with one code, one is right."""

    async def find(self, customer_id: UUID) -> SecondFactor | None: ...

    async def begin(self, customer_id: UUID, secret: str) -> bool:
        """Keep a secret (base32) that waits to be confirmed. False: there is a confirmed one."""
        ...

    async def attempt(self, customer_id: UUID, code: str) -> Judgement | None:
        """Judge a code of a confirmed factor. None: there is none."""
        ...

    async def confirm(
        self, customer_id: UUID, session_id: UUID, code: str, recovery: tuple[bytes, ...]
    ) -> Judgement | None:
        """When it is right the factor counts, with digests of recovery codes, and the session has shown it. None:
        none waits."""
        ...

    async def remove(self, customer_id: UUID, *, by: Doer) -> bool:
        """And end every device. False: there was none."""
        ...


class Revocations(Protocol):
    async def is_revoked(self, session_id: UUID) -> bool: ...


class Travellers(Protocol):
    async def list_of(self, customer_id: UUID) -> Sequence[Traveller]: ...
    async def find(self, customer_id: UUID, traveller_id: UUID) -> Traveller | None: ...

    async def add(self, customer_id: UUID, facts: TravellerFacts) -> Traveller | None:
        """None: as many as may be."""
        ...

    async def replace(self, customer_id: UUID, traveller: Traveller) -> bool: ...
    async def remove(self, customer_id: UUID, traveller_id: UUID) -> bool: ...


class Consents(Protocol):
    async def list_of(self, customer_id: UUID) -> Sequence[Consent]:
        """The newest first."""
        ...

    async def give(self, customer_id: UUID, kind: ConsentKind, version: str) -> Consent | Literal["gone", "full"]:
        """The one that holds now. "gone": the account; "full": as many as may be kept."""
        ...

    async def withdraw(self, customer_id: UUID, kind: ConsentKind) -> bool:
        """False: none of this kind holds."""
        ...


class TokenReader(Protocol):
    async def read(self, token: str) -> Identity:
        """Raises `Unauthenticated` for anything but an access token that is accepted here and has not expired."""
        ...


class AccessTokens(TokenReader, Protocol):
    """Those that are issued here."""

    async def issue(self, customer_id: UUID, session_id: UUID, grants: Sequence[Grant]) -> str: ...


class IssuerTokens(Protocol):
    def claims_to_be(self, token: str) -> bool:
        """Whether it says that it is of the issuer; nothing is verified."""
        ...

    async def verify(self, token: str) -> Arrival:
        """Raises `Unauthenticated`, and `Unavailable` when the issuer's keys cannot be had."""
        ...


class Arrived(msgspec.Struct, frozen=True):
    """The account of an arrival, and the roles it was granted here."""

    customer_id: UUID
    grants: tuple[Grant, ...]


class IssuerAccounts(Protocol):
    async def arrive(self, arrival: Arrival) -> Arrived:
        """Find or make the account, and keep the log-in as a device of it.

        Raises `Unauthenticated` for a disabled account, or a log-in that was ended.
        """
        ...

    async def list_of(self, customer_id: UUID) -> Sequence[tuple[str, str]]:
        """Issuer and subject of each by which somebody logs in."""
        ...


class ServiceAccounts(Protocol):
    async def create(self, name: str, grant: Grant) -> UUID | None:
        """None: the name is taken."""
        ...

    async def find(self, name: str) -> ServiceAccount | None: ...
    async def grant(self, account_id: UUID, grant: Grant) -> None: ...
    async def revoke_grant(self, account_id: UUID, grant: Grant) -> bool: ...
    async def set_disabled(self, account_id: UUID, *, disabled: bool) -> None: ...

    async def add_key(
        self, account_id: UUID, key_id: UUID, digest: bytes, scope: Scope, created_s: int, expires_s: int
    ) -> None: ...

    async def list_keys(self, name: str | None) -> Sequence[ApiKey]: ...
    async def revoke_key(self, key_id: UUID) -> bool: ...


class ApiKeys(Protocol):
    async def read(self, text: str) -> Identity:
        """Raises `Unauthenticated` for anything but a living key of an account that is not disabled; Unavailable."""
        ...


class DueLetter(msgspec.Struct, frozen=True):
    letter_id: UUID
    kind: LetterKind
    email: str
    about: UUID | None
    attempts: int


class Message(msgspec.Struct, frozen=True):
    """A letter ready to be sent. `token`: the one-time token of its link, "" for none."""

    kind: LetterKind
    to: str
    given_name: str
    token: str = ""


class Letters(Protocol):
    async def take_due(self, limit: int) -> Sequence[DueLetter]: ...

    async def prepare(self, letter: DueLetter) -> Message | None:
        """What to send: only now it is looked up whether there is such an account. None: nothing."""
        ...

    async def note_sent(self, letter_id: UUID) -> None: ...
    async def drop(self, letter_id: UUID) -> None: ...


class Mailer(Protocol):
    async def send(self, message: Message) -> None:
        """Raises `Unavailable` when it did not go out."""
        ...
