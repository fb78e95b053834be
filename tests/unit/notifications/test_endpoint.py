"""Where webhooks may go, who wants what, and when an endpoint is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wayfare.kernel.errors import ValidationFailed
from wayfare.services.notifications.domain.endpoint import (
    LONGEST_REST,
    WebhookEndpoint,
    check_url,
    is_public,
    rest_after,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ENDPOINT = WebhookEndpoint(
    id=1,
    url="https://partner.example/hooks",
    events=frozenset(),
    operators=frozenset(),
    secrets=("whsec_AAAA",),
    created_at=NOW,
    failures=0,
    failing_since=None,
    disabled_at=None,
)


class TestAddresses:
    @pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
    def test_of_the_internet(self, address: str) -> None:
        assert is_public(address)

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
            "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::",
        ],
    )  # fmt: skip
    def test_of_somebodys_network(self, address: str) -> None:
        assert not is_public(address)


class TestUrls:
    @pytest.mark.parametrize(
        "url", ["https://partner.example/hooks?x=1", "https://partner.example:8443", "https://8.8.8.8/"]
    )
    def test_that_may_be(self, url: str) -> None:
        check_url(url, http=False, private=False)

    @pytest.mark.parametrize(
        "url",
        [
            "http://partner.example/", "ftp://partner.example/", "partner.example", "", "https://", "https:///x",
            "https://user:pass@partner.example/", "https://partner.example/#x", "https://partner.example:0/",
            "https://partner.example:99999/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/",
            "https://partner.example/ x", "https://partner.example/\n", "https://pärtner.example/",
            "https://partner.example/" + "x" * 2000,
        ],
    )  # fmt: skip
    def test_that_may_not_be(self, url: str) -> None:
        with pytest.raises(ValidationFailed):
            check_url(url, http=False, private=False)

    def test_settings_allow_more(self) -> None:
        check_url("http://127.0.0.1:8080/", http=True, private=True)
        with pytest.raises(ValidationFailed, match="https"):
            check_url("http://partner.example/", http=False, private=True)


class TestWishes:
    def test_everything_from_its_registration_on(self) -> None:
        assert ENDPOINT.wants("booking.created", NOW)
        assert not ENDPOINT.wants("booking.created", NOW - timedelta(seconds=1))
        assert not replace(ENDPOINT, disabled_at=NOW).wants("booking.created", NOW)

    def test_by_type(self) -> None:
        endpoint = replace(ENDPOINT, events=frozenset({"booking.cancelled"}))
        assert endpoint.wants("booking.cancelled", NOW)
        assert not endpoint.wants("booking.created", NOW)

    def test_by_operator(self) -> None:
        endpoint = replace(ENDPOINT, operators=frozenset({"demo:dw"}))
        assert endpoint.wants_of({"demo:wa", "demo:dw"})
        assert not endpoint.wants_of({"demo:wa"})
        assert not endpoint.wants_of(())
        assert ENDPOINT.wants_of(())


class TestFailing:
    def test_gone_ends_it_at_once(self) -> None:
        assert "410" in ENDPOINT.reason_to_disable(410, NOW)
        assert ENDPOINT.reason_to_disable(500, NOW) == ""

    def test_nothing_but_failures_end_it_after_five_days(self) -> None:
        failing = replace(ENDPOINT, failures=9, failing_since=NOW)
        assert failing.reason_to_disable(0, NOW + timedelta(hours=119)) == ""
        assert "120 hours" in failing.reason_to_disable(0, NOW + timedelta(hours=120))

    def test_rests_grow_to_a_limit(self) -> None:
        rests = [rest_after(failures) for failures in range(200)]
        assert rests[:5] == [timedelta()] * 5
        assert rests[5] == timedelta(seconds=5)
        assert rests == sorted(rests)
        assert rests[-1] == LONGEST_REST
