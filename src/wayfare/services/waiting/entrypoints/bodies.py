"""What the routes of the waiting service answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from wayfare.infrastructure.http import Answer


class RoomAnswer(Answer):
    room: str = Field(description="The departure's id, or `site`")
    starts_at: str
    waiting: int
    rate: float = Field(description="Visitors let in per second")
    estimate_s: int = Field(description="How long somebody who comes now waits, in seconds")


class StandingAnswer(Answer):
    room: str
    state: Literal["waiting", "admitted", "expired"]
    number: int = Field(description="In order of arrival, from 1")
    position: int = Field(description="0 when it is your turn")
    estimate_s: int
    poll_after_s: float = Field(description="Ask again in so many seconds")
    place: str = Field(description="Keep it: it is your place in the queue")
    device: str | None = Field(None, description="Send it as X-Device-Id; browsers have it as a cookie")
    admission: str | None = Field(None, description="Send it as Wayfare-Admission with searches and holds")
    expires_at: str | None = Field(None, description="When the admission ends")
