"""From settings to what signs passes for phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wayfare.bootstrap.settings import Settings
from wayfare.kernel.errors import ConfigurationError

if TYPE_CHECKING:
    from wayfare.services.documents.adapters.wallet_pass import WalletKeys


def wallet_keys(settings: Settings) -> WalletKeys | None:
    """None where nothing is set. Raises ConfigurationError."""
    certificate, key = settings.wallet_certificate, settings.wallet_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ConfigurationError("WAYFARE_WALLET_CERTIFICATE and WAYFARE_WALLET_KEY: one needs the other")
    from wayfare.services.documents.adapters.wallet_pass import read_wallet_keys

    return read_wallet_keys(certificate, key, settings.wallet_key_password.get_secret_value())
