"""Keys wrapped by AWS KMS: what lies in the key file is of no use without the right to ask KMS.

Asked only for keys not seen before: at start and after a rotation. Region, credentials and another server's address
come from boto3's usual places (environment, profile, instance role; AWS_ENDPOINT_URL_KMS).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from wayfare.kernel.errors import ConfigurationError

_CONTEXT: Mapping[str, str] = {"purpose": "wayfare data keys"}
"""Authenticated by KMS, and shown in CloudTrail beside each use."""
_TIMES = Config(connect_timeout=5, read_timeout=5, retries={"max_attempts": 3})


class AwsKms:
    """Implements `KeyService` with the KMS key of an id, an ARN or an alias."""

    def __init__(self, key_id: str) -> None:
        self.name = key_id
        try:
            self._client: Any = boto3.client("kms", config=_TIMES)
        except (BotoCoreError, ValueError) as error:
            raise ConfigurationError(f"KMS cannot be asked: {error}") from error

    def wrap(self, plain: bytes) -> bytes:
        """Raises `ConfigurationError`."""
        return self._ask("encrypt", KeyId=self.name, Plaintext=plain)["CiphertextBlob"]  # type: ignore[no-any-return]

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises `ConfigurationError`."""
        return self._ask("decrypt", KeyId=self.name, CiphertextBlob=wrapped)["Plaintext"]  # type: ignore[no-any-return]

    def _ask(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, operation)(EncryptionContext=_CONTEXT, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise ConfigurationError(f"KMS does not {operation} by {self.name}: {error}") from error
