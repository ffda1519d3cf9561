# Every target sets up what it needs by itself, in VENV; nothing outside it is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench build docs clean

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY)  ## Plan the sample town; the results are in out/demo
	@$(BIN)/lianpian demo -o out/demo

test: $(READY)  ## Run the tests
	@$(BIN)/python -m pytest -n 2 -q

check: $(READY)  ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench  ## Measure against the peers, in one run
	$(BIN)/python -m benchmarks

build: $(READY)  ## Build the wheel and the source package into dist/
	$(BIN)/python -m build --outdir dist .

docs: $(READY)  ## Refresh the picture and the command outputs of the READMEs
	$(BIN)/python -m tests.picture docs/map.png
	$(BIN)/python -m tests.documents

clean:  ## Remove everything that was made
	rm -rf $(VENV) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml constraints.txt
	@# Debian keeps the pip of new environments in a package of its own; the pip of the system serves as well.
	$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { $(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install -qq --disable-pip-version-check pip; }
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

$(VENV)/.bench: $(READY)
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e ".[dev,bench]"
	@touch $@
