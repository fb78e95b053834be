import multiprocessing
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from unit.documents.world import a_ticket
from wayfare.infrastructure.signing_keys import SigningKeys, read_public_keys
from wayfare.kernel.errors import ConfigurationError
from wayfare.services.documents.domain.facts import facts_of
from wayfare.services.documents.domain.payload import sign_payload, verify_payload
from wayfare.services.documents.wiring import KEYS

FACTS = facts_of(a_ticket())


def current_key_id(path: Path) -> str:
    return SigningKeys(path, KEYS).current().key_id


def test_created_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys.json"
    first = current_key_id(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert current_key_id(path) == first


def test_many_that_start_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(current_key_id, [path] * 16))) == 1


def test_many_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(current_key_id, [path] * 16, chunksize=1))) == 1
    assert [file.name for file in tmp_path.iterdir() if file.suffix not in (".json", ".lock")] == []


def test_rotation_signs_anew_and_still_verifies_the_old(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys, elsewhere = SigningKeys(path, KEYS), SigningKeys(path, KEYS)
    old = sign_payload(FACTS, keys.current())
    new_key = keys.rotate()
    assert elsewhere.current().key_id == new_key.key_id
    for payload in (old, sign_payload(FACTS, new_key)):
        assert verify_payload(payload, elsewhere.public_keys()) == FACTS
    assert path.read_bytes().count(b'"d"') == 1, "only the newest key keeps its private half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rotating_at_once_loses_no_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    SigningKeys(path, KEYS)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: SigningKeys(path, KEYS).rotate(), range(8)))
    assert len(SigningKeys(path, KEYS).public_keys()) == 9


def test_the_export_verifies_and_keeps_the_secret(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys.json", KEYS)
    exported = keys.export_public()
    assert all("d" not in key for key in msgspec.json.decode(exported)["keys"])
    assert verify_payload(sign_payload(FACTS, keys.current()), read_public_keys(exported, KEYS)) == FACTS
    assert "private" not in repr(keys.current())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"keys": [{"kid": "00000000", "x": "AAAA"}]}',
        b'{"keys": [{"kid": "0", "x": "' + b"A" * 43 + b'"}]}',
    ],
)
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError):
        SigningKeys(path, KEYS)
    with pytest.raises(ConfigurationError):
        read_public_keys(content, KEYS)


def test_a_file_of_public_keys_cannot_sign(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(SigningKeys(tmp_path / "real.json", KEYS).export_public())
    with pytest.raises(ConfigurationError):
        SigningKeys(path, KEYS).current()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError):
        SigningKeys(tmp_path / "file" / "keys.json", KEYS)
