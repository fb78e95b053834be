"""What a ticket can be refused for.

ValidationFailed
└── TicketRefused
    ├── TicketUnreadable      there is no Wayfare ticket in it, or it is damaged
    ├── TicketKeyUnknown      signed by a key this verifier does not have
    └── TicketForged          the signature does not fit: altered, or not one of ours
"""

from __future__ import annotations

from wayfare.kernel.errors import ValidationFailed


class TicketRefused(ValidationFailed):
    code = "ticket_refused"
    title = "This is not a valid ticket"


class TicketUnreadable(TicketRefused):
    code = "ticket_unreadable"
    title = "No ticket can be read here"


class TicketKeyUnknown(TicketRefused):
    """`facts["key_id"]`: the key the ticket names."""

    code = "ticket_key_unknown"
    title = "The ticket was signed by a key that is not known here"


class TicketForged(TicketRefused):
    code = "ticket_forged"
    title = "The ticket was altered or is not one of ours"
