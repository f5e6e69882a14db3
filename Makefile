# Every target sets up what it needs. `make` alone tells what there is.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
STUBS := libs/protos/nilm
PORT ?= 8080
DATA_DIR ?= data
PYTEST := $(BIN)/python -m pytest -q
STORES := store migrations postgresql supabase influx limiter idempotency cache queue

.DEFAULT_GOAL := help
.PHONY: help run servers test test-stores check format lint types imports protos unit integration e2e web web-check web-e2e bench proto pages docs train clean

help: ## Tells what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt tools/setup
	tools/setup $(PYTHON) $(VENV)

run: $(READY) ## Sets up and runs everything, with a demo account and a simulated household
	@tools/web build || echo "The services run without the web app."
	$(BIN)/nilm up --port $(PORT) --data-dir $(DATA_DIR) --demo

test: $(READY) servers ## Runs everything that CI runs; what waits much runs side by side
	$(MAKE) check
	$(MAKE) --jobs=2 --output-sync=target web-check unit
	$(MAKE) integration
	$(MAKE) --jobs=2 --output-sync=target e2e web-e2e

check: format lint types imports protos pages ## Runs the fast checks: format, lint, types, imports, protos, pages of results

format: $(READY)
	$(BIN)/ruff format --check .

lint: $(READY)
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

protos: $(READY)
	$(BIN)/python tools/gen_protos --check
	$(BIN)/buf format --diff --exit-code protos
	$(BIN)/buf format --diff --exit-code protos-open-inference
	$(BIN)/buf lint

pages: $(READY)
	$(BIN)/python -m benchmarks.tables --check

servers:
	@tools/test-servers

test-stores: $(READY) servers ## Runs the contract suites of the stores, each on every server that it has
	$(PYTEST) -n 2 $(sort $(foreach name,$(STORES),$(wildcard tests/contract/*/test_*$(name)*.py)))

unit: $(READY) servers ## Runs the unit and contract tests
	$(PYTEST) -n 2 tests/unit tests/contract

integration: $(READY) servers ## Runs the tests on real files and processes
	$(PYTEST) -n 2 tests/integration

e2e: $(READY) servers ## Runs the tests through the real Envoy
	$(PYTEST) tests/e2e

web: ## Builds the web app, which the gateway then serves; needs Node.js 20.19
	tools/web build

web-check: $(READY) ## Checks, tests and builds the web app
	tools/web gen:check lint typecheck test build size

web-e2e: $(READY) servers ## Drives the web app in Chromium, with all services behind it
	tools/web build e2e

bench: $(READY) servers ## Runs every benchmark, results in benchmarks/results
	$(BIN)/python benchmarks/run_all.py

docs: $(READY) ## Writes the pages that show results: docs/accuracy.md, docs/performance.md
	$(BIN)/python -m benchmarks.tables

proto: $(READY) ## Generates the stubs of the protos
	$(BIN)/python tools/gen_protos
	$(BIN)/buf format -w protos
	$(BIN)/buf format -w protos-open-inference

train: $(READY) ## Trains the shipped models anew, about an hour on two cores
	for model in household kettle_household fridge_synthetic heat_pump_synthetic; do \
		$(BIN)/nilm train services/trainer/configs/$$model.yaml || exit 1; done

clean: ## Removes the environment and everything built
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
