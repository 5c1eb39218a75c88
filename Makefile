# One word per chore. Each is a module in scripts/; the only thing it needs is Python 3.11 or newer,
# and scripts/venv says how to get that. Works with the make of macOS (3.81).

.DEFAULT_GOAL := help
.PHONY: help install run test check lint types messages build e2e docs screenshots captures faults lively bench profile
.NOTPARALLEL:

PYTHON_OF_VENV := .venv/bin/python

help: ## say what each word does
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/\1 \2/p' Makefile | \
	  while read -r word text; do printf '  make %-12s %s\n' "$$word" "$$text"; done

install: ## install what running needs: Python and Node packages, the widget
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.install

run: ## install, then serve the product and the demo site (PORT=8000 DEMO_PORT=8100)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.run

test: ## install what tests need and run all of them, with real servers and a real browser
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.test

check: ## what must pass before a commit: lint, types, import rules, sizes, quick tests
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.check

lint: ## ruff and biome; make lint FIX=1 mends what they can mend
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.check lint

types: ## mypy and tsc, strict
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.check types

messages: ## take new texts of the workspace into the translations
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.messages

build: ## build the widget again
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.build

e2e: ## the tests in a real browser alone (LOSSY=1: on a Redis that loses, doubles, swaps)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.test e2e

docs: ## check that the papers tell what the code does
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.test docs

screenshots: ## take every main screen, phone and desktop, light and dark, into screenshots/
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.screenshots

captures: ## take five moments of the chat as moving pictures into docs/captures/ (ONLY=picture)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.captures

faults: ## break every part at full size and write what it cost into docs/reliability.md (ONLY="F3 F7" SEED=1 CHURN=10)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.faults

lively: ## an hour of a lively room in ten minutes, followed by a browser (MINUTES=10 PEOPLE=200 SEED=1)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.lively

bench: ## measure beside other chats, write docs/benchmarks.md (FAN=1 … one part, SHORT=1 in minutes, ONLY=)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.bench

profile: ## show where the time of a serving process goes, for fan-out and durable sends (FAN=1 INGEST=1 SECONDS=5)
	@scripts/venv && exec $(PYTHON_OF_VENV) -m scripts.profile
