// The yardsticks of sustained.sh: an empty loop, a bare read of the processor's time stamp
// counter, and one of ari's callsites while nobody listens.
#include <benchmark/benchmark.h>
#include <x86intrin.h>

#include "runtime/trace/dispatch.h"
#include "tests/bench/sustained/load.h"

int main(int argc, char** argv) {
  using namespace ari;
  const std::string_view what = argc > 1 ? argv[1] : "";
  const bench::Wanted wanted = bench::read_arguments(argc - 1, argv + 1);
  bench::Cost cost;
  if (what == "loop") {
    cost = bench::measure(wanted, [](std::uint64_t) { benchmark::ClobberMemory(); });
  } else if (what == "rdtsc") {
    cost = bench::measure(wanted, [](std::uint64_t) { benchmark::DoNotOptimize(__rdtsc()); });
  } else {
    cost = bench::measure(wanted, [](std::uint64_t i) {
      if (trace::Subscriber* s = trace::subscriber()) [[unlikely]] {
        s->enter(i, trace::EnterReason::kPoll);
      }
      benchmark::ClobberMemory();
    });
  }
  bench::print(cost, 0);
}
