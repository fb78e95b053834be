"""The only doors into the customers service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from wayfare.contracts.bookings.api import BookingsApi
from wayfare.contracts.customers.api import CustomersApi
from wayfare.contracts.customers.events import CustomerEvent
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.field_encryption import KeyFile, KeyService
from wayfare.infrastructure.service import Service
from wayfare.kernel.time import Clock, SystemClock
from wayfare.services.customers.adapters.access_tokens import SignedTokens
from wayfare.services.customers.adapters.accounts import PostgresAccounts
from wayfare.services.customers.adapters.consents import PostgresConsents
from wayfare.services.customers.adapters.housekeeping import Housekeeping
from wayfare.services.customers.adapters.issuer_accounts import PostgresIssuerAccounts
from wayfare.services.customers.adapters.issuer_keys import IssuerKeys
from wayfare.services.customers.adapters.issuer_tokens import OidcTokens
from wayfare.services.customers.adapters.letters import PostgresLetters
from wayfare.services.customers.adapters.mail import build_mailer
from wayfare.services.customers.adapters.passwords import Argon2Passwords, refused_passwords
from wayfare.services.customers.adapters.person_vault import PersonVault
from wayfare.services.customers.adapters.revocation_notices import RedisNotices
from wayfare.services.customers.adapters.revocations import WatchedRevocations
from wayfare.services.customers.adapters.second_factors import PostgresSecondFactors
from wayfare.services.customers.adapters.service_accounts import PostgresServiceAccounts, RememberedKeys
from wayfare.services.customers.adapters.session_stores import SessionStores, open_session_stores
from wayfare.services.customers.adapters.sessions import KeptSessions
from wayfare.services.customers.adapters.signing_keys import SigningKeys
from wayfare.services.customers.adapters.travellers import PostgresTravellers
from wayfare.services.customers.application.change_password import ChangePassword, ConfirmPassword, ResetPassword
from wayfare.services.customers.application.identify import IdentifyCustomer
from wayfare.services.customers.application.keep_consents import KeepConsents
from wayfare.services.customers.application.keep_devices import KeepDevices
from wayfare.services.customers.application.keep_travellers import KeepTravellers
from wayfare.services.customers.application.log_in import Devices, LogIn
from wayfare.services.customers.application.log_in_by_issuer import LogInByIssuer, ReadTokens
from wayfare.services.customers.application.manage_services import ManageServices
from wayfare.services.customers.application.manage_users import ManageUsers
from wayfare.services.customers.application.ports import LogInTries
from wayfare.services.customers.application.profile import Profile
from wayfare.services.customers.application.register import RegisterCustomer, VerifyEmail
from wayfare.services.customers.application.second_factor import OwnSecondFactor
from wayfare.services.customers.application.send_letters import SendLetters
from wayfare.services.customers.domain.issuer import IssuerPolicy
from wayfare.services.customers.entrypoints.account import (
    account_routes,
    device_routes,
    password_routes,
    traveller_routes,
)
from wayfare.services.customers.entrypoints.auth import registration_routes, reset_routes, token_routes
from wayfare.services.customers.entrypoints.consents import consent_routes
from wayfare.services.customers.entrypoints.jobs import customer_jobs, retention_rules
from wayfare.services.customers.entrypoints.second_factor import second_factor_routes

__all__ = ["CustomerOptions", "build", "open_services", "open_session_stores", "open_users", "outbox_of", "rotate_keys"]


@dataclass(frozen=True)
class CustomerOptions:
    """What the service needs to know of where it runs.

    `public_url`: where customers reach it, also the issuer of tokens; `smtp_url`: None writes letters to `mail_dir`;
    `hashes_at_once`: password hashes computed at the same time; `signing_key_days`: how long a key signs;
    `staff_second_factor`: who has shown none is no staff. `issuer`: an OIDC issuer whose tokens are accepted too, whose
    keys are at `issuer_keys_url` (None: where it says); `issuer_only`: nobody logs in by password.
    `redis_url`: also tells processes which sessions were revoked.
    `key_service`: who wraps the keys of the key file. `sessions_url`: DynamoDB for devices and revocations.
    """

    key_file: Path
    mail_dir: Path
    secret: bytes
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    mail_from: str = "Wayfare <no-reply@localhost>"
    hashes_at_once: int = 2
    signing_key_days: int = 30
    staff_second_factor: bool = False
    issuer: IssuerPolicy | None = None
    issuer_keys_url: str | None = None
    issuer_only: bool = False
    redis_url: str | None = None
    key_service: KeyService | None = None
    sessions_url: str | None = None


def build(
    *,
    database: Database,
    options: CustomerOptions,
    clock: Clock | None = None,
    passwords: Argon2Passwords | None = None,
    bookings: BookingsApi | None = None,
    tries: LogInTries | None = None,
) -> Service:
    """`bookings`: asked for a customer's bookings by their export. `clock`: tokens and links live by the machine's
    clock, also where the business sells a timetable of the past.
    `passwords`: hashing with other parameters than the usual ones. `tries`: limits log-ins per account.

    Raises ConfigurationError when the key file cannot be used.
    """
    clock = clock or SystemClock()
    key_file = KeyFile(options.key_file, options.key_service)
    vault, keys = PersonVault(key_file), SigningKeys(database, key_file, clock, options.signing_key_days)
    stores = open_session_stores(options.sessions_url, database, clock)
    table, notices = stores.table, RedisNotices(options.redis_url) if options.redis_url else None
    revocations, outbox = WatchedRevocations(stores.revocations, notices), outbox_of(database)
    accounts = PostgresAccounts(database, table, vault, revocations, outbox, clock)
    sessions = KeptSessions(database, table, revocations, outbox, clock)
    travellers, consents = PostgresTravellers(database, vault, outbox), PostgresConsents(database, outbox, clock)
    passwords = passwords or Argon2Passwords(options.hashes_at_once)
    mailer = build_mailer(options.smtp_url, options.mail_dir, options.mail_from, options.public_url)
    access = SignedTokens(keys, options.public_url.rstrip("/"), clock)
    issuer_accounts = PostgresIssuerAccounts(database, table, vault, revocations, outbox, clock, options.issuer)
    tokens = ReadTokens(access, _issuer_log_in(options, issuer_accounts, clock))
    secret, strict = options.secret, options.staff_second_factor
    devices = Devices(accounts, sessions, access, tokens, secret, staff_second_factor=strict)
    confirm = ConfirmPassword(accounts, passwords, sessions)
    factors = PostgresSecondFactors(database, table, vault, revocations, outbox, clock)
    log_in = LogIn(accounts, passwords, factors, devices, secret, clock, tries)
    house = Housekeeping(database, vault, keys, clock)

    async def start() -> None:
        await outbox.prepare()
        await keys.start()
        await revocations.start()

    async def stop() -> None:
        await revocations.stop()
        await stores.aclose()
        passwords.stop()

    return Service(
        name="customers",
        api=IdentifyCustomer(tokens, revocations, RememberedKeys(database, clock), accounts),
        protocol=CustomersApi,
        routers=(
            *([] if options.issuer_only else _password_routes(accounts, passwords, confirm, factors, clock, tries)),
            token_routes(None if options.issuer_only else log_in, devices, keys.published),
            account_routes(Profile(accounts, sessions, travellers, issuer_accounts, consents, confirm, bookings)),
            device_routes(KeepDevices(sessions)),
            traveller_routes(KeepTravellers(travellers, clock)),
            consent_routes(KeepConsents(consents)),
        ),
        jobs=customer_jobs(SendLetters(PostgresLetters(database, clock), mailer), keys.keep, house.rewrap, house.tidy),
        retention=retention_rules(),
        start=start,
        stop=stop,
        outboxes=(outbox,),
        lanes=1,
    )


def _password_routes(
    accounts: PostgresAccounts,
    passwords: Argon2Passwords,
    confirm: ConfirmPassword,
    factors: PostgresSecondFactors,
    clock: Clock,
    tries: LogInTries | None,
) -> Sequence[APIRouter]:
    """What there is for people who log in by password."""
    refused = refused_passwords()
    return (
        registration_routes(RegisterCustomer(accounts, passwords, refused), VerifyEmail(accounts)),
        reset_routes(ResetPassword(accounts, passwords, refused, tries)),
        password_routes(ChangePassword(accounts, passwords, confirm, refused)),
        second_factor_routes(OwnSecondFactor(factors, confirm, clock)),
    )


def _issuer_log_in(options: CustomerOptions, accounts: PostgresIssuerAccounts, clock: Clock) -> LogInByIssuer | None:
    """Raises ConfigurationError for an address without TLS."""
    if options.issuer is None:
        return None
    reader = OidcTokens(options.issuer, IssuerKeys(options.issuer.issuer, options.issuer_keys_url, clock), clock)
    return LogInByIssuer(reader, accounts, clock, staff_second_factor=options.staff_second_factor)


def outbox_of(database: Database) -> Outbox:
    return Outbox("customers", CustomerEvent.TOPIC, database)


def open_users(database: Database, key_file: KeyFile, stores: SessionStores | None = None) -> ManageUsers:
    """Accounts as an administrator changes them, for the command line, once the outbox is prepared.

    `stores`: where devices are; None: PostgreSQL. Raises ConfigurationError.
    """
    vault, clock, outbox = PersonVault(key_file), SystemClock(), outbox_of(database)
    stores = stores or open_session_stores(None, database)
    # Nobody is signed in here: who must hear that a session ended is told by the store.
    unwatched, table = WatchedRevocations(stores.revocations), stores.table
    accounts = PostgresAccounts(database, table, vault, unwatched, outbox, clock)
    factors = PostgresSecondFactors(database, table, vault, unwatched, outbox, clock)
    return ManageUsers(accounts, factors, RegisterCustomer(accounts, Argon2Passwords(1), refused_passwords()))


def open_services(database: Database) -> ManageServices:
    """Service accounts and API keys as an administrator changes them, for the command line."""
    return ManageServices(PostgresServiceAccounts(database), SystemClock())


async def rotate_keys(database: Database, key_file: KeyFile) -> tuple[int, str]:
    """New keys: one that wraps the others, and all that it wraps anew; one that signs tokens. Their ids."""
    number = key_file.rotate()
    clock = SystemClock()
    keys = SigningKeys(database, key_file, clock, days=1)
    await Housekeeping(database, PersonVault(key_file), keys, clock).rewrap()
    return number, await keys.rotate()
