# make run · make test · make check · make simulate · make bench: each makes what it needs from nothing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install run test simulate chaos numbers-back bench gallery words check lock clean

help:  ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

install: .venv/.run  ## .venv with everything the shop needs

run: .venv/.run static/build/.made  ## the shop with its demo, on SQLite and the Stripe stand-in (PORT=8000)
	@set -a; [ ! -f .env ] || . ./.env; set +a; exec $(BIN)/python -m storefront.cli run

test: .venv/.dev static/build/.made  ## every test, on SQLite and PostgreSQL, with a real browser
	@bash .ci/browser
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(TESTS)

simulate: .venv/.dev  ## stories drawn from seeds (SEEDS=200 FIRST_SEED=1 STEPS=100 DB=sqlite|postgresql); SEED=7 tells one
	@cd tests && SEED=$(SEED) SEEDS=$(SEEDS) FIRST_SEED=$(FIRST_SEED) STEPS=$(STEPS) DB=$(DB) ../$(BIN)/python -m simulation
SEEDS ?= 200
FIRST_SEED ?= 1
STEPS ?= 100
DB ?= sqlite

bench: .venv/.dev static/build/.made  ## how fast, beside what the machine can do (ONLY=hold,page ROUNDS=3 SECONDS=5); var/bench.json
	@cd tests && ONLY=$(ONLY) ROUNDS=$(ROUNDS) SECONDS=$(SECONDS) ../$(BIN)/python -m bench

chaos: .venv/.dev static/build/.made  ## kills -9 at random under load (KILLS=200 DB=sqlite|postgresql SEED=…): nothing is lost, all ends
	@cd tests && KILLS=$(KILLS) DB=$(DB) SEED=$(SEED) ../$(BIN)/python -m chaos
KILLS ?= 200

numbers-back: .venv/.dev  ## how fast numbers return when so many payment pages end together (SESSIONS=500 DB=postgresql|sqlite)
	@cd tests && SESSIONS=$(SESSIONS) DB=$(DB) ../$(BIN)/python -m orders.coming_back
SESSIONS ?= 500

gallery: .venv/.dev  ## var/gallery.html: every motif in every metal and enamel, its back, its steps, textures and effects
	@cd tests && ../$(BIN)/python -m gallery

words: .venv/.dev  ## the translators' files beside the source, and what each language lacks
	@cd tests && ../$(BIN)/python -m wording

screenshots: .venv/.dev static/build/.made  ## var/screenshots: every page and state, on phone and desk, light and dark; axe looks too (ONLY=drop VIEWS=narrow,zoom,contrast,print,arabic)
	@bash .ci/browser
	@cd tests && ONLY="$(ONLY)" VIEWS="$(VIEWS)" SCALE=$(SCALE) ../$(BIN)/python -m screenshots

lighthouse: .venv/.dev  ## a running shop's pages on a throttled phone (URL=http://127.0.0.1:8000 ROUNDS=3 CERTIFICATE=…; needs npx)
	@cd tests && URL=$(URL) ROUNDS=$(ROUNDS) CERTIFICATE=$(CERTIFICATE) ../$(BIN)/python -m lighthouse

check: .venv/.dev  ## format, lint, types, imports, templates, spelling, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates storefront/sandbox/templates --lint --quiet
	$(BIN)/djlint templates storefront/sandbox/templates --check --quiet
	$(BIN)/codespell
	$(BIN)/python -m pytest -q tests/test_migrations.py

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --group build -o .locks/run.txt $(LOCK)
	uv pip compile pyproject.toml --extra s3 --group build --group dev -c .locks/run.txt -o .locks/dev.txt $(LOCK)
LOCK := --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -q

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: .locks/run.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r .locks/run.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .locks/dev.txt | .venv/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r .locks/dev.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@ .venv/.run

static/build/.made: storefront/fonts.py | .venv/.run
	$(BIN)/python -m storefront.fonts
	@touch $@

clean:  ## remove what was made, the demo's data included
	rm -rf .venv var static/build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
