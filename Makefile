# WeSupport: `make run` shows the demo, `make test` checks everything. Python 3.11 or newer is all that has to be there.

# The Python that makes .venv.
PYTHON ?= python3
# make test PYTEST_ARGS="tests/lessons -x"
PYTEST_ARGS ?=
# make bench-scale FACTORIES=1000
FACTORIES ?= 200

BIN := .venv/bin
LOCAL := $(BIN)/python -m config.local
# A throw-away PostgreSQL and Valkey around one command.
TRIAL := $(LOCAL) with-services
BENCH := $(BIN)/python -m config.bench --output $(or $(DATA_DIR),.data)/bench/latest.json

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /	/' | expand -t 16

run: ready ## start the demo; PORT=8100 chooses the port, Ctrl-C stops it and keeps the data
	@$(LOCAL) run

test: ready-dev ## format, lint, import contracts, types, migrations, tests on real PostgreSQL, browser tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@$(LOCAL) system
	$(TRIAL) -- sh -ec '$(BIN)/mypy .; $(BIN)/python manage.py check; $(BIN)/python manage.py makemigrations --check'
	$(TRIAL) -- $(BIN)/pytest $(PYTEST_ARGS)

bench: ready-dev ## benchmarks beside their floors and budgets
	@$(LOCAL) system
	@$(TRIAL) --fsync -- $(BENCH)

bench-scale: ready-dev ## the same with many factories: make bench-scale FACTORIES=200
	@$(TRIAL) --fsync -- $(BENCH) --factories $(FACTORIES)

messages: ready-dev ## collect the strings to translate into every room's catalogue (needs gettext)
	@$(LOCAL) messages

reset: ready ## delete the demo's data
	@$(LOCAL) reset

clean: ## remove what `make` can make again; the demo's data stays
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +

ready:
	@$(PYTHON) config/local/bootstrap.py

ready-dev:
	@$(PYTHON) config/local/bootstrap.py dev

.PHONY: help run test bench bench-scale messages reset clean ready ready-dev
