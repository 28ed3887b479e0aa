# Two commands for a stranger: `make run` and `make test`. Everything is installed from the locks, below this folder.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8000

.PHONY: run test lint bench setup browser clean

run: setup
	@$(BIN)/elapor up --demo --port $(PORT)

test: setup browser
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: setup
	$(BIN)/python bench/run.py

setup: .venv/ready node_modules/ready

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.13 is needed"; exit 1; }
	@echo "Setting up Python packages (about a minute the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -W ignore -m compileall -q $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/facebook
	@touch $@

node_modules/ready: package-lock.json
	@if command -v npm >/dev/null; then echo "Setting up browser libraries" && npm ci --silent --no-audit --no-fund --omit=dev; \
	else echo "Node is missing: the console works without its scripts" && mkdir -p node_modules; fi
	@touch $@

# Tests of the pages drive a real browser: Debian's chromium where there is none (there is no wheel of it).
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
		{ test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium chromium-driver; } || \
		echo "No Chromium: install it to run the browser tests"

clean:
	rm -rf .venv node_modules var
