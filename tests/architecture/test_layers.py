"""The layers hold, and the check that says so can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIOLATIONS = {
    "a service imports another": ("services/offers/domain/planted.py", "import wayfare.services.inventory.wiring"),
    "the domain imports a driver": ("services/bookings/domain/planted.py", "import asyncpg"),
    "the kernel imports a contract": ("kernel/planted.py", "import wayfare.contracts.offers.api"),
    "the application imports an adapter": (
        "services/inventory/application/planted.py",
        "import wayfare.services.inventory.adapters",
    ),
    "a layer nobody declared": ("sideways/__init__.py", "import wayfare.kernel.money"),
}


def lint(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "pyproject.toml", folder)
    program = (
        f"import sys; sys.path.insert(0, {str(source)!r}); "
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", program, "--no-cache"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


class TestLayers:
    def test_hold(self, tmp_path: Path) -> None:
        result = lint(ROOT / "src", tmp_path)
        assert result.returncode == 0, result.stdout + result.stderr

    @pytest.mark.parametrize("kind", VIOLATIONS)
    def test_a_planted_violation_is_found(self, kind: str, tmp_path: Path) -> None:
        shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "*.otf"))
        path, line = VIOLATIONS[kind]
        planted = tmp_path / "src" / "wayfare" / path
        planted.parent.mkdir(exist_ok=True)
        planted.write_text(line + "\n")
        result = lint(tmp_path / "src", tmp_path)
        assert result.returncode != 0, f"{kind} was not found:\n{result.stdout}"
        assert "planted" in result.stdout or "sideways" in result.stdout
