"""What counts as one address."""

from __future__ import annotations

import pytest

from wayfare.infrastructure.addresses import Networks, network_of


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("unix", "unix"),
            ("", ""),
        ],
    )
    def test_is_a_machine_or_a_household(self, address: str, counted: str) -> None:
        assert network_of(address) == counted


class TestNetworks:
    def test_contain_their_addresses(self) -> None:
        networks = Networks("192.0.2.0/24, 2001:db8::/32")
        assert "192.0.2.200" in networks
        assert "2001:db8:ffff::1" in networks
        assert "192.0.3.1" not in networks
        assert "nonsense" not in networks

    def test_may_be_none(self) -> None:
        assert "192.0.2.1" not in Networks("")

    @pytest.mark.parametrize("listed", ["192.0.2.0/33", "example.org", "192.0.2.1/24"])
    def test_must_be_networks(self, listed: str) -> None:
        with pytest.raises(ValueError):
            Networks(listed)
