"""What a client does, request by request: small state machines over bytes written by hand.

A script is asked for a request (`begin`), is given the answer (`answer`) and returns the next request, or
None when it is through and wants to begin anew. `pause_s` is what it asks to wait before that.
"""

from __future__ import annotations

import os
from typing import Protocol

from benchmarks.plan import LOOPBACK, LoadPlan
from benchmarks.tally import Tally

REFUSED_PAUSE_S = 0.02
"""A refused client waits this long, so that a closed loop does not spin on an overloaded server."""

GIVEN_NAMES = ("Ada", "Bela", "Chidi", "Devi", "Elif", "Farid", "Goro", "Hana")
FAMILY_NAMES = ("Okafor", "Nowak", "Silva", "Tanaka", "Haddad", "Jensen", "Moreau", "Iyer")


class OffersExhausted(Exception):
    """No offer is left that anything could be sold of."""


class Script(Protocol):
    """One client's state machine."""

    step: str
    """The step under way: the key of its latencies and statuses."""
    wants_body: bool
    """False: the body of a successful answer is only counted."""
    pause_s: float

    def begin(self) -> bytes: ...

    def answer(self, status: int, body: bytes, took_ns: int) -> bytes | None: ...


def find_text(body: bytes, name: bytes) -> bytes | None:
    """The first string value of member `name` in compact or spaced JSON; no escapes are undone."""
    for opening in (b'"' + name + b'":"', b'"' + name + b'": "'):
        at = body.find(opening)
        if at >= 0:
            start = at + len(opening)
            return body[start : body.find(b'"', start)]
    return None


def _head(method: bytes, target: bytes, plan: LoadPlan, token: str | None) -> bytes:
    lines = [method + b" " + target + b" HTTP/1.1", f"host: {LOOPBACK}:{plan.port}".encode()]
    if token:
        lines.append(b"authorization: Bearer " + token.encode())
    if method == b"POST":
        lines.append(b"content-type: application/json")
    else:
        lines.append(b"accept: application/json")
    return b"\r\n".join(lines) + b"\r\n"


def _code_of(body: bytes) -> str:
    return (find_text(body, b"code") or b"").decode("ascii", "replace")


class BookingScript:
    """Hold one offer, then book and pay for it; each request has an idempotency key of its own."""

    wants_body = True
    steps = ("hold", "book", "both")

    def __init__(self, tally: Tally, number: int) -> None:
        plan = tally.plan
        token = plan.tokens[number % len(plan.tokens)] if plan.tokens else None
        self.step = "hold"
        self.pause_s = 0.0
        self._tally = tally
        self._hold_head = _head(b"POST", b"/v1/holds", plan, token) + b"content-length: "
        self._book_head = _head(b"POST", b"/v1/bookings", plan, token) + b"content-length: "
        self._key = f"\r\nidempotency-key: {os.urandom(6).hex()}-{number}-".encode()  # another one in every run
        self._count = 0
        given = GIVEN_NAMES[number % len(GIVEN_NAMES)]
        family = FAMILY_NAMES[number // len(GIVEN_NAMES) % len(FAMILY_NAMES)]
        self._book_tail = (
            f'","passengers":[{{"given_name":"{given}","family_name":"{family}",'
            '"birth_date":"1985-06-15","category":"adult"}],'
            f'"contact":{{"email":"client{number}@example.org","phone":"+4930123456"}},'
            '"payment":{"method":"card","token":"tok_approved"}}'
        ).encode()
        self._offer = ""
        self._hold_ns = 0

    def begin(self) -> bytes:
        """A hold of an offer chosen at random; raises OffersExhausted."""
        offers = self._tally.offers
        if not offers:
            raise OffersExhausted
        self._offer = offers[int(self._tally.random.random() * len(offers))]
        self.step = "hold"
        return self._request(self._hold_head, b'{"offer_id":"' + self._offer.encode() + b'"}')

    def answer(self, status: int, body: bytes, took_ns: int) -> bytes | None:
        """A hold is followed by its booking; anything else ends the script."""
        if self.step == "hold":
            if status in {200, 201}:
                hold_id = find_text(body, b"hold_id")
                if hold_id:
                    self._tally.holds_total += 1
                    self._hold_ns = took_ns
                    self.pause_s = 0.0
                    self.step = "book"
                    return self._request(self._book_head, b'{"hold_id":"' + hold_id + self._book_tail)
            self._refused(status, body)
            return None
        if status in {200, 201}:
            tally = self._tally
            tally.script_done()
            if tally.measuring:
                tally.samples["both"].add(self._hold_ns + took_ns)
            self.pause_s = 0.0
            return None
        self._refused(status, body)
        return None

    def _refused(self, status: int, body: bytes) -> None:
        code = _code_of(body)
        self._tally.refused(status, code, body)
        if code in {"sold_out", "offer_expired", "offer_invalid", "departure_closed", "departure_cancelled"}:
            self._tally.drop_offer(self._offer)
            self.pause_s = 0.0
        else:
            self.pause_s = REFUSED_PAUSE_S

    def _request(self, head: bytes, body: bytes) -> bytes:
        self._count += 1
        return head + b"%d" % len(body) + self._key + b"%d\r\n\r\n" % self._count + body


class HoldScript:
    """Hold one offer, then let it go."""

    wants_body = True
    steps = ("hold", "release")

    def __init__(self, tally: Tally, number: int) -> None:  # noqa: ARG002  as every script is made
        self.step = "hold"
        self.pause_s = 0.0
        self._tally = tally

    def begin(self) -> bytes:
        """A hold of an offer chosen at random; raises OffersExhausted."""
        plan, offers = self._tally.plan, self._tally.offers
        if not offers:
            raise OffersExhausted
        self.step = "hold"
        body = b'{"offer_id":"' + offers[int(self._tally.random.random() * len(offers))].encode() + b'"}'
        return _head(b"POST", b"/v1/holds", plan, None) + b"content-length: %d\r\n\r\n" % len(body) + body

    def answer(self, status: int, body: bytes, took_ns: int) -> bytes | None:  # noqa: ARG002  a Script
        """A hold is followed by its release; anything else ends the script."""
        self.pause_s = 0.0
        hold_id = find_text(body, b"hold_id") if self.step == "hold" and status == 201 else None
        if hold_id:
            self._tally.holds_total += 1
            self.step = "release"
            return _head(b"DELETE", b"/v1/holds/" + hold_id, self._tally.plan, None) + b"\r\n"
        if status == 204:
            self._tally.script_done()
        else:
            self._tally.refused(status, _code_of(body), body)
            self.pause_s = REFUSED_PAUSE_S
        return None


class SearchScript:
    """One GET after another over a list of paths."""

    wants_body = False
    steps = ("search",)
    step = "search"

    def __init__(self, tally: Tally, number: int) -> None:
        plan = tally.plan
        token = plan.tokens[number % len(plan.tokens)] if plan.tokens else None
        self.pause_s = 0.0
        self._tally = tally
        self._requests = [_head(b"GET", path.encode(), plan, token) + b"\r\n" for path in plan.paths]

    def begin(self) -> bytes:
        return self._requests[int(self._tally.random.random() * len(self._requests))]

    def answer(self, status: int, body: bytes, took_ns: int) -> bytes | None:  # noqa: ARG002  a Script
        """Each answer ends the script."""
        if status == 200:
            self._tally.script_done()
            self.pause_s = 0.0
        else:
            self._tally.refused(status, _code_of(body), body)
            self.pause_s = REFUSED_PAUSE_S
        return None
