# Everything that a new clone needs, in one word each. `make help` lists the words.

SWIFT ?= swift
# Numeric tests also run optimised: that is the code that users run.
NUMERIC := 'StatisticsTests|TensorsTests|ModelsTests|TrainingTests|CompressionTests'
# Random projects run 40 seeds in a debug build, and 2,000 in an optimised one.
RANDOM := 'RandomProjectTests'
# Swift's libraries go into the program: see docs/decisions/0010-a-quick-start.md.
RELEASE := -c release --static-swift-stdlib
SOURCES := Package.swift Sources stages Tests Plugins \
	Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Tests

.PHONY: help deps peer build repro test test-debug test-release test-kernels test-address test-thread lint crash fuzz slice onnx bench figures clean
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## list these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## check Swift, install the system libraries (apt, as root) or say how
	@sh scripts/deps.sh

build: deps ## bin/nlpipe, optimised
	$(SWIFT) build $(RELEASE) --product nlpipe
	@mkdir -p bin
	@ln -sfn "$$($(SWIFT) build $(RELEASE) --show-bin-path)/nlpipe" bin/nlpipe
	@bin/nlpipe --version

repro: build ## the whole pipeline on the real data, then its numbers
	bin/nlpipe repro
	bin/nlpipe metrics show metrics/evaluate.json metrics/speed.json

test: deps peer test-debug test-release ## every test; the numeric ones optimised as well

peer: ## real DVC, which the conformance suite compares with (once, outside the checkout)
	@sh scripts/peer-dvc.sh >/dev/null || [ -z "$$NLPIPE_REQUIRE_PEER" ]

test-debug:
	$(SWIFT) test

test-release:
	$(SWIFT) test -c release --scratch-path .build-release -Xswiftc -enable-testing \
		--filter $(NUMERIC) --filter $(RANDOM)

test-kernels: ## the numeric tests again, optimised, with other kernels forced
	for kernel in avx2 scalar; do NLPIPE_KERNEL=$$kernel $(SWIFT) test -c release \
		--scratch-path .build-release -Xswiftc -enable-testing --filter $(NUMERIC) || exit 1; done

test-address: ## the numeric tests under the address sanitizer; undefined behaviour in C traps
	NLPIPE_UNDEFINED=1 LSAN_OPTIONS=suppressions=Tests/leaks.supp:print_suppressions=0 \
		$(SWIFT) test --sanitize=address --scratch-path .build-address --filter $(NUMERIC)

test-thread: ## the numeric tests under the thread sanitizer
	TSAN_OPTIONS=halt_on_error=1 \
		$(SWIFT) test --sanitize=thread --scratch-path .build-thread --filter $(NUMERIC)

lint: ## layout and style of every Swift file
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

crash: build ## kill the program at every step, then sixteen at once (about 15 minutes)
	bash scripts/crash-sweep.sh bin/nlpipe
	bash scripts/hammer.sh 60 bin/nlpipe 1
	bash scripts/hammer.sh 60 bin/nlpipe 4
	bash scripts/hammer.sh 60 bin/nlpipe 4 shared

fuzz: ## libFuzzer on the readers of damaged files, TIME=60 seconds each
	SWIFT="$(SWIFT)" bash Tests/Fuzz/run.sh $(or $(TIME),60)

slice: build ## the pipeline's promises, on a slice of the real data (about 6 minutes)
	bash scripts/slice.sh

onnx: build ## the exported models in ONNX Runtime beside nlpipe; ONNX=--optimum: through optimum too
	bin/nlpipe repro export
	sh scripts/onnx.sh $(ONNX)

bench: build ## nlpipe beside PyTorch, ONNX Runtime and tokenizers, in one run (about 15 minutes); BENCH=--engine: DVC
	SWIFT="$(SWIFT)" bash Benchmarks/run.sh $(BENCH)

figures: ## the numbers of metrics/ into README.md, those of the study's runs into its page
	python3 scripts/figures.py
	python3 scripts/study.py

clean: ## remove what the build made; data, models and caches stay
	rm -rf .build .build-release .build-address .build-thread .build-fuzz Benchmarks/.build Benchmarks/.work bin
