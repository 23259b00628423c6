# Every command a developer or a first-time user types. `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run dev test check lock bench fuzz reference

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.setup/venv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cairn needs Python 3.11 or newer (set PYTHON=...)."; exit 1; }
	"$(PYTHON)" -m venv .venv
	@mkdir -p .setup && touch $@

.setup/python: .setup/venv requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@# Cairn itself runs from this folder: its path on Python's, and a command that starts it.
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/cairn.pth"
	@printf '#!%s\nimport sys\n\nfrom cairn.cli.main import main\n\nsys.exit(main())\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/cairn
	@chmod +x $(BIN)/cairn
	@touch $@

.setup/python-dev: .setup/python requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.setup/npm: web/package-lock.json
	@command -v node >/dev/null || { echo "Cairn's web app is built with Node 20 or newer."; exit 1; }
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p .setup && touch $@

web/dist/index.html: .setup/npm $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

setup: .setup/python web/dist/index.html ## Install what running needs (quick when nothing changed)

setup-dev: setup .setup/python-dev ## Install what tests and checks need, too

run: setup ## Start everything with the demo shop on http://127.0.0.1:8000
	$(BIN)/cairn serve --demo

dev: setup-dev ## Start everything and restart the processes when code changes; the web app reloads on port 5173
	$(BIN)/cairn serve --demo --reload & trap 'kill $$!' EXIT; cd web && npm run dev

test: setup-dev ## Run all checks and tests
	.ci/test

check: setup-dev ## Lint, types and borders
	.ci/check

lock: setup-dev ## Resolve the dependencies anew into the lock files
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -c requirements.lock -o requirements-dev.lock

bench: setup-dev ## Run the benchmarks; each prints a last line of JSON
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/segments.py
	$(BIN)/python bench/imports.py
	$(BIN)/python bench/metrics.py
	$(BIN)/python bench/profiles.py
	$(BIN)/python bench/send.py

fuzz: setup-dev ## Send a real server many requests that nearly fit its description (minutes)
	CAIRN_FUZZ_EXAMPLES=$${CAIRN_FUZZ_EXAMPLES:-50} $(BIN)/python -m pytest tests/compatibility/test_fuzz.py

reference: setup ## Write the API's OpenAPI document and Postman collection to docs/reference
	mkdir -p docs/reference
	$(BIN)/cairn reference openapi > docs/reference/openapi.json
	$(BIN)/cairn reference postman > docs/reference/postman.json
