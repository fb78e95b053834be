"""When a delivery is tried again, and how it is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from wayfare.services.notifications.domain.delivery import TRIED_FOR, Answer, next_try_at, webhook_id_of
from wayfare.services.notifications.domain.signature import new_secret, signed_headers

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class TestRetries:
    @pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
    def test_grow_for_72_hours_and_end_with_a_last_one(self, chance: float) -> None:
        at, tries = NOW, [NOW]
        while at < NOW + TRIED_FOR:
            at = next_try_at(len(tries), at, NOW + TRIED_FOR, chance)
            tries.append(at)
        pauses = [after - before for before, after in pairwise(tries)]
        assert pauses[0] == timedelta(seconds=5) * (0.8 + 0.4 * chance)
        assert pauses[:-1] == sorted(pauses[:-1])
        assert max(pauses) <= timedelta(hours=4) * 1.2
        assert tries[-1] == NOW + timedelta(hours=72)
        assert 20 < len(tries) < 35

    @pytest.mark.parametrize(("status", "accepted"), [(200, True), (204, True), (302, False), (410, False), (0, False)])
    def test_what_counts_as_accepted(self, status: int, accepted: bool) -> None:
        assert Answer(status, 1).accepted is accepted


class TestSignatures:
    def test_the_example_of_the_standard(self) -> None:
        """From the specification, section "Signature scheme"."""
        headers = signed_headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            '{"test": 2432232314}',
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        )
        assert headers == {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }

    def test_by_hand(self) -> None:
        secret = new_secret()
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mac = hmac.new(key, b"evt_1.1700000000.{}", hashlib.sha256).digest()
        headers = signed_headers("evt_1", 1700000000, "{}", [secret])
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
        assert 24 <= len(key) <= 64

    def test_both_secrets_open_it_and_no_other(self) -> None:
        new, old = new_secret(), new_secret()
        headers = signed_headers("evt_1", int(time.time()), '{"a":1}', [new, old])
        for secret in (new, old):
            assert Webhook(secret).verify('{"a":1}', headers) == {"a": 1}
        for body, secret in (('{"a":2}', new), ('{"a":1}', new_secret())):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(body, headers)

    def test_an_event_has_one_id(self) -> None:
        assert webhook_id_of("/wayfare/bookings#1") == webhook_id_of("/wayfare/bookings#1")
        assert webhook_id_of("/wayfare/bookings#1") != webhook_id_of("/wayfare/payments#1")
