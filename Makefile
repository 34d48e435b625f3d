PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test check format lock bench accuracy docs clean debian-packages

help: ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(STAMP): requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(STAMP) ## build a demo image and a demo database, scan, and show the gate failing
	$(BIN)/python demo/run.py

test: $(STAMP) debian-packages check ## everything: lint, types, imports, unit, hostile-input and end-to-end tests
	$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder

# What the integration tests drive: skipped, and said so by the tests, where this is not Debian or not root.
DEBIAN_PACKAGES := mmdebstrap skopeo umoci docker-registry podman rpm xz-utils bzip2 zstd ruby composer elixir clamav-daemon chromium
debian-packages:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -z "$(SCANTLING_NO_APT)" ]; then \
	  want=""; for p in $(DEBIAN_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || want="$$want $$p"; done; \
	  command -v npm >/dev/null || want="$$want npm"; \
	  if [ -n "$$want" ]; then \
	    echo "installing for the integration tests:$$want"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$want \
	      </dev/null >/dev/null; \
	  fi; \
	else echo "not Debian as root: tests that need Debian's tools will skip"; fi

bench: $(STAMP) ## speed against a peer, in turn, medians; writes docs/performance.md's table
	$(BIN)/python tools/bench.py

accuracy: $(STAMP) debian-packages ## packages and findings against the ecosystems' own tools, as a table
	$(BIN)/python tools/accuracy.py
	$(BIN)/python tools/accuracy_syft.py
	$(BIN)/python tools/accuracy_secrets.py
	$(BIN)/python tools/accuracy_secrets_real.py
	$(BIN)/python tools/accuracy_secrets_java.py
	$(BIN)/python -m pytest -q tests/match tests/versions tests/e2e/test_every_distribution.py tests/e2e/test_syft_language_zoo.py

docs: $(STAMP) ## write the generated reference pages anew
	$(BIN)/python -m scantling.cli.reference docs/reference

lock: $(STAMP) ## write requirements/dev.txt anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --group dev --upgrade --quiet pyproject.toml -o requirements/dev.txt

check: $(STAMP) ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(STAMP) ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what make made
	rm -rf $(VENV) build dist demo-out .mypy_cache .ruff_cache .pytest_cache
