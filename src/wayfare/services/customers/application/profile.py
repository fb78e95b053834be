"""Look at one's account, change it, take everything along, or leave."""

from __future__ import annotations

from typing import Any

import msgspec

from wayfare.contracts.bookings.api import BookingsApi, ListOwned
from wayfare.contracts.customers.api import Identity
from wayfare.kernel.errors import Unauthenticated
from wayfare.kernel.time import rfc3339
from wayfare.services.customers.application.change_password import ConfirmPassword
from wayfare.services.customers.application.ports import Accounts, Consents, IssuerAccounts, Sessions, Travellers
from wayfare.services.customers.domain.consents import Consent
from wayfare.services.customers.domain.customer import (
    Customer,
    ProfileChanges,
    Session,
    Traveller,
    check_changes,
)


class Profile:
    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        travellers: Travellers,
        issuers: IssuerAccounts,
        consents: Consents,
        confirm: ConfirmPassword,
        bookings: BookingsApi | None,
    ) -> None:
        """`bookings`: None where no bookings service is within reach."""
        self._accounts, self._sessions, self._travellers, self._confirm = accounts, sessions, travellers, confirm
        self._issuers, self._consents, self._bookings = issuers, consents, bookings

    async def get(self, identity: Identity) -> Customer:
        """Raises Unauthenticated when the account has gone."""
        found = await self._accounts.find_customer(identity.customer_id)
        if found is None:
            raise Unauthenticated()
        return found

    async def change(self, identity: Identity, changes: ProfileChanges) -> Customer:
        """Raises ValidationFailed, Unauthenticated."""
        check_changes(changes)
        changed = await self._accounts.change_profile(identity.customer_id, changes)
        if changed is None:
            raise Unauthenticated()
        return changed

    async def export(self, identity: Identity) -> dict[str, Any]:
        """Everything that is kept about the person (GDPR, articles 15 and 20). Raises Unauthenticated, Unavailable."""
        return {
            "account": customer_json(await self.get(identity)),
            "travellers": [traveller_json(one) for one in await self._travellers.list_of(identity.customer_id)],
            "devices": [device_json(one, identity) for one in await self._sessions.list_of(identity.customer_id)],
            "issuers": [
                {"issuer": issuer, "subject": subject}
                for issuer, subject in await self._issuers.list_of(identity.customer_id)
            ],
            "consents": [consent_json(one) for one in await self._consents.list_of(identity.customer_id)],
            "bookings": await self._list_bookings(identity),
        }

    async def _list_bookings(self, identity: Identity) -> list[dict[str, Any]] | None:
        if self._bookings is None:
            return None
        found: list[dict[str, Any]] = []
        before = None
        while True:
            page = await self._bookings.list_owned(ListOwned(identity.customer_id, before))
            found += page.bookings
            if page.next is None:
                return found
            before = page.next

    async def delete(self, identity: Identity, password: str) -> None:
        """At once and for good (GDPR, article 17). Raises Forbidden."""
        await self._confirm.or_recent(identity, password)
        await self._accounts.delete(identity.customer_id)


def customer_json(customer: Customer) -> dict[str, Any]:
    return {
        "customer_id": str(customer.customer_id),
        "email": customer.email,
        "given_name": customer.given_name,
        "family_name": customer.family_name,
        "language": customer.language,
        "phone": customer.phone,
        "roles": [{"role": grant.role, "operator": grant.operator or None} for grant in customer.grants],
        "created_at": rfc3339(customer.created_s),
    }


def traveller_json(traveller: Traveller) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(traveller.facts)
    return {"traveller_id": str(traveller.traveller_id), **facts}


def consent_json(consent: Consent) -> dict[str, Any]:
    return {
        "consent_id": str(consent.consent_id),
        "kind": consent.kind,
        "version": consent.version,
        "given_at": rfc3339(consent.given_s),
        "withdrawn_at": None if consent.withdrawn_s is None else rfc3339(consent.withdrawn_s),
    }


def device_json(session: Session, identity: Identity) -> dict[str, Any]:
    return {
        "device_id": str(session.session_id),
        "name": session.device,
        "current": session.session_id == identity.session_id,
        "signed_in_at": rfc3339(session.created_s),
        "last_used_at": rfc3339(session.used_s),
        "expires_at": rfc3339(session.expires_s),
    }
