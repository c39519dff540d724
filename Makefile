# Two commands: `make run` opens the chat, `make test` runs the tests. Each sets up what it needs.
# PYTHON: the interpreter to build .venv from. TORCH_INDEX: where pip finds a CPU build of torch.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.10 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
MODEL := embeddings/models/e5-small-press
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
HOST ?= 127.0.0.1
PORT ?= 7860

.PHONY: help setup run test lint format clean

help:
	@echo "make run    ouvrir le chat (http://$(HOST):$(PORT))    open the chat"
	@echo "make test   lancer les tests                          run the tests"
	@echo "make lint   ruff et mypy                              ruff and mypy"

setup: $(VENV)/.ready $(MODEL)/model.safetensors

run: setup
	@$(BIN)/qa serve --host $(HOST) --port $(PORT)

test: setup $(VENV)/.ready-test
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.ready $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.ready-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.ready: pyproject.toml constraints.txt scripts/install_torch.sh
	@test -n "$(PYTHON)" || { echo "Python >= 3.10 introuvable / not found" >&2; exit 2; }
	@echo "Installation dans $(VENV) (une fois, quelques minutes)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sh scripts/install_torch.sh $(BIN)/python $(TORCH_INDEX)
	@$(PIP) install -c constraints.txt -e '.[layout,mcp]'
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	@$(PIP) install -c constraints.txt -e '.[layout,mcp,test,lint]'
	@touch $@

# The same weights for sentence-transformers and torch, derived from the ONNX file.
$(MODEL)/model.safetensors: $(MODEL)/model.onnx $(VENV)/.ready
	@$(BIN)/python -m embeddings.building torch-layout

clean:
	rm -rf $(VENV) $(MODEL)/model.safetensors
