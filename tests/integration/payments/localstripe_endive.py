"""localstripe, taught what Stripe's API calls `payment_method_types` since the release that our SDK speaks (Endive).

https://docs.stripe.com/changelog/endive: the old name is refused there.
"""

from __future__ import annotations

from typing import Any

from localstripe import resources, server

_make = resources.PaymentIntent.__init__


def _make_as_endive(self: Any, *args: Any, allowed_payment_method_types: Any = None, **given: Any) -> None:
    if "payment_method_types" in given:
        raise resources.UserError(400, "payment_method_types_no_longer_supported")
    _make(self, *args, payment_method_types=allowed_payment_method_types, **given)


if __name__ == "__main__":
    resources.PaymentIntent.__init__ = _make_as_endive
    server.start()
