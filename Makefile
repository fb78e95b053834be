# Two commands matter: `make run` and `make test`. Each installs what it needs.
SHELL := /bin/bash
export UV_PYTHON_DOWNLOADS := never
# Compiled modules are kept whatever the environment says: compiling them anew takes longer than starting a server.
unexport PYTHONDONTWRITEBYTECODE
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen --no-sync
JOBS ?= 3
# The web app needs Node.js to be built, not to run.
NODE_FROM := 20
NODE := $(shell [ "$$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge $(NODE_FROM) ] && command -v npm)
WEB_SOURCES := $(shell find web -name node_modules -prune -o -type f -print 2>/dev/null)

.PHONY: help setup run test test-fast test-kafka check web web-dev web-check web-test web-e2e screenshots bench fix clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup web ## set up everything and start the whole system with the demo network on http://127.0.0.1:8000
	$(RUN) wayfare serve --demo

test: setup web-test web-e2e ## set up and run every test
	$(RUN) pytest -n $(JOBS) --dist loadgroup --durations 10

test-fast: setup ## the unit tests
	$(RUN) pytest tests/unit -n $(JOBS)

test-kafka: setup ## the kill test of events on a real Kafka broker (needs Java 17 and Maven)
	$(RUN) python tools/kafka/run.py python -m pytest tests/integration/events/test_exactly_once.py -n 0 -s

check: setup web-check ## style, types, layers, lock files, licences, the web app's client and messages
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(UV) lock --check
	$(RUN) python tools/check_lock.py
	$(RUN) python tools/check_licences.py

bench: setup ## measure this machine (under 5 minutes)
	$(RUN) wayfare bench

fix: setup ## format and mend what can be mended
	$(RUN) ruff format .
	$(RUN) ruff check --fix .
	$(if $(NODE),$(MAKE) --no-print-directory web/node_modules/.installed && cd web && npm run --silent fix)

ifdef NODE
web: src/wayfare/web/index.html ## build the web app (Node.js 20 or later)

web-dev: setup web/node_modules/.installed ## the web app with live changes on http://127.0.0.1:5173, beside `wayfare serve --demo`
	cd web && npm run dev

web-check: setup web/node_modules/.installed
	cd web && npm run --silent check

web-test: web/node_modules/.installed
	cd web && npm test --silent

web-e2e: setup web ## the web app in Chromium against a real server
	tools/chromium.sh
	cd web && npm run --silent e2e

screenshots: setup web ## pictures of every page of the web app, into docs/screenshots
	cd web && npm run --silent screenshots
else
web web-dev web-check web-test web-e2e screenshots:
	@echo "The web app is left out: install Node.js $(NODE_FROM) or later to get it. The API needs none."
endif

src/wayfare/web/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

web/node_modules/.installed: $(wildcard web/package.json web/*/package.json) web/package-lock.json
	cd web && npm ci --silent
	@touch $@

setup: .venv/.installed

.venv/.installed: pyproject.toml uv.lock | uv
	$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

# uv in a folder of the project when the machine has none; pip alone is enough for that.
.PHONY: uv
uv:
	@command -v $(UV) >/dev/null 2>&1 || { \
	  echo "installing uv into .tools"; \
	  python3 -m venv .tools >/dev/null 2>&1 && .tools/bin/pip install -q uv \
	  || { rm -rf .tools && python3 -m pip install -q --target .tools/lib uv && mkdir -p .tools/bin && ln -sf ../lib/bin/uv .tools/bin/uv; }; }

clean: ## remove what set-up made (not your data)
	rm -rf .venv .tools web/node_modules src/wayfare/web .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
