"""What is limited how far: the classes of requests, and who pays for which."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

_SETTING = re.compile(r"(?P<name>[a-z0-9_]+)=(?P<count>\d{1,9})/(?P<seconds>\d{1,5})(?::(?P<burst>\d{1,9}))?")
OFF = "off"
KEYS = "api_key"
LOG_IN_ACCOUNT = "log_in_account"
"""Is drawn from by the customers service, which knows whose account it is (`accounts.py`)."""
PERSONS = frozenset({"customer", "address"})


@dataclass(frozen=True)
class Policy:
    """A bucket of `burst` tokens that gets `count` new ones in `seconds`.

    `exact`: all processes draw from one bucket, at the price of asking for each token. The others are compared in
    rounds. `by_address`: also who shows a key or a token pays by the address.
    """

    name: str
    count: int
    seconds: int
    burst: int
    exact: bool = False
    by_address: bool = False

    @property
    def interval_s(self) -> float:
        """Seconds until another token is there."""
        return self.seconds / self.count

    @property
    def depth_s(self) -> float:
        """Seconds until an empty bucket is full."""
        return self.burst * self.interval_s

    @cached_property
    def header(self) -> bytes:
        """The value of RateLimit-Policy: the quota of the time in which the bucket fills, whole seconds."""
        window_s = max(1, math.ceil(self.depth_s))
        return f'"{self.name}";q={max(1, round(window_s / self.interval_s))};w={window_s}'.encode()


DEFAULTS = (
    Policy("api_key", 1000, 1, 500),
    Policy("customer", 50, 1, 200),
    Policy("address", 100, 1, 400),
    Policy("hold", 10, 1, 100),
    Policy("booking", 10, 1, 100),
    Policy("webhook", 500, 1, 1000, by_address=True),
    Policy("log_in", 20, 60, 20, exact=True, by_address=True),
    Policy(LOG_IN_ACCOUNT, 10, 600, 10, exact=True),
    Policy("registration", 10, 60, 10, exact=True, by_address=True),
    Policy("password_reset", 5, 60, 5, exact=True, by_address=True),
    Policy("look_up", 10, 60, 10, exact=True, by_address=True),
)
"""Every request costs a token of its caller: `api_key`, `customer`, or `address` for who shows neither. A request of a
stricter class costs one there too; keys pay no `hold` and `booking`, as partners sell to many."""

CLASSES: Mapping[tuple[str, str], str] = {
    ("POST", "/v1/holds"): "hold",
    ("POST", "/v1/bookings"): "booking",
    ("POST", "/v1/bookings/lookup"): "look_up",
    ("POST", "/v1/auth/token"): "log_in",
    ("POST", "/v1/customers"): "registration",
    ("POST", "/v1/customers/verify"): "registration",
    ("POST", "/v1/auth/password-reset"): "password_reset",
    ("POST", "/v1/auth/password-reset/confirm"): "password_reset",
}
"""Routes of a stricter class by method and path; a test holds them against the routes there are."""


def read_policies(setting: str) -> dict[str, Policy] | None:
    """Policies by name: the defaults, and what the setting changes: `log_in=5/60:5, address=500/1`. None: `off`.

    `api_key_NAME` adds one for the keys of that rate class; those of other classes have `api_key`. Without a burst it
    is what comes in a second, or one. Raises ValueError.
    """
    policies = {policy.name: policy for policy in DEFAULTS}
    words = [word.strip() for word in setting.split(",") if word.strip()]
    if words == [OFF]:
        return None
    for word in words:
        match = _SETTING.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is not like log_in=20/60:20 (name=count/seconds:burst), and not `off`")
        name = match["name"]
        if name not in policies and not name.startswith(f"{KEYS}_"):
            raise ValueError(f"there is no limit {name!r}; there are {', '.join(policies)}")
        count, seconds = int(match["count"]), int(match["seconds"])
        if count < 1 or seconds < 1:
            raise ValueError(f"{word!r}: count and seconds begin at 1")
        burst = int(match["burst"] or max(1, count // seconds))
        if burst < 1:
            raise ValueError(f"{word!r}: burst begins at 1")
        usual = policies.get(name, policies[KEYS])
        policies[name] = replace(usual, name=name, count=count, seconds=seconds, burst=burst)
    return policies
