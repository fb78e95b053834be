"""Token buckets, who pays from them, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from wayfare.contracts.customers.api import KEY_PREFIX, Identify, Identity, KeyFacts
from wayfare.gateway.limits.buckets import Buckets
from wayfare.gateway.limits.callers import Caller, Callers, payer_of
from wayfare.gateway.limits.limiter import Limiter
from wayfare.gateway.limits.policies import CLASSES, DEFAULTS, Policy, read_policies
from wayfare.gateway.limits.rounds import Rounds
from wayfare.gateway.limits.store import Draw
from wayfare.infrastructure.addresses import Networks
from wayfare.kernel.errors import RateLimited, Unauthenticated, Unavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class SharedBuckets:
    """A store in this process, by the same clock as its users."""

    def __init__(self, clock: Clock) -> None:
        self.full_at: dict[str, float] = {}
        self.asked = 0
        self.away = False
        self._clock = clock

    async def take(self, draw: Draw) -> tuple[bool, float]:
        self._ask()
        drawn = self._after(draw)
        if drawn - self._clock.now > draw.depth_s + 1e-9:
            return False, self.full_at[draw.key] - self._clock.now
        self.full_at[draw.key] = drawn
        return True, drawn - self._clock.now

    async def add(self, draws: Sequence[Draw]) -> Sequence[float]:
        self._ask()
        for draw in draws:
            self.full_at[draw.key] = self._after(draw)
        return [self.full_at[draw.key] - self._clock.now for draw in draws]

    async def tidy(self) -> None:
        self._ask()

    async def aclose(self) -> None:
        return None

    def _after(self, draw: Draw) -> float:
        return max(self.full_at.get(draw.key, 0.0), self._clock.now) + draw.cost_s

    def _ask(self) -> None:
        if self.away:
            raise Unavailable
        self.asked += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(buckets: Buckets, tries: int, who: str = "somebody") -> int:
    return sum(buckets.take(who) >= 0 for _ in range(tries))


class TestBuckets:
    def test_give_the_burst_and_then_the_rate(self, clock: Clock) -> None:
        buckets = Buckets(Policy("address", 10, 1, 5), clock)
        assert taken(buckets, 20) == 5
        assert taken(buckets, 20, "somebody else") == 5
        assert buckets.take("somebody") == pytest.approx(-0.1)
        clock.now += 0.35
        assert taken(buckets, 20) == 3
        clock.now += 60
        assert taken(buckets, 20) == 5

    def test_a_refusal_costs_nothing(self, clock: Clock) -> None:
        buckets = Buckets(Policy("log_in", 1, 60, 1), clock)
        assert taken(buckets, 1000) == 1
        clock.now += 60
        assert taken(buckets, 1000) == 1

    def test_say_what_is_left(self, clock: Clock) -> None:
        buckets = Buckets(Policy("address", 10, 1, 5), clock)
        assert buckets.fill_s("somebody") == 0.0
        taken(buckets, 3)
        fill_s = buckets.fill_s("somebody")
        assert fill_s == pytest.approx(0.3)
        assert dict(buckets.describe(fill_s)) == {
            b"ratelimit-policy": b'"address";q=10;w=1',
            b"ratelimit": b'"address";r=2;t=1',
        }

    def test_full_ones_are_forgotten(self, clock: Clock) -> None:
        buckets = Buckets(Policy("address", 10, 1, 5), clock)
        for number in range(100):
            buckets.take(f"address {number}")
        clock.now += 0.05
        buckets.take("the last")
        buckets.forget_full()
        assert len(buckets) == 101
        clock.now += 0.06
        buckets.forget_full()
        assert len(buckets) == 1


class TestRounds:
    """Two processes that share a store."""

    async def test_ordinary_traffic_is_never_told(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        buckets = Buckets(Policy("address", 10, 1, 100), clock)
        for number in range(1000):
            taken(buckets, 20, f"address {number}")
        await Rounds([buckets], store).tell()
        assert store.asked == 0

    async def test_what_one_process_gave_the_other_does_not(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        one, other = (Buckets(Policy("address", 10, 1, 100), clock) for _ in range(2))
        assert taken(one, 100) == 100
        await Rounds([one], store).tell()
        assert taken(other, 26) == 26  # not hot before
        await Rounds([other], store).tell()
        assert taken(other, 10) == 0
        assert store.full_at["address:somebody"] - clock.now == pytest.approx(12.6)

    async def test_over_time_the_rate_gets_through_however_many_processes(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        processes = [Buckets(Policy("api_key", 1000, 1, 500), clock) for _ in range(4)]
        rounds = [Rounds([process], store) for process in processes]
        given = 0
        for _ in range(100):
            for process, tell in zip(processes, rounds, strict=True):
                given += taken(process, 200)
                await tell.tell()
            clock.now += 0.1
        # Ten seconds at the rate, the burst, and what four processes gave before they had heard of each other.
        assert 10_000 <= given <= 10_000 + 500 + 4 * 200

    async def test_what_was_drawn_while_the_store_was_told_is_told_next(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        buckets = Buckets(Policy("address", 10, 1, 100), clock)
        taken(buckets, 50)
        (debt,) = buckets.debts()
        taken(buckets, 7)
        buckets.settle(debt, (await store.add([Draw("address:somebody", debt.cost_s, 10)]))[0])
        await Rounds([buckets], store).tell()
        assert store.full_at["address:somebody"] - clock.now == pytest.approx(5.7)

    async def test_a_store_that_is_away_loses_nothing(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        buckets = Buckets(Policy("address", 10, 1, 100), clock)
        taken(buckets, 50)
        store.away = True
        with pytest.raises(Unavailable):
            await Rounds([buckets], store).tell()
        store.away = False
        await Rounds([buckets], store).tell()
        assert store.full_at["address:somebody"] - clock.now == pytest.approx(5.0)

    async def test_exact_buckets_are_not_told_but_forgotten(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        buckets = Buckets(Policy("log_in", 10, 1, 10, exact=True), clock)
        assert taken(buckets, 20) == 10
        await Rounds([buckets], store).tell()
        assert store.asked == 0
        clock.now += 2
        buckets.forget_full()
        assert len(buckets) == 0


class TestPolicies:
    def test_the_defaults(self) -> None:
        policies = read_policies("")
        assert policies is not None
        assert (policies["api_key"].count, policies["api_key"].seconds, policies["api_key"].burst) == (1000, 1, 500)
        everyday = policies["api_key"]
        for name in ("customer", "address", *CLASSES.values()):
            assert policies[name].interval_s > everyday.interval_s
        for name in CLASSES.values():
            assert policies[name].interval_s > policies["customer"].interval_s

    def test_a_setting_changes_some(self) -> None:
        policies = read_policies(" log_in=5/60 , address=500/1:2000")
        assert policies is not None
        assert policies["log_in"] == Policy("log_in", 5, 60, 1, exact=True, by_address=True)
        assert policies["address"] == Policy("address", 500, 1, 2000)
        assert policies["hold"] in DEFAULTS

    def test_keys_of_a_rate_class(self) -> None:
        policies = read_policies("api_key_bulk=5000/1:2000")
        assert policies is not None
        assert policies["api_key_bulk"] == Policy("api_key_bulk", 5000, 1, 2000)
        assert policies["api_key"] in DEFAULTS

    def test_off(self) -> None:
        assert read_policies("off") is None

    @pytest.mark.parametrize(
        "setting",
        ["fast", "log_in", "log_in=5", "log_in=0/1", "log_in=1/0", "log_in=1/1:0", "nobody=1/1", "off,address=1/1"],
    )
    def test_others_are_refused(self, setting: str) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            read_policies(setting)

    def test_the_header_tells_quota_and_window(self) -> None:
        assert Policy("log_in", 20, 60, 20).header == b'"log_in";q=20;w=60'
        assert Policy("api_key", 1000, 1, 500).header == b'"api_key";q=1000;w=1'


class Customers:
    """Knows one customer's token and one key."""

    KEY = f"{KEY_PREFIX}one"
    JWT = "a.b.c"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def identify(self, message: Identify) -> Identity:
        self.asked.append(message.token)
        if message.token == self.JWT:
            return Identity(UUID(int=1), UUID(int=2), (), 10**10)
        if message.token == self.KEY:
            return Identity(UUID(int=3), UUID(int=4), (), 10**10, KeyFacts(UUID(int=4), "acme", (), (), "bulk"))
        raise Unauthenticated


