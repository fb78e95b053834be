"""Every input that an OpenAPI document has, each one with a text of our choice in it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

Json = Any
_METHODS = ("get", "post", "put", "patch", "delete")


class Planted(NamedTuple):
    """A request with the text in one place; `where` names it."""

    where: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json


class Inputs:
    """`examples`: bodies that are accepted, by "METHOD path"; others are made up from the document."""

    def __init__(self, document: Json, examples: dict[str, Json]) -> None:
        self._document, self._examples = document, examples

    def planted(self, text: str) -> Iterator[Planted]:
        for path, operations in self._document["paths"].items():
            for method in _METHODS:
                if method in operations:
                    yield from self._of_operation(path, method.upper(), operations[method], text)

    def _of_operation(self, path: str, method: str, operation: Json, text: str) -> Iterator[Planted]:
        parameters = operation.get("parameters", [])
        query = {one["name"]: _usual(one) for one in parameters if one["in"] == "query" and one.get("required")}
        usual = path
        for one in parameters:
            if one["in"] == "path":
                usual = usual.replace(f"{{{one['name']}}}", "1")
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        body = None
        if schema is not None:
            body = self._examples.get(f"{method} {path}") or self._make(schema)
        for one in parameters:
            where = f"{method} {path} {one['in']} {one['name']}"
            if one["in"] == "path":
                yield Planted(where, method, path.replace(f"{{{one['name']}}}", text), query, {}, body)
            elif one["in"] == "query":
                yield Planted(where, method, usual, query | {one["name"]: text}, {}, body)
            else:
                yield Planted(where, method, usual, query, {one["name"]: text}, body)
        yield Planted(f"{method} {path} unknown query", method, usual, query | {"unknown": text}, {}, body)
        if schema is not None:
            whole = self._make(schema, everything=True)
            for leaf in sorted({*_leaves(whole), *_leaves(body)}):
                yield Planted(f"{method} {path} body {leaf}", method, usual, query, {}, _with(body, whole, leaf, text))
            yield Planted(f"{method} {path} unknown field", method, usual, query, {}, {**body, "unknown": text})
            yield Planted(f"{method} {path} name of a field", method, usual, query, {}, {**body, text: "x"})

    def _make(self, schema: Json, *, everything: bool = False) -> Json:
        schema = self._resolved(schema)
        for branches in ("anyOf", "oneOf"):
            if branches in schema:
                chosen = [one for one in schema[branches] if one.get("type") != "null"]
                return self._make(chosen[0], everything=everything)
        match schema.get("type"):
            case "object":
                wanted = schema.get("required", ())
                return {
                    name: self._make(part, everything=everything)
                    for name, part in schema.get("properties", {}).items()
                    if everything or name in wanted
                }
            case "array":
                return [self._make(schema.get("items") or schema["prefixItems"][0], everything=everything)]
            case "integer" | "number":
                return 1
            case "boolean":
                return True
        return schema.get("enum", ["x"])[0] if "const" not in schema else schema["const"]

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            found = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema


def _usual(parameter: Json) -> str:
    return {"from": "Berlin Hbf", "to": "München Hbf", "passengers": "adult:1"}.get(parameter["name"], "2026-11-30")


def _leaves(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _leaves(part, (*path, number))
    elif isinstance(value, str):
        yield path


def _with(body: Json, whole: Json, leaf: tuple[str | int, ...], text: str) -> Json:
    """The body with the text at a leaf, which is made where only the whole document has it."""
    changed = place = copy.deepcopy(body)
    for depth, part in enumerate(leaf[:-1]):
        if isinstance(place, dict) and part not in place:
            found = whole
            for step in leaf[: depth + 1]:
                found = found[step]
            place[part] = copy.deepcopy(found)
        place = place[part]
    place[leaf[-1]] = text
    return changed
