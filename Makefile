# make demo, make test: each sets up what it needs in .venv, once.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

AIRFLOW := .airflow/installed

.PHONY: demo test slow-test browser-test airflow-test flink-test prism-test lint types site install clean

demo: $(INSTALLED)
	$(BIN)/flanbeam demo --out demo

test: $(INSTALLED)
	$(BIN)/python -m pytest -m "not slow and not browser and not airflow and not flink and not prism" -n 2

slow-test: $(INSTALLED)
	$(BIN)/python -m pytest -m "slow and not browser and not airflow and not flink and not prism" -n 2

# The DAGs in deploy/airflow, with Airflow itself; it has requirements of its own.
airflow-test: $(AIRFLOW)
	.airflow/bin/python -m pytest -m airflow --confcutdir=tests/deploy tests/deploy/test_airflow.py

# Needs Chromium and npm; axe-core stays in .browser.
browser-test: $(INSTALLED)
	npm install --silent --no-audit --no-fund --prefix .browser axe-core@4
	FLANBEAM_AXE=.browser/node_modules/axe-core/axe.min.js $(BIN)/python -m pytest -m browser

# Needs Java and Maven; Flink stays in .flink, 430 MB.
flink-test: $(INSTALLED)
	PYTHON=$(BIN)/python deploy/flink/fetch.sh .flink
	FLANBEAM_FLINK=.flink $(BIN)/python -m pytest -m flink

# Needs Go; Prism stays in .prism, 66 MB.
prism-test: $(INSTALLED)
	PYTHON=$(BIN)/python deploy/prism/fetch.sh .prism
	FLANBEAM_PRISM=.prism/prism $(BIN)/python -m pytest -m prism tests/pipelines/test_prism.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(INSTALLED)
	$(BIN)/mypy

# The documentation, in build/site; needs no network.
site: $(INSTALLED)
	$(BIN)/python docs/make_site.py build/pages
	$(BIN)/zensical build --strict --config-file mkdocs.yml

install: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "flanbeam needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv --upgrade-deps .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(INSTALLED)

$(AIRFLOW): deploy/airflow/requirements.txt
	$(PYTHON) -m venv --upgrade-deps .airflow
	.airflow/bin/python -m pip install --quiet --requirement deploy/airflow/requirements.txt
	touch $(AIRFLOW)

clean:
	rm -rf .venv .airflow .browser .flink .prism demo build dist *.egg-info
