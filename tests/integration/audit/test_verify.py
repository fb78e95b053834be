"""Verifying finds every kind of tampering, in the log and in an export, and says in which row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from integration.audit.tampering import KINDS, Rechained
from integration.audit.world import fill, shown, use_cases_of
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import ConfigurationError
from wayfare.services.audit.wiring import AuditUseCases, key_file_of, public_keys, verify_export

KINDS_PROMISED = 20


def test_as_many_kinds_as_were_promised() -> None:
    """Different ones: no two plant the same."""
    assert len({repr(planted) for planted in KINDS.values()}) >= KINDS_PROMISED


@pytest.mark.parametrize("kind", KINDS)
async def test_tampering_is_found_in_the_right_row(audit: AuditUseCases, audit_dsn: str, kind: str) -> None:
    await fill(audit, 10)
    before = await audit.verify()
    assert (before.rows, before.checkpoints, before.signed, before.fault_count) == (10, 3, 9, 0)
    planted = KINDS[kind]
    await planted.plant(audit_dsn)
    verdict = await audit.verify()
    assert shown(verdict.faults) == planted.expected
    assert verdict.fault_count == len(planted.expected)


async def test_what_was_forged_behind_the_last_checkpoint_is_not_found(audit: AuditUseCases, audit_dsn: str) -> None:
    """The limit of any chain whose end nobody has signed: the next minute's checkpoint is what closes it."""
    await fill(audit, 10)
    await Rechained(lambda rows: [*rows[:9], rows[8]], []).plant(audit_dsn)
    assert (await audit.verify()).fault_count == 0


async def test_another_installation_s_log_is_not_trusted(
    audit: AuditUseCases, audit_database: Database, tmp_path: Path
) -> None:
    await fill(audit, 3)
    stranger = use_cases_of(audit_database, tmp_path / "other keys")
    assert shown((await stranger.verify()).faults) == [("checkpoint_altered", 3, 3)]


class TestExport:
    @pytest.fixture
    async def exported(self, audit: AuditUseCases, tmp_path: Path) -> Path:
        await fill(audit, 10)
        path = tmp_path / "log.jsonl"
        with path.open("wb") as file:
            assert await audit.export(file) == (10, 3)
        (tmp_path / "public.json").write_bytes(public_keys(tmp_path / "keys"))
        return path

    async def test_verifies_offline_with_public_keys_alone(self, exported: Path, tmp_path: Path) -> None:
        verdict = await verify_export(exported, tmp_path / "public.json")
        assert (verdict.rows, verdict.checkpoints, verdict.signed, verdict.fault_count) == (10, 3, 9, 0)
        assert b"203.0.113.7" not in exported.read_bytes()
        assert (await verify_export(exported, key_file_of(tmp_path / "keys"))).fault_count == 0

    async def test_tampering_is_found(self, exported: Path, tmp_path: Path) -> None:
        lines = exported.read_text().splitlines()

        async def faults(changed: list[str]) -> list[tuple[str, int, int]]:
            exported.write_text("\n".join(changed) + "\n")
            return shown((await verify_export(exported, tmp_path / "public.json")).faults)

        row_5 = json.loads(lines[7])
        assert row_5["entry"]["seq"] == 5
        row_5["entry"]["actor"] = "guest:NOBODY"
        assert await faults([*lines[:7], json.dumps(row_5), *lines[8:]]) == [("altered", 5, 5)]
        assert await faults([*lines[:7], *lines[8:]]) == [("removed", 5, 5)]
        assert await faults(lines[:-3]) == [("cut_off", 8, 9)]
        assert await faults([lines[0], *lines[2:]]) == [("checkpoint_removed", 9, 9)]
        assert await faults([*lines[:7], lines[7][:40], *lines[8:]]) == [("removed", 5, 5), ("altered", 0, 0)]
        assert await faults([*lines, "{}"]) == [("altered", 0, 0)]

    async def test_what_cannot_be_read(self, exported: Path, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError):
            await verify_export(tmp_path / "nowhere", tmp_path / "public.json")
        with pytest.raises(ConfigurationError):
            await verify_export(exported, tmp_path / "nowhere")
        with pytest.raises(ConfigurationError):
            await verify_export(exported, exported)
