# The two commands of the README are `make demo` and `make test`. Everything is set up in .venv from locked, hashed dependencies.
PYTHON ?= python3
PORT ?=
SEED ?=
MODULES ?=
CONTEXT ?= sample_areas.geojson
BIN := .venv/bin

# Hundreds of processes import the same modules: whatever the caller's environment says, they are compiled once.
unexport PYTHONDONTWRITEBYTECODE

# A third of the time of two workers on two processors was waiting, for a page or for a process to start: one worker more.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder

.PHONY: demo test unit suite scripts nightly mutants check lint lint-scripts types layers standards verdicts verdicts-accept bench
.PHONY: karlsruhe tutorial vendor lock messages terms build browsers clean help

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: .venv/.runtime  ## set up, audit the sample, serve it on this computer
	@$(BIN)/rba-audit audit sample_sites.geojson --out out $(addprefix --context ,$(CONTEXT))
	@$(BIN)/rba-audit serve --demo $(addprefix --port ,$(PORT)) $(addprefix --context ,$(CONTEXT))

# Everything runs at once: the checks and the wheel fill what the slowest tests leave free.
test: .venv/bin/python  ## set up and run everything
	@$(MAKE) --no-print-directory --jobs 2 .venv/.dev browsers
	@$(MAKE) --no-print-directory --jobs 3 suite lint types layers standards scripts build

unit: .venv/.dev  ## the inner loop: no page, server or process
	@$(PYTEST) -m "unit and not slow"

nightly: .venv/.dev  ## everything again with many more random cases, and in the full Chromium
	@RBA_CHROMIUM=chromium tools/get-browsers
	@RBA_NIGHTLY=1 RBA_CHROMIUM=chromium $(MAKE) --no-print-directory suite scripts

suite: .venv/.dev
	@$(PYTEST)

browsers:
	@tools/get-browsers

check: lint types layers standards  ## what a machine can see without running the program

NO_NPM := npm, with Node.js 18.19 or newer; root can install it: apt-get install npm
lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory lint-scripts; \
	elif [ "$${RBA_TEST_EVERYTHING:-}" = 1 ]; then \
	  echo "Nothing may be left out here (RBA_TEST_EVERYTHING=1); missing: $(NO_NPM)" >&2; exit 1; \
	else \
	  echo "The scripts were not linted: that needs $(NO_NPM)."; \
	fi

lint-scripts: node_modules/.ready  ## lint static/*.js and check their types
	node_modules/.bin/eslint .
	node_modules/.bin/tsc --project tsconfig.json
	node_modules/.bin/tsc --project tsconfig.worker.json

node_modules/.ready: package-lock.json
	@echo "Setting up: ESLint and TypeScript"
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

types: .venv/.dev
	$(BIN)/mypy

layers: .venv/.dev
	$(BIN)/lint-imports

standards: .venv/.dev
	@for edition in standards/*/standard.toml; do $(BIN)/rba-audit standard check $$(dirname $$edition) || exit 1; done

NO_NODE := Node.js, 18.19 or newer; root can install it: apt-get install nodejs
scripts: .venv/.dev  ## try the logic of static/*.js in Node.js, against what Python makes of the same
	@if command -v node >/dev/null; then \
	  RBA_PYTHON=$(CURDIR)/$(BIN)/python node --test --test-reporter=spec tests/scripts/*.test.js; \
	elif [ "$${RBA_TEST_EVERYTHING:-}" = 1 ]; then \
	  echo "Nothing may be left out here (RBA_TEST_EVERYTHING=1); missing: $(NO_NODE)" >&2; exit 1; \
	else \
	  echo "The tests of scripts were left out: they need $(NO_NODE)."; \
	fi

verdicts: .venv/.dev  ## judge the sample again and show whose verdict changed
	@$(BIN)/python tools/verdicts.py show

verdicts-accept: .venv/.dev
	@$(BIN)/python tools/verdicts.py accept

bench: .venv/.dev  ## time the engine, measuring, coverage, plans, hostile files, the form on a slowed processor, a crowded server, photos, backups, papers and an evidence pack
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --group bench
	@$(BIN)/python tools/bench.py
	@$(BIN)/python tools/bench_measures.py
	@$(BIN)/python tools/bench_coverage.py
	@$(BIN)/python tools/bench_plans.py
	@$(BIN)/python tools/bench_city.py
	@$(BIN)/python tools/bench_hostile.py
	@$(BIN)/python tools/bench_form.py
	@$(BIN)/python tools/bench_ground.py
	@$(BIN)/python tools/bench_connections.py
	@$(BIN)/python tools/bench_photos.py
	@$(BIN)/python tools/bench_photos.py --at-once 16
	@$(BIN)/python tools/bench_backup.py
	@$(BIN)/python tools/bench_papers.py
	@$(BIN)/python tools/bench_pack.py

mutants: .venv/.dev  ## change the code at random places and tell which changes no test notices (SEED=2 for others)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --group mutants
	@$(BIN)/python tools/mutants.py $(addprefix --seed ,$(SEED)) $(if $(MODULES),--modules $(MODULES))

karlsruhe: .venv/.dev  ## run a whole city through everything and write docs/karlsruhe.md anew
	@$(BIN)/python tools/karlsruhe.py

vendor: .venv/.dev  ## fetch the vendored scripts again, as the lock file says
	$(BIN)/python tools/vendor.py fetch

tutorial: .venv/.dev browsers  ## take the pictures of the tutorial again, in both languages
	@PYTHONPATH=tests:. $(BIN)/python -m helpers.tutorial

messages: .venv/.dev  ## collect the messages, update the Indonesian catalogue and compile it
	@$(BIN)/python tools/messages.py

terms: .venv/.dev  ## write the names and numbers that scripts share with Python
	@$(BIN)/python tools/shared_terms.py

# The runtime takes the versions that were tested.
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: .venv/.dev  ## resolve the dependencies again
	$(BIN)/uv pip compile -q pyproject.toml --group dev $(LOCKED) -o requirements-dev.lock
	$(BIN)/uv pip compile -q pyproject.toml --constraint requirements-dev.lock $(LOCKED) -o requirements.lock

build: .venv/.dev  ## build the wheel and try it outside the checkout
	@$(BIN)/python tools/try_wheel.py

clean:
	rm -rf .venv node_modules build dist out instance .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@tools/make-venv $(PYTHON)

.venv/.runtime: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up: dependencies (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@echo "Setting up: what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
