"""A file over 400 lines or a function over 50 is a sign to split."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


class TestSizes:
    def test_there_is_something_to_measure(self) -> None:
        assert len(SOURCES) > 50

    def test_no_file_is_a_sink(self) -> None:
        long = {str(path.relative_to(ROOT)): n for path in SOURCES if (n := len(path.read_text().splitlines())) > 400}
        assert long == {}

    def test_no_function_is_endless(self) -> None:
        long = {}
        for path in SOURCES:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                    length = (node.end_lineno or 0) - first.lineno + 1
                    if length > 50:
                        long[f"{path.relative_to(ROOT)}:{node.name}"] = length
        assert long == {}
