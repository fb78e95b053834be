"""A key file whose keys KMS wraps: of no use without KMS."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import boto3
import msgspec
import pytest
from moto import mock_aws

from wayfare.infrastructure.aws_kms import AwsKms
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.errors import ConfigurationError

PLAIN = b"C01X00T47"


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsKms]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield AwsKms(boto3.client("kms").create_key()["KeyMetadata"]["KeyId"])


def stored(path: Path) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = msgspec.json.decode(path.read_bytes())["keys"]
    return keys


def test_other_processes_open_what_one_wrapped(kms: AwsKms, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "data.json", kms)
    wrapped = keys.wrap(PLAIN, b"of ada")
    assert keys.rotate() == 2
    others = KeyFile(tmp_path / "data.json", AwsKms(kms.name))
    assert others.unwrap(wrapped, b"of ada") == PLAIN
    assert others.unwrap(keys.wrap(PLAIN, b"of ada"), b"of ada") == PLAIN
    assert [key["wrapped_by"] for key in stored(tmp_path / "data.json")] == [kms.name] * 2
    assert all(len(b64decode(key["key"])) > 32 for key in stored(tmp_path / "data.json"))


def test_keys_in_the_clear_are_wrapped_when_kms_comes(kms: AwsKms, tmp_path: Path) -> None:
    before = KeyFile(tmp_path / "data.json")
    wrapped, clear = before.wrap(PLAIN, b"of ada"), stored(tmp_path / "data.json")[0]["key"]
    after = KeyFile(tmp_path / "data.json", kms)
    assert after.unwrap(wrapped, b"of ada") == PLAIN
    assert clear not in (tmp_path / "data.json").read_text()


def test_without_kms_the_file_is_of_no_use(kms: AwsKms, tmp_path: Path) -> None:
    KeyFile(tmp_path / "data.json", kms)
    with pytest.raises(ConfigurationError, match="WAYFARE_DATA_KEYS_KMS"):
        KeyFile(tmp_path / "data.json")


def test_kms_is_asked_once_for_each_key(kms: AwsKms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = KeyFile(tmp_path / "data.json", kms)
    monkeypatch.setattr(kms, "unwrap", None)
    wrapped = keys.wrap(PLAIN, b"of ada")
    (tmp_path / "data.json").touch()
    assert keys.unwrap(wrapped, b"of ada") == PLAIN


def test_another_key_or_none_is_refused(kms: AwsKms, tmp_path: Path) -> None:
    KeyFile(tmp_path / "data.json", kms)
    for name in ("alias/nothing", boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]):
        with pytest.raises(ConfigurationError, match="KMS does not"):
            KeyFile(tmp_path / "data.json", AwsKms(name))
