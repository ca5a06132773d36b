# What there is to do here. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Without this, SwiftPM writes its flags in a random order and compiles some dependencies again for nothing.
export SWIFT_DETERMINISTIC_HASHING := 1

CHECKED := --explicit-target-dependency-import-check error
RELEASE := -c release --static-swift-stdlib --product gatehouse $(CHECKED)
GATEHOUSE := .build/release/gatehouse
STEP := @scripts/step

.PHONY: help
help: ## List what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: install-deps release ## See it work: build it and run its demo (make demo ARGS=--once ends by itself)
	@exec $(GATEHOUSE) demo $(ARGS)

.PHONY: test
test: ## Everything that must be green: unit tests, the demo, real clients
	@scripts/step "everything" $(MAKE) --no-print-directory install-deps test-unit test-demo test-clients test-faults

.PHONY: test-unit
test-unit: ## Unit tests (debug build); make test-unit ARGS="--filter Exchange" runs some
	$(STEP) "building the tests (debug)" swift build --build-tests $(CHECKED)
	@# One after the other: hundreds at once on two cores make each other late, and lateness is what some of them look for.
	$(STEP) "running the tests" swift test --skip-build --disable-xctest --no-parallel $(CHECKED) $(ARGS)

.PHONY: test-demo
test-demo: release ## The demo as a smoke test of the release build
	$(STEP) "running the demo" $(GATEHOUSE) demo --once

.PHONY: test-clients
test-clients: release ## Real clients against a real process: every SDK, every provider, bad input, kill -9
	$(STEP) "running real clients" Tests/Clients/run.py --gateway $(GATEHOUSE) $(ARGS)

.PHONY: test-faults
test-faults: release ## Failing system calls, a full disk, kill -9: what the log does (make test-faults ARGS="--kills 200")
	$(STEP) "letting the world fail" Tests/Faults/run.py --gateway $(GATEHOUSE) $(ARGS)

.PHONY: test-postgres
test-postgres: ## The database that gateways share: servers killed under load, connections lost, the lead taken over
	@$(MAKE) --no-print-directory test-unit ARGS="--filter StorageTests.Postgres"

.PHONY: test-nightly
test-nightly: ## What takes long: everything, and two hundred times kill -9 under load
	@scripts/step "everything" $(MAKE) --no-print-directory test
	$(STEP) "kill -9, two hundred times" Tests/Faults/run.py --gateway $(GATEHOUSE) --kills 200 --seed $$(date +%j) $(ARGS)

.PHONY: leaf-differential
leaf-differential: ## Hold leaves against the reference implementation of RFC 8785 (rfc8785, from PyPI)
	$(STEP) "asking both" Tests/Differential/leaves

.PHONY: bench-ledger
bench-ledger: ## Measure the log beside SQLite and the disk alone (make bench-ledger ARGS="/folder 100000")
	$(STEP) "building the ledger's benchmark (release)" swift build $(RELEASE:gatehouse=ledger-benchmark)
	@.build/release/ledger-benchmark $(ARGS)

.PHONY: release
release: ## The release build: .build/release/gatehouse
	$(STEP) "building gatehouse (release)" swift build $(RELEASE)

.PHONY: bench
bench: release detector-benchmark codec-benchmark ## Measure it beside nginx and LiteLLM (make bench ARGS=--quick for a first look)
	@Benchmarks/run $(ARGS)

.PHONY: policy-differential
policy-differential: ## Hold the policy engine against the reference implementation (cedarpy, from PyPI)
	$(STEP) "building what answers" swift build $(RELEASE:gatehouse=cedar-decisions)
	$(STEP) "asking both" Tests/Differential/run

.PHONY: detector-benchmark
detector-benchmark:
	$(STEP) "building the detectors' benchmark (release)" swift build $(RELEASE:gatehouse=detector-benchmark)

.PHONY: bench-detectors
bench-detectors: detector-benchmark ## Measure the detectors beside Presidio, LLM Guard and detect-secrets (from PyPI)
	@Benchmarks/Detectors/side_by_side.py $(ARGS)

.PHONY: codec-benchmark
codec-benchmark:
	$(STEP) "building the codecs' benchmark (release)" swift build $(RELEASE:gatehouse=codec-benchmark)

.PHONY: fuzz
fuzz: ## Fuzz every parser that the network feeds (make fuzz SECONDS=600 for longer)
	@Fuzz/run.sh all $(or $(SECONDS),60)

.PHONY: format
format: ## Lay out the sources
	swift format --in-place --parallel --recursive Package.swift Sources Tests Fuzz

.PHONY: lint
lint: ## Say where layout or style differ
	$(STEP) "looking at the sources" swift format lint --strict --parallel --recursive Package.swift Sources Tests Fuzz

.PHONY: install-deps
install-deps: ## Install the system libraries that are missing (Debian and Ubuntu)
	$(STEP) "looking for system libraries" scripts/install-deps
