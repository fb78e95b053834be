"""The keys of personal data, as the settings say."""

from __future__ import annotations

from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure.field_encryption import KeyFile, KeyService
from wayfare.kernel.errors import ConfigurationError


def key_service_of(settings: Settings) -> KeyService | None:
    """Who wraps the keys of the key file; None: nobody. Raises ConfigurationError."""
    if not settings.data_keys_kms:
        return None
    try:
        from wayfare.infrastructure.aws_kms import AwsKms
    except ImportError as error:
        raise ConfigurationError(f"WAYFARE_DATA_KEYS_KMS needs a library that is not installed: {error.name}") from None
    return AwsKms(settings.data_keys_kms)


def open_key_file(settings: Settings) -> KeyFile:
    """Raises ConfigurationError."""
    return KeyFile(settings.data_keys_path, key_service_of(settings))
