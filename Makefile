# What there is to type. `make help` prints what stands after the two hashes.
# POSTS narrows a target to some posts:     make POSTS="one-post another-post"
# PYTHON chooses the interpreter, once:     make PYTHON=python3.12
# POSTS, ROUNDS and BENCH (more options) say how much to measure: make bench POSTS=50 ROUNDS=5 BENCH="--sample 8"
# NIGHTLY passes options on to the night:   make nightly NIGHTLY="--rebuild"
# PYTEST passes arguments on to the tests:  make test PYTEST="-k sizes"

POSTS ?=
NIGHTLY ?=
ROUNDS ?=
BENCH ?=
LEVER ?=
BEFORE ?=
PYTEST ?= --numprocesses auto --dist worksteal

annexe := .venv/bin/annexe

# The tests start Python hundreds of times: what it compiled once is kept, also where the environment says not to.
unexport PYTHONDONTWRITEBYTECODE

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:

.PHONY: all
all: set-up ## Set this checkout up, then build and check every attachment
	@$(annexe) build $(POSTS)

.PHONY: check
check: set-up ## Check what is built, and build nothing
	@$(annexe) check $(POSTS)

.PHONY: nightly
nightly: set-up ## Build what is stale, check everything, look at the sites, report (NIGHTLY="--rebuild")
	@$(annexe) nightly $(NIGHTLY)

.PHONY: html
html: set-up ## Make the web pages only
	@$(annexe) build --only html $(POSTS)

.PHONY: pdf
pdf: set-up ## Make the attachments only
	@$(annexe) build --only pdf $(POSTS)

.PHONY: sizes
sizes: set-up ## Compare the attachments with their published sizes
	@$(annexe) sizes $(POSTS)

.PHONY: site
site: all ## Build, then write the static site of all posts into the folder site
	@$(annexe) publish --to site --yes $(POSTS)

.PHONY: doctor
doctor: set-up ## Say what this machine lacks, and the command that mends it
	@$(annexe) doctor

# How much of pipeline/ the tests reach is measured where all of them run, not where PYTEST chooses some.
measured := $(if $(filter file,$(origin PYTEST)),.venv/bin/coverage run -m pytest,.venv/bin/pytest)
report_coverage := $(if $(filter file,$(origin PYTEST)),.venv/bin/coverage combine --quiet && .venv/bin/coverage report,true)

.PHONY: test
test: set-up-dev ## Run every quick test: style, types, scripts, behaviour; say how much of pipeline/ they reach
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict
	shellcheck --external-sources tools/*.sh .ci/run
	@rm -rf .cache/coverage && mkdir -p .cache/coverage
	$(measured) $(PYTEST)
	@$(report_coverage)

.PHONY: test-heavy
test-heavy: set-up-dev ## Run the tests that make test leaves out because they take long
	.venv/bin/pytest -m heavy $(PYTEST)

.PHONY: test-all
test-all: test test-heavy ## Run every test that needs nothing but this machine: the quick ones, then the heavy ones

.PHONY: test-wordpress
test-wordpress: set-up-dev ## Publish to a real WordPress, fetched and started by the tests
	@tools/system-libraries.sh wordpress browser
	@tools/wordpress.sh >/dev/null
	.venv/bin/pytest -m wordpress --numprocesses auto --maxprocesses 4 tests/publish/wordpress

.PHONY: test-cluster
test-cluster: set-up-dev set-up-cluster ## Build on a real Dask cluster, started by the tests on this machine
	.venv/bin/pytest -m cluster --numprocesses auto --maxprocesses 2 tests/build/cluster

.PHONY: approve
approve: set-up-dev ## Accept how the pages of the posts and the specimen look now, once somebody looked at them
	@.venv/bin/python -m tools.approve

.PHONY: conformance
conformance: set-up-dev ## Have veraPDF judge the posts, the specimen and made-up posts: PDF/UA-1 and PDF/A-2a
	@tools/system-libraries.sh java
	@.venv/bin/python -m tools.conformance

.PHONY: format
format: set-up-dev ## Write the code the way the tests want it
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: bench
bench: set-up-bench ## Measure Annexe and what a user would take instead, round by round (POSTS=50 ROUNDS=5)
	@.venv/bin/python -m bench $(if $(POSTS),--posts $(POSTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH)

.PHONY: bench-long
bench-long: set-up-bench ## Measure long documents: time and memory a page (ROUNDS=5)
	@.venv/bin/python -m bench.long $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH)

.PHONY: bench-unchanged
bench-unchanged: set-up-bench ## Measure runs that find nothing to do, or one edited post (POSTS="100 1000 10000")
	@.venv/bin/python -m bench.unchanged $(POSTS) $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH)

.PHONY: bench-start
bench-start: set-up-bench ## Measure how long the shortest commands take, and their imports (ROUNDS=15)
	@.venv/bin/python -m bench.start $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH)

.PHONY: bench-lever
bench-lever: set-up-bench ## Measure a change against a checkout without it (LEVER="words for it" BEFORE=FOLDER)
	@.venv/bin/python -m bench.lever "$(LEVER)" --before "$(BEFORE)" $(if $(POSTS),--posts $(POSTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH)

.PHONY: bench-stages
bench-stages: set-up-bench ## Measure where the time of an attachment goes (ROUNDS=50)
	@.venv/bin/python -m bench.stages $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH)

.PHONY: bench-report
bench-report: set-up ## Write docs/performance.md's tables and picture anew from bench/results.json
	@.venv/bin/python -m bench.report

.PHONY: picture
picture: all ## Remake the picture at the head of the README from the first post
	.venv/bin/python tools/picture.py docs/first-pages.png $(wildcard build/reflections-trafficking-in-persons/*.pdf)

.PHONY: lock
lock: set-up-dev ## Remake the lock files from pyproject.toml, changing no more than it asks for
	@tools/lock.sh

.PHONY: lock-upgrade
lock-upgrade: set-up-dev ## Remake the lock files with the newest releases that pyproject.toml allows
	@tools/lock.sh upgrade

.PHONY: lock-check
lock-check: set-up-dev ## Fail where the lock files are not what pyproject.toml asks for
	@tools/lock.sh check

.PHONY: set-up
set-up: ## Set up what building needs, and say nothing where that is done
	@tools/set-up.sh

.PHONY: set-up-dev
set-up-dev: ## Set up what testing needs besides
	@tools/set-up.sh dev

.PHONY: set-up-bench
set-up-bench: ## Set up what Annexe is measured against besides
	@tools/set-up.sh bench

.PHONY: set-up-cluster
set-up-cluster: ## Set up what building past one machine needs besides: Dask, a shared cache
	@tools/set-up.sh cluster

.PHONY: clean
clean: ## Remove what was built
	rm -rf build

.PHONY: distclean
distclean: clean ## Remove all that a clone has not, .venv too
	rm -rf .venv .cache dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help
help: ## Print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1 == "all" ? "" : $$1, $$2 }' $(MAKEFILE_LIST)
