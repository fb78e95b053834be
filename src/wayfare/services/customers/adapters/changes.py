"""What changed: the names of fields, for events that must not hold what stands in them."""

from __future__ import annotations

import msgspec


def changed_fields(before: msgspec.Struct, after: msgspec.Struct) -> tuple[str, ...]:
    """The fields in which two structs of a kind differ."""
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    return tuple(name for name in old if old[name] != new[name])
