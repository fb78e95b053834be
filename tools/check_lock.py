"""Lock files may name the public registries only: a mirror's address would bind every reader to it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ALLOWED = {"https://pypi.org", "https://files.pythonhosted.org"}


def main() -> int:
    hosts = set(re.findall(r"https?://[^/\"]+", Path("uv.lock").read_text()))
    unusual = sorted(hosts - ALLOWED)
    for host in unusual:
        print(f"uv.lock names {host}")
    return 1 if unusual else 0


if __name__ == "__main__":
    sys.exit(main())
