"""Every package Wayfare needs at run time must have a licence that goes with Apache-2.0."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution, requires

FITTING = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|HPND|PostgreSQL|Unlicense|zlib|0BSD)\b",
    re.I,
)
STRANGERS = re.compile(r"\b(A?GPL|Affero|SSPL|Commons Clause|Business Source)\b", re.I)


def licence_of(name: str) -> str:
    metadata = distribution(name).metadata
    texts = [metadata.get("License-Expression") or "", metadata.get("License") or ""]
    texts += [item for item in metadata.get_all("Classifier") or [] if item.startswith("License")]
    return " | ".join(text[:120] for text in texts if text)


def runtime_packages(root: str) -> set[str]:
    found: set[str] = set()
    queue = [root]
    while queue:
        name = re.split(r"[ \[<>=!~;(]", queue.pop(), maxsplit=1)[0]
        if name.lower() in found:
            continue
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue  # needed on another platform only
        found.add(name.lower())
        queue += [need for need in needs if "extra ==" not in need]
    return found


def main() -> int:
    wrong = []
    for name in sorted(runtime_packages("wayfare")):
        licence = licence_of(name)
        if not FITTING.search(licence) or (STRANGERS.search(licence) and not FITTING.search(licence)):
            wrong.append(f"{name}: {licence or 'no licence stated'}")
    print("\n".join(wrong) or "licences fit")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
