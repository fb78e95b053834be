"""Secrets come from files, a folder and AWS Secrets Manager, and are shown nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.settings_command import settings_table
from wayfare.kernel.errors import ConfigurationError

SECRET = "s3cr3t-" * 6
SMTP = "smtp://mailer:pa55w0rd@mail.example.org:587"
DATABASE = "postgresql://wayfare:pa55w0rd@db.example.org/wayfare"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield


def stored(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("secretsmanager").create_secret(Name="wayfare/prod", SecretString=content)
    monkeypatch.setenv("WAYFARE_SECRETS_MANAGER_ID", "wayfare/prod")


def test_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("WAYFARE_SECRET_FILE", str(tmp_path / "secret"))
    assert Settings.load().secret_bytes == SECRET.encode()


def test_from_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "WAYFARE_SECRET").write_text(SECRET)
    (tmp_path / "WAYFARE_DATABASE_URL").write_text(DATABASE)
    (tmp_path / "..data").mkdir()  # as Kubernetes mounts them
    monkeypatch.setenv("WAYFARE_SECRETS_DIR", str(tmp_path))
    settings = Settings.load()
    assert (settings.secret_bytes, settings.database_url) == (SECRET.encode(), DATABASE)


def test_from_secrets_manager(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(json.dumps({"WAYFARE_SMTP_URL": SMTP, "WAYFARE_SECRET": SECRET}), monkeypatch)
    settings = Settings.load()
    assert settings.secret_bytes == SECRET.encode()
    assert settings.smtp_url is not None
    assert settings.smtp_url.get_secret_value() == SMTP


def test_the_environment_goes_before(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(json.dumps({"WAYFARE_SECRET": SECRET}), monkeypatch)
    monkeypatch.setenv("WAYFARE_SECRET", "e" * 40)
    assert Settings.load().secret_bytes == b"e" * 40


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"WAYFARE_SECRET": 7}', '{"WAYFARE_SECRT": "x"}'])
def test_a_secret_that_makes_no_sense_is_an_error_of_one_line(
    content: str, aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(content, monkeypatch)
    with pytest.raises(ConfigurationError, match=r"^[^\n]+$"):
        Settings.load()


def test_what_cannot_be_read_is_named(aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("WAYFARE_SECRETS_MANAGER_ID", "nothing/there"),
        ("WAYFARE_SECRETS_DIR", str(tmp_path / "nowhere")),
        ("WAYFARE_SMTP_URL_FILE", str(tmp_path / "nowhere")),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(ConfigurationError, match=f"^{name}: "):
                Settings.load()


def test_one_secret_has_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYFARE_SECRET", SECRET)
    monkeypatch.setenv("WAYFARE_SECRET_FILE", str(tmp_path))
    with pytest.raises(ConfigurationError, match="WAYFARE_SECRET_FILE"):
        Settings.load()


def test_no_secret_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "WAYFARE_SECRET": SECRET,
        "WAYFARE_SMTP_URL": SMTP,
        "WAYFARE_DATABASE_URL": DATABASE,
        "WAYFARE_AUDIT_DATABASE_URL": DATABASE,
        "WAYFARE_EVENTS_URL": "amqp://wayfare:pa55w0rd@broker.example.org/",
        "WAYFARE_PAYMENT_STRIPE_KEY": "sk_live_pa55w0rd",
        "WAYFARE_PAYMENT_PAYPAL_SECRET": "pa55w0rd",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    shown = settings_table(markdown=False)
    assert "db.example.org" in shown
    assert "pa55w0rd" not in shown
    assert SECRET not in shown
    assert "pa55w0rd" not in repr(Settings.load().smtp_url)


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYFARE_SECRET", "pa55w0rd")
    monkeypatch.setenv("WAYFARE_DATABASE_URL", "mysql://wayfare:pa55w0rd@db")
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert "WAYFARE_SECRET" in str(caught.value.detail)
    assert "pa55w0rd" not in str(caught.value.detail)
