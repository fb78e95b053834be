"""Settings of the web app and of what it needs beside the API: its files, Stripe's form, passes for phones."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

BUILT = Path(__file__).parent.parent / "web"
"""Where `make web` puts the built app, inside the package."""


class WebSettings(BaseSettings):
    web_dir: Path | None = Field(
        None, description="Folder of the built web app, served at /. Default: where `make web` puts it."
    )
    payment_stripe_publishable_key: str = Field(
        default="",
        pattern="^(pk_[A-Za-z0-9_]+)?$",
        description="Stripe's publishable key, for its card form in the web app: pk_….",
    )
    wallet_certificate: Path | None = Field(
        None,
        description="Apple's certificate for a pass type, then its intermediate one (WWDR), in one PEM file. "
        "None: tickets are not offered as passes for phones.",
    )
    wallet_key: Path | None = Field(None, description="The private key of that certificate, as PEM.")
    wallet_key_password: SecretStr = Field(SecretStr(""), description="What that key is encrypted with.")

    @property
    def web_path(self) -> Path:
        return self.web_dir or BUILT
