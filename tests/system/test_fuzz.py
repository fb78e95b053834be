"""schemathesis drives every operation of the OpenAPI document: no 500, no undocumented status, valid answers."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from system.harness import Server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]
EXAMPLES = 40
OPERATIONS_MIN = 15


class TestEveryOperation:
    def test_answers_as_documented(self, server: Server) -> None:
        schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) >= OPERATIONS_MIN
        failures = [failure for operation in operations if (failure := self.drive(operation))]
        assert not failures, "\n\n".join(failures)

    def drive(self, operation: schemathesis.schemas.APIOperation) -> str | None:
        """Send generated requests; what is wrong with the first answer that is not as documented."""

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: schemathesis.Case) -> None:
            # Rules that a schema cannot state (an offer must be ours, a date must not be past) refuse valid forms.
            case.call_and_validate(timeout=30, excluded_checks=[positive_data_acceptance])

        try:
            ask()
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001  collected, so that one run tells of every operation
            return f"{operation.method.upper()} {operation.path}: {error}"[:3000]
        return None
