"""Request and response bodies of the customers API, as they are published."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from wayfare.infrastructure.bodies import PreferencesBody
from wayfare.infrastructure.http import Answer, Body
from wayfare.kernel.people import EMAIL_MAX, NAME_MAX
from wayfare.services.customers.application.register import NewCustomer
from wayfare.services.customers.domain.consents import ConsentKind
from wayfare.services.customers.domain.customer import Document, ProfileChanges, TravellerFacts
from wayfare.services.customers.domain.passwords import LENGTH_MAX, LENGTH_MIN

Email = Annotated[str, Field(max_length=EMAIL_MAX)]
Name = Annotated[str, Field(max_length=NAME_MAX)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", description="BCP 47: de, pt-BR.")]
GivenPassword = Annotated[str, Field(max_length=1024)]
NewPassword = Annotated[str, Field(min_length=LENGTH_MIN, max_length=LENGTH_MAX)]
OneTimeToken = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=6, max_length=40)]
SECOND_FACTOR_GRANT = "urn:wayfare:grant-type:second-factor"
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class RegistrationBody(Body):
    email: Email
    password: NewPassword
    given_name: Name = ""
    family_name: Name = ""
    language: Language = "en"

    def new_customer(self) -> NewCustomer:
        return NewCustomer(self.email, self.password, self.given_name, self.family_name, self.language)


class VerifyBody(Body):
    token: OneTimeToken


_BY_GRANT = {
    "password": {"username", "password"},
    "refresh_token": {"refresh_token"},
    SECOND_FACTOR_GRANT: {"challenge", "code"},
}
_BY_GRANT_ALL = frozenset[str]().union(*_BY_GRANT.values())


class TokenBody(Body):
    """RFC 6749, 4.3.2, 6 and, for the second step of a log-in, 4.5."""

    grant_type: Literal["password", "refresh_token", "urn:wayfare:grant-type:second-factor"]
    username: Annotated[str, Field(max_length=EMAIL_MAX, description="The e-mail address.")] = ""
    password: GivenPassword = ""
    refresh_token: Annotated[str, Field(max_length=1024)] = ""
    device_name: Annotated[str, Field(max_length=100, description="Default: the browser's name for itself.")] = ""
    challenge: Annotated[str, Field(max_length=1024, description="Of the answer `second_factor_needed`.")] = ""
    code: Annotated[str, Field(max_length=40, description="Of the authenticator app, or a recovery code.")] = ""

    @model_validator(mode="after")
    def _of_one_grant(self) -> Self:
        given = {name for name in _BY_GRANT_ALL if getattr(self, name)}
        if given != _BY_GRANT[self.grant_type]:
            raise ValueError("give username and password, refresh_token, or challenge and code, as grant_type says")
        return self


class RevokeBody(Body):
    """RFC 7009, 2.1."""

    token: Annotated[str, Field(min_length=1, max_length=8192)]
    token_type_hint: Literal["access_token", "refresh_token"] | None = None


class ResetRequestBody(Body):
    email: Email


class ResetBody(Body):
    token: OneTimeToken
    password: NewPassword


class PasswordBody(Body):
    current_password: GivenPassword
    new_password: NewPassword


class DeletionBody(Body):
    password: Annotated[GivenPassword, Field(description="May be left out soon after a log-in at the issuer.")] = ""


class SecondFactorBody(Body):
    password: GivenPassword


class CodeBody(Body):
    code: Code


class SecondFactorRemovalBody(Body):
    password: GivenPassword
    code: Annotated[Code, Field(description="Of the authenticator app, or a recovery code.")]


class ProfileBody(Body):
    """What is absent stays as it is."""

    given_name: Name | None = None
    family_name: Name | None = None
    language: Language | None = None
    phone: Annotated[str, Field(max_length=32)] | None = None

    @model_validator(mode="after")
    def _only_the_phone_can_go(self) -> Self:
        for field in self.model_fields_set - {"phone"}:
            if getattr(self, field) is None:
                raise ValueError(f"{field} cannot be null")
        return self

    def changes(self) -> ProfileChanges:
        return ProfileChanges(**{field: getattr(self, field) for field in self.model_fields_set})


class ConsentBody(Body):
    version: Annotated[
        str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$", description="Which text was shown: 2026-11-01.")
    ]


class DocumentBody(Body):
    kind: Literal["passport", "id_card"]
    number: Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]{3,30}$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Who issued it, ISO 3166-1 alpha-2.")]
    expires_on: Day | None = None

    def document(self) -> Document:
        return Document(self.kind, self.number, self.country, self.expires_on)


class TravellerBody(Body):
    given_name: Name
    family_name: Name
    category: Literal["adult", "child", "senior", "student"] = "adult"
    birth_date: Day | None = None
    document: DocumentBody | None = None
    preferences: PreferencesBody = PreferencesBody()

    def facts(self) -> TravellerFacts:
        return TravellerFacts(
            self.given_name,
            self.family_name,
            self.category,
            self.birth_date,
            None if self.document is None else self.document.document(),
            self.preferences.preferences(),
        )


class RegisteredAnswer(Answer):
    status: Literal["confirmation_sent"]


class TokensAnswer(Answer):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str


class SecondFactorAnswer(Answer):
    enrolled: bool
    recovery_codes_left: int


class EnrolmentAnswer(Answer):
    secret: str
    uri: str


class RecoveryCodesAnswer(Answer):
    recovery_codes: tuple[str, ...]


class RoleAnswer(Answer):
    role: str
    operator: str | None


class CustomerAnswer(Answer):
    customer_id: str
    email: str
    given_name: str
    family_name: str
    language: str
    phone: str | None
    roles: tuple[RoleAnswer, ...]
    created_at: str


class DocumentAnswer(Answer):
    kind: Literal["passport", "id_card"]
    number: str
    country: str
    expires_on: str | None


class PreferencesAnswer(Answer):
    features: tuple[str, ...]
    together: bool
    coach: str | None
    accessible: bool
    seat_change: bool


class TravellerAnswer(Answer):
    traveller_id: str
    given_name: str
    family_name: str
    category: Literal["adult", "child", "senior", "student"]
    birth_date: str | None
    document: DocumentAnswer | None
    preferences: PreferencesAnswer


class TravellersAnswer(Answer):
    items: tuple[TravellerAnswer, ...]


class DeviceAnswer(Answer):
    device_id: str
    name: str
    current: bool
    signed_in_at: str
    last_used_at: str
    expires_at: str


class DevicesAnswer(Answer):
    items: tuple[DeviceAnswer, ...]


class IssuerAccountAnswer(Answer):
    issuer: str
    subject: str


class ConsentAnswer(Answer):
    consent_id: str
    kind: ConsentKind
    version: str
    given_at: str
    withdrawn_at: str | None


class ConsentsAnswer(Answer):
    items: tuple[ConsentAnswer, ...]


class ExportAnswer(Answer):
    account: CustomerAnswer
    travellers: tuple[TravellerAnswer, ...]
    devices: tuple[DeviceAnswer, ...]
    issuers: tuple[IssuerAccountAnswer, ...]
    consents: tuple[ConsentAnswer, ...]
    bookings: Annotated[
        tuple[dict[str, Any], ...] | None,
        Field(description="As GET /v1/bookings shows them; null where no bookings service is within reach."),
    ]


class KeyAnswer(Answer):
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class KeysAnswer(Answer):
    keys: tuple[KeyAnswer, ...]
