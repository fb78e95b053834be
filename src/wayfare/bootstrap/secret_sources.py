"""Settings from elsewhere than the environment: files, a folder of files, AWS Secrets Manager.

What the environment says goes before; each source names settings as the environment does, WAYFARE_SMTP_URL for
instance. Nothing is written anywhere: a process that is started anew reads them again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic_settings import BaseSettings, EnvSettingsSource

from wayfare.kernel.errors import ConfigurationError

PREFIX = "WAYFARE_"
FOLDER = "WAYFARE_SECRETS_DIR"
MANAGER = "WAYFARE_SECRETS_MANAGER_ID"


class SecretsSource(EnvSettingsSource):
    """Files named by WAYFARE_…_FILE, then those in the folder, then the secret of AWS Secrets Manager."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        known = {f"{PREFIX}{name.upper()}" for name in self.settings_cls.model_fields}
        found = {**_from_manager(), **_from_folder(), **_from_files(known)}
        unknown = sorted(found.keys() - known)
        if unknown:
            raise ConfigurationError(f"unknown settings among the secrets: {', '.join(unknown)}")
        return {name.lower(): value for name, value in found.items()}


def file_variables(settings: type[BaseSettings]) -> set[str]:
    """The variables that may name a file in the place of a value."""
    return {f"{PREFIX}{name.upper()}_FILE" for name in settings.model_fields}


def _from_files(known: set[str]) -> dict[str, str]:
    named = {name: os.environ[f"{name}_FILE"] for name in known if f"{name}_FILE" in os.environ}
    twice = sorted(name for name in named if name in os.environ)
    if twice:
        raise ConfigurationError(f"{twice[0]} is set, and so is {twice[0]}_FILE")
    return {name: _read(Path(path), f"{name}_FILE") for name, path in named.items()}


def _from_folder() -> dict[str, str]:
    folder = os.environ.get(FOLDER)
    if not folder:
        return {}
    try:
        files = [path for path in Path(folder).iterdir() if path.name.startswith(PREFIX) and path.is_file()]
    except OSError as error:
        raise ConfigurationError(f"{FOLDER}: {folder} cannot be read: {error.strerror}") from None
    return {path.name: _read(path, FOLDER) for path in files}


def _read(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{variable}: {path} cannot be read: {type(error).__name__}") from None


def _from_manager() -> dict[str, str]:
    secret_id = os.environ.get(MANAGER)
    if not secret_id:
        return {}
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise ConfigurationError(f"{MANAGER} needs a library that is not installed: {error.name}") from None
    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)
        content = json.loads(answer["SecretString"])
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationError(f"{MANAGER}: {secret_id} cannot be read: {error}") from None
    except (KeyError, ValueError):
        raise ConfigurationError(f"{MANAGER}: {secret_id} is no JSON object of settings") from None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise ConfigurationError(f"{MANAGER}: {secret_id} is no JSON object of settings")
    return content
