"""Fields open under their key, for their context, and not otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from wayfare.infrastructure.field_encryption import KeyFile, decrypt_field, encrypt_field, new_person_key
from wayfare.kernel.errors import ConfigurationError

PLAIN = b"C01X00T47"


class TestFields:
    def test_open_again(self) -> None:
        key = new_person_key()
        assert decrypt_field(key, encrypt_field(key, PLAIN, b"phone"), b"phone") == PLAIN

    def test_the_same_field_never_looks_the_same(self) -> None:
        key = new_person_key()
        assert len({encrypt_field(key, PLAIN, b"phone") for _ in range(50)}) == 50

    def test_another_context_or_key_does_not_open(self) -> None:
        key = new_person_key()
        sealed = encrypt_field(key, PLAIN, b"phone")
        for other_key, context in ((key, b"name"), (new_person_key(), b"phone")):
            with pytest.raises(ConfigurationError):
                decrypt_field(other_key, sealed, context)

    def test_no_altered_byte_goes_unnoticed(self) -> None:
        key = new_person_key()
        sealed = encrypt_field(key, PLAIN, b"phone")
        for index in range(len(sealed)):
            altered = sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :]
            with pytest.raises(ConfigurationError):
                decrypt_field(key, altered, b"phone")
        for length in range(len(sealed)):
            with pytest.raises(ConfigurationError):
                decrypt_field(key, sealed[:length], b"phone")


class TestKeyFile:
    def test_is_made_once_and_private(self, tmp_path: Path) -> None:
        first = KeyFile(tmp_path / "keys" / "data.json")
        wrapped = first.wrap(PLAIN, b"of ada")
        assert KeyFile(tmp_path / "keys" / "data.json").unwrap(wrapped, b"of ada") == PLAIN
        assert (tmp_path / "keys" / "data.json").stat().st_mode & 0o777 == 0o600

    def test_after_a_rotation_the_old_still_opens_and_the_new_wraps(self, tmp_path: Path) -> None:
        keys, others = KeyFile(tmp_path / "data.json"), KeyFile(tmp_path / "data.json")
        old = keys.wrap(PLAIN, b"of ada")
        assert keys.rotate() == 2
        new = keys.wrap(PLAIN, b"of ada")
        assert not old.startswith(keys.current_prefix())
        assert new.startswith(others.current_prefix())
        assert [others.unwrap(one, b"of ada") for one in (old, new)] == [PLAIN, PLAIN]

    def test_a_key_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        keys = KeyFile(tmp_path / "data.json")
        keys.rotate()
        wrapped = keys.wrap(PLAIN, b"of ada")
        with pytest.raises(ConfigurationError, match="lacks the key 2"):
            KeyFile(tmp_path / "other.json").unwrap(wrapped, b"of ada")

    @pytest.mark.parametrize(
        "content",
        ["", "{", '{"keys": []}', '{"keys": [{"id": 1, "key": "é", "created_at": 1}]}', '{"keys": [{"id": 1}]}'],
    )
    def test_a_damaged_file_is_an_error_of_one_line(self, content: str, tmp_path: Path) -> None:
        (tmp_path / "data.json").write_text(content)
        with pytest.raises(ConfigurationError, match=r"data\.json"):
            KeyFile(tmp_path / "data.json")