class TestCallers:
    async def test_tokens_have_an_owner(self) -> None:
        callers = Callers(Customers())
        assert await callers(b"Bearer a.b.c") == Caller("customer", str(UUID(int=1)))
        assert await callers(f"bearer  {Customers.KEY} ".encode()) == Caller("api_key_bulk", str(UUID(int=4)))
        for nobody in (b"Bearer x.y.z", b"Bearer \xff.\xff.\xff", b"Basic a.b.c", b""):
            assert await callers(nobody) is None

    async def test_the_service_is_asked_once_and_not_about_a_booking(self) -> None:
        customers = Customers()
        callers = Callers(customers)
        for _ in range(5):
            await callers(b"Bearer a.b.c")
            await callers(b"Bearer a sealed token of a booking")
        assert customers.asked == ["a.b.c"]


class TestPayers:
    @pytest.mark.parametrize(
        ("address", "payer"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("", "unknown"),
            ("nonsense", "unknown"),
        ],
    )
    def test_of_ipv6_the_network_pays(self, address: str, payer: str) -> None:
        assert payer_of(address) == payer

    def test_exempt_networks(self) -> None:
        exempt = Networks("10.0.0.0/8, ::1")
        assert "10.1.2.3" in exempt
        assert "::1" in exempt
        assert "192.0.2.7" not in exempt
        assert "nonsense" not in exempt


