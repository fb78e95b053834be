"""`wayfare settings`: what can be set, and what it is now."""

from __future__ import annotations

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from wayfare.bootstrap.settings import Settings


def settings_table(*, markdown: bool) -> str:
    """Every variable; for people with the present value, as Markdown with the default."""
    if markdown:
        rows = ["| variable | default | meaning |", "|---|---|---|"]
        rows += [f"| `{_variable(name)}` | {_default(field)} | {field.description} |" for name, field in _fields()]
        return "\n".join(rows)
    current = Settings.load()
    lines = []
    for name, field in _fields():
        lines.append(f"{_variable(name)} = {_shown(getattr(current, name))}\n    {field.description}")
    return "\n".join(lines)


def _fields() -> list[tuple[str, FieldInfo]]:
    """Those of one class after the other, the general ones first."""
    own = Settings.__annotations__
    return sorted(Settings.model_fields.items(), key=lambda item: item[0] not in own)


def _variable(name: str) -> str:
    return f"WAYFARE_{name.upper()}"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "`~/.local/share/wayfare`, for root `/var/lib/wayfare`"
    if isinstance(field.default, SecretStr):
        return f"`{field.default.get_secret_value()}`" if field.default.get_secret_value() else "none"
    if field.default in (None, "", PydanticUndefined):
        return "none"
    return f"`{field.default}`"


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(not set)"
    return "(not set)" if value in (None, "") else str(value)
