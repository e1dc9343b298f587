PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
STARTER := models/starter/manifest.json
DATABASE := sqlite:///models/starter-scores.sqlite

# Model hubs are never asked: weights come with the packages.
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := true

.PHONY: demo serve test test-browser test-reliability lint format clean

demo: $(STARTER)  ## build the starter engine if need be, score an example, show safer careers
	@$(BIN)/python scripts/demo.py --engine models/starter

serve: $(STARTER)  ## serve the pages at once, and score the catalogue meanwhile if need be
	@$(BIN)/occupation-risk serve --score --engine models/starter --database $(DATABASE)

test: $(STARTER)  ## all tests; those on real data run where ../shared/data or the data folder is
	$(BIN)/pytest

test-browser: $(INSTALLED)  ## a reader's way in Chromium; screenshots in reports/screenshots
	$(BIN)/pytest -m browser

test-reliability: $(STARTER)  ## crashes, fuzz, load: what proves docs/reliability.md and takes minutes
	$(BIN)/pytest -m reliability

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) models/starter models/published

# torch comes first and pinned: its newest release pulls in gigabytes that a CPU has no use for.
$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt torch
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

$(STARTER): $(INSTALLED) $(wildcard reference_tasks/*.csv) $(wildcard engine/*.py)
	@$(BIN)/python scripts/build_index.py --reference starter --output models/starter
