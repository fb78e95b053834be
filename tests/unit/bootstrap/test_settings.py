from __future__ import annotations

from pathlib import Path

import pytest

from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.settings_command import settings_table
from wayfare.kernel.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("WAYFARE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WAYFARE_DATA_DIR", str(tmp_path))


class TestLoad:
    def test_everything_has_a_default(self) -> None:
        settings = Settings.load()
        assert (settings.host, settings.port, settings.hold_ttl_s) == ("127.0.0.1", 8000, 600)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PORT", "eighty"),
            ("PORT", "70000"),
            ("POOL_SIZE", "0"),
            ("DATABASE_URL", "mysql://localhost/x"),
            ("INVENTORY_URL", "inventory:8000"),
            ("INVENTORY_URL", "http://one:8000,other:8000"),
            ("ADMIN_FROM", "10.0.0.0/99"),
            ("NOW", "2016-06-10T08:00:00"),
            ("NOW", "2016"),
            ("SECRET", "short"),
            ("LOG_LEVEL", "loud"),
            ("HOLD_TTL_S", "1"),
        ],
    )
    def test_a_wrong_value_names_its_variable(self, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(f"WAYFARE_{name}", value)
        with pytest.raises(ConfigurationError, match=f"WAYFARE_{name}: "):
            Settings.load()

    def test_a_variable_that_is_none_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAYFARE_PROT", "8080")
        with pytest.raises(ConfigurationError, match="WAYFARE_PROT"):
            Settings.load()

    def test_an_unknown_service_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAYFARE_SERVICES", "bookings,catering")
        with pytest.raises(ConfigurationError, match="catering"):
            _ = Settings.load().service_names

    def test_the_gateway_runs_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAYFARE_SERVICES", "gateway")
        assert (Settings.load().is_gateway, Settings.load().service_names) == (True, ())
        monkeypatch.setenv("WAYFARE_SERVICES", "gateway,bookings")
        with pytest.raises(ConfigurationError, match="process of its own"):
            _ = Settings.load().service_names

    def test_a_service_may_answer_at_several_addresses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAYFARE_INVENTORY_URL", "http://one:8000/, http://other:8000")
        settings = Settings.load()
        assert settings.urls_of("inventory") == ("http://one:8000", "http://other:8000")
        assert settings.urls_of("bookings") == ()

    def test_a_service_may_have_a_database_of_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAYFARE_DATABASE_URL", "postgresql://all")
        monkeypatch.setenv("WAYFARE_INVENTORY_DATABASE_URL", "postgresql://seats")
        settings = Settings.load()
        assert settings.database_url_of("inventory") == "postgresql://seats"
        assert settings.database_url_of("bookings") == "postgresql://all"


class TestSecret:
    def test_is_made_once_and_private(self, tmp_path: Path) -> None:
        secret = Settings.load().secret_bytes
        assert len(secret) >= 32
        assert Settings.load().secret_bytes == secret
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600

    def test_is_never_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WAYFARE_SECRET", "x" * 40)
        assert "x" * 40 not in settings_table(markdown=False)


class TestDocumentation:
    def test_lists_every_setting(self) -> None:
        assert settings_table(markdown=True) in (ROOT / "docs" / "configuration.md").read_text(), (
            "docs/configuration.md is stale: see `wayfare settings --markdown`"
        )
