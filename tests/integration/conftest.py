"""What tests of several services need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.events.brokers import moto_address


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """Where moto answers for Amazon."""
    with moto_address() as endpoint:
        yield endpoint
