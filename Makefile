# Needs only python3 (3.11 to 3.13, with its venv module) and make. Everything else goes into .venv.
PYTHON ?= python3
CLIENT ?= librairie-des-tilleuls
PERIOD ?= 2025-Q4
JOBS   ?= auto
BIN    := .venv/bin
RUN    := $(BIN)/python -m analysis
# Where the system keeps certificates (a firm's own, say), uv trusts those; else those it carries.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/*.* /etc/pki/tls/certs/*.* /System/Library/Keychains),1,0)
LOCK   := --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help env lab report reports research lessons data test slow bench lint verify lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: .venv/installed ## Set up .venv from requirements.lock

lab: .venv/installed ## Open JupyterLab at the three doors
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb \
	  --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

report: .venv/installed ## Render one client's report (CLIENT=… PERIOD=…)
	@$(RUN) report $(CLIENT) --period $(PERIOD)

reports: .venv/installed ## Render every client's report that has changed (PERIOD=…)
	@$(RUN) reports --period $(PERIOD)

verify: .venv/installed ## Render every client's finished report again and compare each byte
	@status=0; for manifest in reports/client/*/*/*/manifest.json; do \
	  test -f "$$manifest" || { echo "There is no report yet: make reports"; exit 2; }; \
	  $(RUN) verify "$$(dirname "$$manifest")" || status=$$?; done; exit $$status

research: .venv/installed ## Render the research notebooks
	@for notebook in notebooks/research/*.ipynb; do $(RUN) run $$notebook || exit $$?; done

lessons: .venv/installed ## Build the student and solution notebooks from their sources
	@$(RUN) lessons

data: .venv/installed ## List the bundled data sets and those that can be fetched
	@$(RUN) data list

test: .venv/tested ## Check style, then run the tests on all cores (make slow: those that take long)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup

slow: .venv/tested ## Run the tests that take long: drawn again and again, killed at random, in browsers
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup -m slow

lint: .venv/tested ## Check the style of the code, the notebooks and their texts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(RUN) lint

bench: .venv/tested ## Time reports beside papermill, nbconvert and R Markdown (several minutes)
	@$(BIN)/python -m benchmarks.reports

lock: .venv/uv ## Pin the newest allowed versions, then check them on each Python
	$(BIN)/uv pip compile $(LOCK) --upgrade pyproject.toml --group build --extra dev --extra cluster -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCK) --upgrade pyproject.toml --group build -c requirements-dev.lock -o requirements.lock
	echo uv | $(BIN)/uv pip compile $(LOCK) --upgrade - -o requirements-uv.lock
	for version in 3.11 3.12 3.13; do \
	  $(BIN)/uv pip install --quiet --dry-run --require-hashes --python-version $$version \
	    --target .venv/dry-$$version -r requirements-dev.lock || exit 1; done

clean: ## Remove rendered reports, the derived store and .venv
	rm -rf .venv data/store reports/client reports/research reports/learn reports/index.html reports/.cards reports/.hashes.json

.venv/uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed; '$(PYTHON)' is another version. Try: make PYTHON=python3.12 …" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "The venv module of $(PYTHON) is missing. On Debian and Ubuntu: apt install python3-venv" >&2; rm -rf .venv; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/installed: .venv/uv requirements.lock pyproject.toml
	@echo "Setting up .venv (a minute or two the first time)"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/tested: .venv/installed requirements-dev.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@
