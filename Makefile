# The two commands of the README: `make demo` and `make test`. Each installs what is missing
# (Debian 12 packages, see .ci/setup), builds, and does its job.

.DEFAULT_GOAL := help
.PHONY: help setup build demo test sanitize fuzz bench format clean

BIN := build/release/bin
FUZZ_SECONDS := 60
DEMO_LOG := build/demo.jsonl
CAPTURE := testdata/captures/lost-waker/console-record.jsonl

help:
	@echo 'make demo      build, run an example with the coloured stream, replay its log'
	@echo 'make test      build and run every test'
	@echo 'make sanitize  every test under ASan+UBSan, then under TSan (clang 16)'
	@echo 'make fuzz      the fuzzers, two minutes of them (FUZZ_SECONDS=60 each)'
	@echo 'make bench     the benchmarks: ratios against a reference measured in the same run'
	@echo 'make build     only build/release/bin'
	@echo 'make format    clang-format every source in place'

setup:
	@.ci/setup

build: setup
	@.ci/build release

demo: setup
	@.ci/build release ari-replay ari-example-workshop
	@echo
	@echo '$$ ARI=stdout,jsonl:$(DEMO_LOG) $(BIN)/ari-example-workshop'
	@ARI=stdout,jsonl:$(DEMO_LOG) $(BIN)/ari-example-workshop
	@echo
	@echo '$$ $(BIN)/ari-replay summary $(DEMO_LOG)'
	@$(BIN)/ari-replay summary $(DEMO_LOG)
	@echo
	@echo '$$ $(BIN)/ari-replay summary $(CAPTURE)      # a recording of a real Tokio program'
	@$(BIN)/ari-replay summary $(CAPTURE)
	@echo
	@echo 'Try next:'
	@echo '  $(BIN)/ari-replay tasks $(DEMO_LOG)              the task table'
	@echo '  $(BIN)/ari-replay task  $(CAPTURE) "sleep once"   one task, line by line'
	@echo '  $(BIN)/ari-replay lint  $(CAPTURE)                findings, with an exit status for CI'
	@echo '  $(BIN)/ari-replay --help'

test: build
	@.ci/ctest release

sanitize: setup
	@status=0; for preset in asan tsan; do .ci/build $$preset && .ci/ctest $$preset || status=1; done; exit $$status

fuzz: setup
	@.ci/fuzz $(FUZZ_SECONDS)

bench: build
	@for b in $(BIN)/*_bench; do echo "== $$b"; $$b --benchmark_min_time=0.2 || exit 1; done
	@tests/bench/sustained.sh
	@tests/bench/ping_pong.sh
	@tests/bench/replay_speed.sh
	@tests/bench/net_speed.sh build/release
	@tests/bench/net_latency.sh build/release

format: setup
	@git ls-files '*.cc' '*.h' | xargs clang-format-16 -i

clean:
	rm -rf build
