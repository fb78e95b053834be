# Two commands matter: `make run` and `make test`. Each installs what it needs.
SHELL := /bin/bash
export UV_PYTHON_DOWNLOADS := never
# Compiled modules are kept whatever the environment says: compiling them anew takes longer than starting a server.
unexport PYTHONDONTWRITEBYTECODE
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen --no-sync
JOBS ?= 3

.PHONY: help setup run test test-fast test-kafka check bench fix clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup ## set up everything and start the whole system with the demo network on http://127.0.0.1:8000
	$(RUN) wayfare serve --demo

test: setup ## set up and run every test
	$(RUN) pytest -n $(JOBS) --dist loadgroup --durations 10

test-fast: setup ## the unit tests
	$(RUN) pytest tests/unit -n $(JOBS)

test-kafka: setup ## the kill test of events on a real Kafka broker (needs Java 17 and Maven)
	$(RUN) python tools/kafka/run.py python -m pytest tests/integration/events/test_exactly_once.py -n 0 -s

check: setup ## style, types, layers, lock file, licences
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
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
