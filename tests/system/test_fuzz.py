"""schemathesis drives every operation of the OpenAPI document: no 500, no undocumented status, valid answers."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from system.harness import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def api_schema(server: Server) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_documented(case: schemathesis.Case) -> None:
    case.call_and_validate(timeout=30)
