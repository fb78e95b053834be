"""Links in the documents lead somewhere, and nothing names a machine it was written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
DOCUMENTS = [ROOT / name for name in TRACKED if name.endswith(".md")]
LINK = re.compile(r"\]\(([^)#\s]+)")


class TestLinks:
    def test_lead_somewhere(self) -> None:
        assert len(DOCUMENTS) > 10
        broken = [
            f"{document.relative_to(ROOT)}: {target}"
            for document in DOCUMENTS
            for target in LINK.findall(document.read_text())
            if not target.startswith(("http://", "https://")) and not (document.parent / target).exists()
        ]
        assert broken == []


class TestOneProject:
    def test_no_path_of_a_machine(self) -> None:
        words = re.compile(r"/(?:work|root|home|Users)/\w")
        named = [
            name
            for name in TRACKED
            if name.endswith((".md", ".py", ".toml", ".yml", ".csv", ".json"))
            and name != "tests/architecture/test_docs.py"
            if words.search((ROOT / name).read_text(errors="ignore"))
        ]
        assert named == []
