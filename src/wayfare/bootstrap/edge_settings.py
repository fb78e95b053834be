"""Settings of the public edge: limits, proxies, time-outs, other sites' scripts."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from wayfare.bootstrap.setting_types import NetworkList
from wayfare.gateway.limits.policies import Policy, read_policies

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
_REDIS = ("redis://", "rediss://", "unix://")


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _rate_limits(value: str) -> str:
    read_policies(value)
    return value


def _origins(value: str) -> str:
    for word in _words(value):
        if word != "*" and not _ORIGIN.fullmatch(word):
            raise ValueError(f"{word!r} is not like https://www.example.org, without a path")
    return value


def _redis_url(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(_REDIS):
        raise ValueError("must begin with redis:// or rediss://")
    return value


class EdgeSettings(BaseSettings):
    body_bytes_max: int = Field(262_144, ge=1_024, description="Largest request body accepted, in bytes.")
    body_timeout_s: float = Field(
        15.0, gt=0, le=3600, description="How long the body of a request may take to arrive; then it is 408."
    )
    request_timeout_s: float = Field(
        30.0, gt=0, le=3600, description="How long an answer may take to begin; then it is 503 `request_timed_out`."
    )
    rate_limits: Annotated[str, AfterValidator(_rate_limits)] = Field(
        default="",
        description="What differs from the usual limits, as name=count/seconds:burst, comma-separated: "
        "address=500/1:2000, log_in=5/60:5; api_key_NAME=… is for keys of that rate class. "
        "`off`: nothing is limited, for load tests.",
    )
    rate_limits_exempt: NetworkList = Field(
        default="", description="Addresses and networks that are not limited, comma-separated: 10.0.0.0/8, ::1."
    )
    trusted_proxies: NetworkList = Field(
        default="",
        description="Addresses and networks of proxies in front, comma-separated: their X-Forwarded-For tells who "
        "asks. Without it everybody behind a proxy is one address.",
    )
    admin_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Another port to listen on: operators' routes (/v1/admin/…, /metrics) answer there alone, and are "
        "404 on WAYFARE_PORT. None: they answer as all others.",
    )
    admin_host: str = Field(default="", description="Address to listen on for operators. Default: WAYFARE_HOST.")
    admin_from: NetworkList = Field(
        default="",
        description="Addresses and networks that operators come from, comma-separated; others get 403 for their "
        "routes. Default: any.",
    )
    cors_origins: Annotated[str, AfterValidator(_origins)] = Field(
        default="", description="Sites whose scripts may call the API: https://www.example.org, comma-separated, or *."
    )
    redis_url: Annotated[SecretStr | None, AfterValidator(_redis_url)] = Field(
        None,
        description="Redis or Valkey through which processes share rate limits and hear of revoked tokens: "
        "redis://user:password@host:6379, over TLS rediss://…?ssl_ca_certs=/etc/ca.pem. None: PostgreSQL serves both.",
    )

    @property
    def rate_limit_policies(self) -> dict[str, Policy] | None:
        """None: nothing is limited."""
        return read_policies(self.rate_limits)

    @property
    def cors_origin_list(self) -> list[str]:
        return _words(self.cors_origins)
