"""Settings of the web app and of what it needs beside the API: its files, Stripe's form, passes for phones."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
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

    @property
    def web_path(self) -> Path:
        return self.web_dir or BUILT
