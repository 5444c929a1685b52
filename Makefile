# `make demo` and `make test` need nothing but Python 3.11+, its venv module and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HASHED := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PORT ?= 8000
# The suites start hundreds of processes: what one has compiled the next need not compile again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test unit lint laws sqlite postgres browser system install clean

demo: $(VENV)/ready
	$(BIN)/recompra demo --serve --port $(PORT)

install: $(VENV)/ready

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Recompra needs Python 3.11 or newer.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(VENV)/bin/python requirements/base.txt requirements/build.txt pyproject.toml build_hooks/assets_hook.py $(shell find recompra -name '*.po')
	$(HASHED) -r requirements/base.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready requirements/test.txt
	$(HASHED) -r requirements/test.txt
	@touch $@

# Everything, in the order in which it fails soonest.
test: system $(VENV)/ready-to-test
	$(MAKE) --no-print-directory -j2 --output-sync=target lint laws
	$(MAKE) --no-print-directory sqlite postgres browser

# What the suites need from the system: PostgreSQL and Chromium. Says which suite goes without.
system:
	@sh tests/system.sh

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

laws: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n auto --dist worksteal tests/house

unit: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow and not e2e" --ignore=tests/house

sqlite: $(VENV)/ready-to-test
	$(BIN)/python -m tests.postgres --facts-only $(BIN)/python -m pytest -n auto --dist worksteal -m "not e2e" --ignore=tests/house

postgres: $(VENV)/ready-to-test
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n auto --dist worksteal -m "not e2e and not once" --ignore=tests/house

browser: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n auto --dist worksteal -m e2e tests/e2e

clean:
	rm -rf $(VENV) dist build
