# The few commands people type. Every one sets up what it needs itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check bench chaos deep lock clean

BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 14

setup: ## an environment for development in .venv
	@.ci/environment dev

demo: ## try Fieldmark in a browser, with three made-up contests and a contest in rounds
	@.ci/environment app
	@$(BIN)/fieldmark demo

test: ## all tests; some of them: make test ARGS="-k tally"
	@.ci/prepare
	@.ci/environment dev
	@$(MAKE) --no-print-directory node_modules/.package-lock.json
	@$(BIN)/pytest -n 2 $(ARGS)

coverage: ## which lines and branches of the engine its own tests never reach
	@.ci/environment dev
	@$(BIN)/coverage run -m pytest -q tests/scoring tests/contests tests/rubrics
	@$(BIN)/coverage report

check: node_modules/.package-lock.json ## style, types, the directions of imports, and what the oldest phones know
	@.ci/environment dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir build/import-linter
	npm run --silent types
	npm run --silent oldest

bench: ## how fast it is, on this machine; a part of it: make bench ARGS=phones
	@.ci/prepare
	@.ci/environment dev
	@[ -d tests/bench/node_modules/lighthouse ] || npm ci --silent --no-fund --no-audit --ignore-scripts --prefix tests/bench
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench $(ARGS)

chaos: ## nothing lost, nothing doubled: CASES random days on the road from SEED on, with real servers and real pages
	@.ci/prepare
	@.ci/environment dev
	@[ -d node_modules/fake-indexeddb ] || npm ci --silent --no-fund --no-audit
	@$(BIN)/python -m tests.chaos

deep: ## what takes hours: changed lines that a test must notice, CASES random contests and days on the road; writes docs/deep.md
	@.ci/environment dev
	@$(BIN)/python -m tests.deep

lock: ## lock the newest releases in requirements/*.txt, and the packages for Node
	@.ci/environment dev
	@export UV_CUSTOM_COMPILE_COMMAND="make lock"; cd requirements; \
	for name in bootstrap app dev; do ../$(COMPILE) $$name.in --output-file $$name.txt; done
	@npm install --silent --package-lock-only
	@npm install --silent --package-lock-only --prefix tests/bench
	@sed -i -z -E 's/,\n +"funding": (\{[^}]*\}|\[[^]]*\])//g' package-lock.json tests/bench/package-lock.json  # npm writes down whom one may pay

clean: ## remove everything that can be made again
	rm -rf .venv node_modules tests/bench/node_modules build dist mutants .hypothesis
	find app scoring tests -name __pycache__ -prune -exec rm -rf {} +

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo "make check needs Node.js 20 or newer with npm, for the scripts of static/."; exit 1; }
	npm ci --silent --no-fund --no-audit
	@touch $@
