from __future__ import annotations

import pytest

from wayfare.infrastructure.database import normal_dsn, redacted
from wayfare.kernel.errors import ConfigurationError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://a:b@db.example:5432/x?sslmode=require", "postgresql://a:b@db.example:5432/x?sslmode=require"),
        ("postgres://db/x", "postgresql://db/x"),
        (" postgresql+asyncpg://db/x\n", "postgresql://db/x"),
        ("postgresql:///x?host=/var/run/postgresql", "postgresql:///x?host=/var/run/postgresql"),
    ],
)
def test_addresses_are_brought_to_one_form(given: str, expected: str) -> None:
    assert normal_dsn(given) == expected


@pytest.mark.parametrize("given", ["", "mysql://db/x", "db/x", "host=db dbname=x"])
def test_other_addresses_are_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="postgresql://"):
        normal_dsn(given)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://a:secret@db:5432/x?password=secret", "postgresql://a@db:5432/x"),
        ("postgresql://a:se@cret@db/x", "postgresql://a@db/x"),
        ("postgresql://db/x", "postgresql://db/x"),
    ],
)
def test_passwords_are_not_shown(given: str, shown: str) -> None:
    assert redacted(given) == shown
