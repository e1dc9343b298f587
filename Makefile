PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
STARTER := models/starter/manifest.json
LOCK := requirements.lock
DATABASE := sqlite:///models/starter-scores.sqlite

# Model hubs are never asked: weights come with the packages.
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := true

.PHONY: demo serve test test-browser test-reliability test-figures lint format clean checksums lock audit sbom

demo: $(STARTER)  ## build the starter engine if need be, score an example, show safer careers
	@$(BIN)/python scripts/demo.py --engine models/starter

serve: $(STARTER)  ## serve the pages at once, and score the catalogue meanwhile if need be
	@$(BIN)/occupation-risk serve --score --engine models/starter --database $(DATABASE)

# A process a core, each of one thread: threads of several processes would wait for each other.
test: $(STARTER)  ## all tests; those on real data run where ../shared/data or the data folder is
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --dist loadfile

test-browser: $(INSTALLED)  ## a reader's way in Chromium; screenshots in reports/screenshots
	$(BIN)/pytest -m browser

test-reliability: $(STARTER)  ## crashes, fuzz, load: what proves docs/reliability.md and takes minutes
	$(BIN)/pytest -m reliability

test-figures: $(STARTER)  ## golden scores and left-out figures of what ships; needs the published data
	$(BIN)/pytest -m figures

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

checksums: $(INSTALLED)  ## SHA-256 of the weights that ship; after one of them was made anew
	$(BIN)/python scripts/write_checksums.py

# torch is left out: each system has its own, and its sources differ.
lock: $(INSTALLED)  ## pin and hash all that users of the engine, the site and PostgreSQL install
	echo torch | $(BIN)/uv pip compile --quiet pyproject.toml --extra web --extra postgresql \
	  --constraint constraints.txt --excludes /dev/stdin --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
	  --output-file $(LOCK)

audit: $(INSTALLED)  ## known vulnerabilities of all that is locked; asks PyPI
	$(BIN)/pip-audit --require-hashes --disable-pip --strict --requirement $(LOCK)

sbom: $(INSTALLED)  ## reports/sbom.cdx.json: all that is locked, and torch, in CycloneDX
	@mkdir -p reports
	{ cat $(LOCK); grep '^torch==' constraints.txt; } | $(BIN)/cyclonedx-py requirements - \
	  --pyproject pyproject.toml --output-reproducible --output-file reports/sbom.cdx.json

clean:
	rm -rf $(VENV) models/starter models/published

# torch comes first and pinned: its newest release pulls in gigabytes that a CPU has no use for.
$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt torch
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

$(STARTER): $(INSTALLED) models/work/SHA256SUMS $(wildcard reference_tasks/*.csv) $(wildcard engine/*.py)
	@$(BIN)/python scripts/build_index.py --reference starter --output models/starter
