# Git Quest: make demo shows the whole loop, make test proves it, make lab opens it.
# Each installs what it needs into .venv first; only Python >= 3.11, git and make have to be there.

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo
STUDENTS := 12
NAME ?=

export PATH := $(CURDIR)/$(BIN):$(PATH)
export JUPYTER_PLATFORM_DIRS := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help install demo test lab bench build clean lock

help: ## list what make can do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.installed ## make .venv and install everything, at the locked versions

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Git Quest needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install ## play a whole term in demo/: build, hand in, grade, reward, report
	rm -rf $(DEMO)
	gitquest init $(DEMO) --from .
	gitquest build --root $(DEMO)
	gitquest release --all --root $(DEMO)
	gitquest rehearse --root $(DEMO) --students $(STUDENTS) --exchange-student rehearsal-remote
	gitquest collect --root $(DEMO)
	gitquest grade --root $(DEMO)
	gitquest award --root $(DEMO)
	gitquest feedback git-01-first-repository --root $(DEMO)
	gitquest load --root $(DEMO)
	gitquest report quest-difficulty --root $(DEMO)
	gitquest leaderboard --root $(DEMO)
	gitquest report lesson-funnel --root $(DEMO)

test: install ## lint, types, the gate, the notebooks and the tests
	ruff check --quiet .
	ruff format --quiet --check .
	mypy
	gitquest build --check
	gitquest gate
	GITQUEST_EVENTS=off python -m pytest --quiet --nbval-lax source
	python -m pytest --quiet tests/gitquest_kernel/confinement/escape
	python -m pytest --numprocesses 2 --ignore tests/gitquest_kernel/confinement/escape tests

lab: install ## open JupyterLab on the student notebooks
	cd release && jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

bench: install ## measure, side by side; NAME=grading measures one
	python -m tests.benchmarks $(NAME)

build: install ## build source/ and release/ from courses/
	gitquest build

lock: install ## write the versions that are installed now into constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable --exclude gitquest > constraints.txt

clean: ## remove what make made
	rm -rf .venv $(DEMO)
