# PixStudio. `make run` and `make test` do everything; `make help` lists the rest.

PORT ?= 8000
SANDBOX_PORT ?= 8100
DATA ?= data
SPEED ?= 5
PYTEST ?=
export PIXSTUDIO_DATA = $(abspath $(DATA))

V := .venv/bin/python

.PHONY: help run test test-fast bench lint lock screenshots clean

help:
	@echo "make run          the whole studio (PORT=8000 SANDBOX_PORT=8100 DATA=data SPEED=5)"
	@echo "make test         every check and every test, a browser included"
	@echo "make test-fast    the tests without browser and killed processes"
	@echo "make bench        figures beside their targets"
	@echo "make lint         formatting, rules and types"
	@echo "make screenshots  pictures of every page into docs/screenshots/"
	@echo "make lock         pin the dependencies of pyproject.toml again"
	@echo "make clean        remove .venv (your data stays)"

run: .venv/ready
	@$(V) manage.py run --port $(PORT) --sandbox-port $(SANDBOX_PORT) --speed $(SPEED)

test: .venv/ready-test
	@.ci/browser
	@$(V) .ci/check.py all $(PYTEST)

test-fast: .venv/ready-test
	@$(V) -m pytest -n 4 --dist worksteal -q -m "not browser and not kill" $(PYTEST)

bench: .venv/ready-test
	@$(V) -m tests.bench $(BENCH)

lint: .venv/ready-test
	@$(V) .ci/check.py lint

screenshots: .venv/ready-test
	@.ci/browser
	@$(V) -m tests.screenshots

lock: .venv/ready-test
	@.ci/lock

clean:
	rm -rf .venv

.venv/ready: .requirements/run.txt
	@.ci/venv .requirements/run.txt
	@touch $@

.venv/ready-test: .requirements/test.txt
	@.ci/venv .requirements/test.txt
	@touch $@ .venv/ready
