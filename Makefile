# The commands of the project. `make demo` runs it, `make test` proves it.
PORT ?= 8000
PY := .venv/bin/python
PROCESSES ?= 2

.PHONY: help setup setup-test demo demo-reset test check format lock soak bench bench-ledger bench-bonds

help:
	@echo "make demo [PORT=8000]  set up and serve the demo"
	@echo "make demo-reset        throw the demo's data away"
	@echo "make test              run all tests (needs no service)"
	@echo "make check             style, types, layers, migrations"
	@echo "make soak              the long runs, with seeds printed"
	@echo "make bench             the measured claims, as JSON"
	@echo "make bench-bonds       outcome payments and waterfalls beside reading and writing the same rows, as JSON"
	@echo "make bench-ledger      the ledger beside other ledgers, as JSON [FULL=--full]"

setup:
	@scripts/environment.sh
	@scripts/system-packages.sh run

setup-test:
	@scripts/environment.sh
	@scripts/system-packages.sh test

demo: setup
	@$(PY) -m config.demo --port $(PORT)

demo-reset: setup
	@$(PY) -m config.demo --reset

test: setup-test
	@$(PY) -m pytest -n $(PROCESSES) --dist loadgroup

check: setup-test
	@scripts/check.sh

format: setup
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .
	@git ls-files 'templates/*.html' 'standin/*.html' | xargs .venv/bin/djade --target-version 5.2

lock: setup
	@.uv/bin/uv pip compile --quiet --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

soak: setup-test
	@$(PY) -m pytest -m soak tests -n 0 -s

bench: setup-test
	@$(PY) -m bench

bench-bonds: setup-test
	@$(PY) -m bench.bonds

bench-ledger: setup-test
	@$(PY) -m bench.ledger $(FULL)
