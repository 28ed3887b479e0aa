# Two commands for a stranger: `make run` and `make test`. Everything is installed from the locks, below this folder.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8000

.PHONY: run test lint bench setup browser clean rasa rasa-test

run: setup
	@$(BIN)/elapor up --demo --port $(PORT)

# One worker more than cores, for the storms wait more than they work; in the order of the folders, for the longest files
# hold the fewest tests and would come last.
test: setup browser node_modules/ready-to-test
	$(BIN)/python -m pytest --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile --no-loadscope-reorder

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

# Tests let the bot talk through an emulator of Telegram, which nobody else needs.
node_modules/ready-to-test: node_modules/ready
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund && touch node_modules/ready; fi
	@touch $@

# Tests of the pages drive a real browser: Debian's chromium where there is none (there is no wheel of it).
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
		{ test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium chromium-driver; } || \
		echo "No Chromium: install it to run the browser tests"

clean:
	rm -rf .venv node_modules var

# Rasa as the other engine (`engine: rasa` in config.yml, or `elapor classify --engine rasa`): its own Python 3.10, some 2.7 GB in
# .rasa/, served on loopback. It is trained on a copy, for it rewrites its configuration; DIET takes an hour or more.
RASA_PYTHON ?= $(shell for p in python3.10 $(HOME)/.pyenv/versions/3.10.*/bin/python3.10; do \
	$$p -c 'import venv' 2>/dev/null && echo $$p && break; done)
RASA_EPOCHS ?= 0 # 0: as config.yml says
RASA_PORT ?= 5005
RASA_MODEL := .rasa/models/elapor.tar.gz
RASA := RASA_TELEMETRY_ENABLED=false RASA_CACHE_DIRECTORY=$(CURDIR)/.rasa/cache SQLALCHEMY_SILENCE_UBER_WARNING=1 \
	TF_CPP_MIN_LOG_LEVEL=2 PYTHONWARNINGS=ignore $(CURDIR)/.rasa/bin/rasa
RASA_RUN := $(RASA) run --enable-api --interface 127.0.0.1 --model $(CURDIR)/$(RASA_MODEL)

rasa: $(RASA_MODEL)
	@cd .rasa/copy && exec env $(RASA_RUN) --port $(RASA_PORT)

# The behaviour suite against the real server; a model that is there is taken as it is.
rasa-test: setup
	@test -e $(RASA_MODEL) || $(MAKE) $(RASA_MODEL)
	@cd .rasa && { $(RASA_RUN) --port 5006 >test.log 2>&1 & server=$$!; trap "kill $$server" EXIT; cd .. && \
		ELAPOR_TEST_RASA_URL=http://127.0.0.1:5006 $(BIN)/python -m pytest tests/nlu/test_rasa.py; }

.rasa/ready: requirements-rasa.txt
	@test -n "$(RASA_PYTHON)" || { echo "Rasa needs Python 3.10: install one, or name it with RASA_PYTHON="; exit 1; }
	@echo "Setting up Rasa (some 2.7 GB; several minutes)"
	@$(RASA_PYTHON) -m venv .rasa
	@.rasa/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-rasa.txt
	@touch $@

$(RASA_MODEL): .rasa/ready .venv/ready $(wildcard data/nlu/*.yml) data/categories.yml config.yml
	@rm -rf .rasa/copy && $(BIN)/python -m nlu.rasa_training data config.yml .rasa/copy --epochs $(RASA_EPOCHS)
	@cd .rasa/copy && $(RASA) train nlu --config config.yml --nlu nlu.yml --domain domain.yml --out ../models --fixed-model-name elapor