ADDRESS = "192.0.2.7"
KEY, BULK, CUSTOMER = b"Bearer key", b"Bearer bulk key", b"Bearer customer"
CALLERS = {
    KEY: Caller("api_key_standard", "partner"),
    BULK: Caller("api_key_bulk", "partner"),
    CUSTOMER: Caller("customer", "ada"),
}


async def find_caller(authorization: bytes) -> Caller | None:
    return CALLERS.get(authorization)


class World:
    """Requests to a limiter with small buckets."""

    def __init__(self, clock: Clock, store: SharedBuckets | None = None) -> None:
        policies = read_policies("address=10/1:10,customer=20/1:20,api_key_bulk=1/1:50,hold=1/1:3,log_in=1/60:2")
        assert policies is not None
        exempt = Networks("10.0.0.0/8")
        self.limiter = Limiter(policies, store=store, find_caller=find_caller, exempt=exempt, clock=clock)

    async def ask(
        self, method: str = "GET", path: str = "/v1/places", *, address: str = ADDRESS, token: bytes | None = None
    ) -> dict[bytes, bytes]:
        scope: dict[str, Any] = {"method": method, "path": path, "client": (address, 1)}
        headers, refused = await self.limiter.admit(scope, token)
        if refused is not None:
            raise refused
        return dict(headers)

    async def admitted(self, tries: int, *asked: str, **more: Any) -> int:
        found = 0
        for _ in range(tries):
            try:
                await self.ask(*asked, **more)
                found += 1
            except RateLimited:
                continue
        return found


class TestLimiter:
    async def test_an_address_pays_for_whoever_shows_nothing(self, clock: Clock) -> None:
        world = World(clock)
        assert await world.admitted(30) == 10
        assert await world.admitted(30, token=b"Bearer nonsense") == 0
        assert await world.admitted(30, address="192.0.2.8") == 10
        assert await world.admitted(30, address="10.0.0.1") == 30

    async def test_customers_and_keys_have_buckets_of_their_own(self, clock: Clock) -> None:
        world = World(clock)
        assert await world.admitted(30) == 10
        assert await world.admitted(30, token=CUSTOMER) == 20
        assert await world.admitted(600, token=KEY, address="192.0.2.9") == 500
        assert await world.admitted(600, token=BULK, address="192.0.2.9") == 50

    async def test_holds_are_stricter_but_not_for_keys(self, clock: Clock) -> None:
        world = World(clock)
        hold = ("POST", "/v1/holds")
        assert await world.admitted(9, *hold) == 3
        assert await world.admitted(9, *hold, token=CUSTOMER) == 3
        assert await world.admitted(100, *hold, token=KEY) == 100
        assert await world.admitted(9, "GET", "/v1/holds/1", address="192.0.2.9") == 9

    async def test_log_in_is_paid_by_the_address_whatever_is_shown(self, clock: Clock) -> None:
        world = World(clock)
        log_in = ("POST", "/v1/auth/token")
        assert await world.admitted(2, *log_in, token=KEY) == 2
        assert await world.admitted(9, *log_in, token=CUSTOMER) == 0
        assert await world.admitted(9, *log_in) == 0
        assert await world.admitted(9, *log_in, address="192.0.2.8") == 2

    async def test_those_who_run_wayfare_are_not_limited(self, clock: Clock) -> None:
        world = World(clock)
        for path in ("/livez", "/readyz", "/metrics", "/rpc/inventory/place_hold"):
            assert await world.admitted(50, "POST", path) == 50

    async def test_a_refusal_says_when_to_come_again(self, clock: Clock) -> None:
        world = World(clock)
        for _ in range(2):
            told = await world.ask("POST", "/v1/auth/token")
        assert told == {b"ratelimit-policy": b'"log_in";q=2;w=120', b"ratelimit": b'"log_in";r=0;t=121'}
        with pytest.raises(RateLimited) as refused:
            await world.ask("POST", "/v1/auth/token")
        assert refused.value.facts == {"limit": "log_in", "retry_after_s": 60}
        clock.now += 60
        await world.ask("POST", "/v1/auth/token")

    async def test_strict_classes_are_shared_token_by_token(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        one, other = World(clock, store), World(clock, store)
        log_in = ("POST", "/v1/auth/token")
        assert await one.admitted(1, *log_in) + await other.admitted(1, *log_in) == 2
        assert await one.admitted(5, *log_in) + await other.admitted(5, *log_in) == 0
        assert store.asked == 3  # the other had heard with its token that it was the last

    async def test_without_the_store_each_process_counts_alone(self, clock: Clock) -> None:
        store = SharedBuckets(clock)
        store.away = True
        one, other = World(clock, store), World(clock, store)
        log_in = ("POST", "/v1/auth/token")
        assert await one.admitted(5, *log_in) == 2
        assert await other.admitted(5, *log_in) == 2
