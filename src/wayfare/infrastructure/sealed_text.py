"""Single values in text columns, encrypted under the newest key of the key file: AES-256-GCM, "sealed:" and base64.

What was stored before it was encrypted is read as it stands.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from wayfare.infrastructure.field_encryption import KeyFile

_MARK = "sealed:"


class SealedText:
    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def seal(self, plain: str, context: str) -> str:
        """`context`: what it is and whose, to be given again when it is opened."""
        return _MARK + b64encode(self._keys.wrap(plain.encode(), context.encode())).decode()

    def open(self, stored: str, context: str) -> str:
        """Raises `ConfigurationError` when it was altered or moved, or its key is not in the file."""
        if not stored.startswith(_MARK):
            return stored
        return self._keys.unwrap(b64decode(stored[len(_MARK) :]), context.encode()).decode()

    def is_current(self, stored: str) -> bool:
        """Whether it is encrypted, and under the newest key."""
        return stored.startswith(_MARK) and b64decode(stored[len(_MARK) :]).startswith(self._keys.current_prefix())
