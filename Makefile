# Two commands: `make report` builds an edition, `make test` runs every check.
# Both set up what they need; a second run skips what is done.

REGION ?= 23
MONTH  ?= 2024-02
REGIONS ?= 21
PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
UV := .cache/uv/bin/uv
PIP = $(PYTHON) -m pip --python $(BIN)/python --quiet --disable-pip-version-check
COMPILE = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header

.PHONY: report test bench lab quarto docs lock clean help .venv/lab .venv/by-uv .venv/by-pip
.PHONY: .cache/checker/by-uv .cache/checker/by-pip

help:
	@echo "make report [REGION=23] [MONTH=2024-02]  build an edition into public/"
	@echo "make test                                run all tests and the linter"
	@echo "make bench [REGIONS=21]                  measure a country's month beside stock papermill"
	@echo "make lab                                 open the notebooks in JupyterLab"
	@echo "make quarto                              install Quarto into the environment, where it can be had"
	@echo "make docs                                write docs/indicators.md from the catalogue"
	@echo "make lock                                pin the dependencies again"

report: .venv/installed
	@$(BIN)/vardlaget build --region "$(REGION)" --month "$(MONTH)"

test: .venv/installed .cache/browser .cache/checker/installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest -n 3 --dist worksteal

bench: .venv/installed
	@$(BIN)/python benchmarks/country.py --regions "$(REGIONS)"

# JupyterLab is installed on its first use: builds and tests do not need it.
lab: .venv/installed
	@[ -x $(BIN)/jupyter-lab ] || $(MAKE) --no-print-directory -s .venv/lab
	@$(BIN)/jupyter lab --notebook-dir=notebooks $$([ "$$(id -u)" != 0 ] || echo --allow-root)

quarto: .venv/installed
	@{ $(UV) pip install --python $(BIN)/python --editable ".[quarto]" && $(BIN)/quarto --version; } \
	  >.cache/quarto.log 2>&1 \
	  || echo "Quarto could not be installed here (see .cache/quarto.log); the embedded engine goes on."
	@$(BIN)/vardlaget engines

docs: .venv/installed
	@$(BIN)/python -m vardlaget.catalogue.document > docs/indicators.md

lock: $(UV)
	@$(COMPILE) --extra test --extra build pyproject.toml -o requirements.lock
	@$(COMPILE) --extra lab --extra test --extra build pyproject.toml -c requirements.lock -o requirements-lab.lock
	@$(COMPILE) --no-deps requirements-checker.in -o requirements-checker.lock

# uv creates the environment and installs the locked versions in seconds; where it cannot
# be had, the interpreter's own venv and pip do the same, more slowly. All is compiled here, once:
# where Python may not write bytecode, each command would compile two thousand modules.
.venv/installed: requirements.lock pyproject.toml src/vardlaget/pipeline/kernel/kernel.json
	@mkdir -p .cache
	@echo "Setting up the environment (once) …"
	@$(MAKE) --no-print-directory -s .venv/by-uv || $(MAKE) --no-print-directory -s .venv/by-pip
	@$(BIN)/python -m compileall -q -j 0 src
	@touch $@

.venv/by-uv: $(UV)
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .

.venv/by-pip:
	@$(PYTHON) -m venv --clear --without-pip .venv
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .

.venv/lab:
	@echo "Installing JupyterLab (once) …"
	@$(UV) pip install --quiet --python $(BIN)/python --requirement requirements-lab.lock \
	  || $(PIP) install --require-hashes --requirement requirements-lab.lock

$(UV):
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	  --target .cache/uv "uv==$(UV_VERSION)"

# The browser tests need Chromium. Without it they are skipped, and say so.
.cache/browser:
	@mkdir -p .cache
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests (once) …"; \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >.cache/chromium.log 2>&1 \
	  || echo "Chromium could not be installed (.cache/chromium.log); the browser tests will be skipped."; \
	else echo "Chromium is not installed and this user cannot install it; the browser tests will be skipped."; fi
	@touch $@

# The tests of PDFs call a checker that lives in an environment of its own.
.cache/checker/installed: requirements-checker.lock | .venv/installed
	@mkdir -p .cache
	@echo "Setting up the PDF checker (once) …"
	@{ $(MAKE) --no-print-directory -s .cache/checker/by-uv || $(MAKE) --no-print-directory -s .cache/checker/by-pip; } \
	  >.cache/checker.log 2>&1 && touch $@ \
	  || echo "The PDF checker could not be installed (.cache/checker.log); its tests will be skipped."

.cache/checker/by-uv: $(UV)
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .cache/checker
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes --python .cache/checker/bin/python requirements-checker.lock

.cache/checker/by-pip:
	@$(PYTHON) -m venv --clear --without-pip .cache/checker
	@$(PYTHON) -m pip --python .cache/checker/bin/python --quiet --disable-pip-version-check \
	  install --no-deps --require-hashes --requirement requirements-checker.lock

clean:
	rm -rf .venv .cache build public
