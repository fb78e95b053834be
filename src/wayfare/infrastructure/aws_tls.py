"""TLS to Amazon's services for aiobotocore's clients; a private authority by AWS_CA_BUNDLE."""

from __future__ import annotations

import os
import ssl

from aiobotocore.httpsession import AIOHTTPSession

from wayfare.infrastructure.tls import TlsFiles, client_context


class NameCheckingSession(AIOHTTPSession):  # type: ignore[misc]
    """For `AioConfig(http_session_cls=…)`: the library leaves it to urllib3, which it does not use, to compare the
    server's name with its certificate.
    """

    def _get_ssl_context(self) -> ssl.SSLContext:
        return aws_context()


def aws_context() -> ssl.SSLContext:
    """Raises ConfigurationError for a bundle that cannot be used."""
    return client_context(TlsFiles(os.environ.get("AWS_CA_BUNDLE", "")))
