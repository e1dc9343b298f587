PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet -c constraints.txt
LOCK := requirements.lock
STARTER := models/starter/manifest.json
DATABASE := sqlite:///models/starter-scores.sqlite

# One stamp file for each set of packages: the engine, the pages, the documentation, and everything
# for development.
CORE := $(VENV)/.installed
WEB := $(VENV)/.web
DOCS := $(VENV)/.docs
DEV := $(VENV)/.dev

# What a built engine depends on. Pages, reports and commands are not part of it.
PACKAGES := utils records corpus encoders retrieval model careers persistence scoring
SOURCES := $(wildcard engine/*.py $(PACKAGES:%=engine/%/*.py) reference_tasks/*.csv)
WEIGHTS := models/work/SHA256SUMS models/careers/SHA256SUMS

# The weights come with the packages, so the hub is never contacted.
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := true

# Tests start many processes, and each would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo serve docs test test-docs test-browser test-reliability test-figures lint format
.PHONY: checksums messages lock audit sbom clean help

demo: $(STARTER)  ## Build the starter engine, score an example, show less exposed careers
	@$(BIN)/python scripts/demo.py --engine models/starter

serve: $(STARTER) $(WEB)  ## Serve the pages, and score the catalog in the background
	@$(BIN)/occupation-risk serve --score --engine models/starter --database $(DATABASE)

# Strict: a broken link, or an example of a notebook that fails, ends the build.
docs: $(STARTER) $(DOCS)  ## Build the documentation site in reports/site, with its notebooks
	OCCUPATION_RISK_ENGINE=$(CURDIR)/models/starter NO_MKDOCS_2_WARNING=1 \
	  $(BIN)/python -m mkdocs build --quiet --strict

# Each test process uses one thread, because threads of several processes wait for each other.
test: $(STARTER) $(DEV)  ## Run the tests; those on published data need that data
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --dist loadfile

test-browser: $(DEV)  ## Test the pages in Chromium; screenshots go to reports/screenshots
	$(BIN)/pytest -m browser

test-reliability: $(STARTER) $(DEV)  ## Run the tests behind docs/reliability.md that take minutes
	$(BIN)/pytest -m reliability

test-docs: $(STARTER) $(DEV)  ## Run the examples of the documentation and its notebooks
	OMP_NUM_THREADS=1 $(BIN)/pytest -m documents --numprocesses auto

test-figures: $(STARTER) $(DEV)  ## Test the published engine's scores; needs the published data
	$(BIN)/pytest -m figures

lint: $(DEV)  ## Check style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV)  ## Fix style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

checksums: $(CORE)  ## Write SHA256SUMS of the weights that ship, after they have changed
	$(BIN)/python scripts/training/write_checksums.py

# The lock leaves torch out, because each system needs a different build.
messages: $(DEV)  ## Update the messages of the pages in all languages, after they have changed
	$(BIN)/python scripts/messages.py

LOCKED := web mcp plots postgresql ray
lock: $(DEV)  ## Pin and hash all packages that users of the engine and its servers install
	echo torch | $(BIN)/uv pip compile --quiet pyproject.toml $(LOCKED:%=--extra %) \
	  --constraint constraints.txt --excludes /dev/stdin --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
	  --output-file $(LOCK)

audit: $(DEV)  ## Check the locked packages for known vulnerabilities; asks PyPI
	$(BIN)/pip-audit --require-hashes --disable-pip --strict --requirement $(LOCK)

sbom: $(DEV)  ## List the locked packages and torch, with licenses, in reports/sbom.cdx.json (CycloneDX)
	$(BIN)/python scripts/releases/sbom.py reports/sbom.cdx.json

release: $(DEV)  ## Build wheel, source archive and SBOM of the last commit in dist/, reproducibly
	$(BIN)/python scripts/releases/build.py dist
	$(BIN)/python scripts/releases/sbom.py dist/sbom.cdx.json

clean:  ## Remove the environment and the built engines
	rm -rf $(VENV) models/starter models/published

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-18s%s\n", $$1, $$2}' Makefile

# torch is installed first, at the pinned version: newer releases for Linux bring gigabytes of CUDA.
$(CORE): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) torch
	$(PIP) -e .
	touch $@

$(WEB): $(CORE)
	$(PIP) -e '.[web]'
	touch $@

$(DOCS): $(CORE)
	$(PIP) -e '.[docs]'
	touch $@

$(DEV): $(CORE)
	$(PIP) -e '.[dev]'
	touch $@

# A new version of a package does not make the engine stale, so only the order matters.
$(STARTER): $(SOURCES) $(WEIGHTS) | $(CORE)
	@$(BIN)/occupation-risk build --reference starter --output models/starter
	@touch $@
