// How fast a log is read and folded into tasks. Beside `ari_jsonl` of read_bench.cc, which
// reads the same file in the same run and folds nothing, it shows what the model costs.
#include <benchmark/benchmark.h>

#include "replay/model/model.h"
#include "tests/bench/log_file.h"

namespace {

using ari::bench::log_file;
using ari::replay::Semantics;

void fold(benchmark::State& state, Semantics semantics, bool resources) {
  std::size_t tasks = 0;
  const auto& file = log_file();  // made before the clock runs
  for (auto _ : state) {
    const auto model =
        ari::replay::fold(file.path(), {.semantics = semantics, .resources = resources});
    tasks = model.value().tasks.size();
  }
  state.SetBytesProcessed(state.iterations() * file.bytes());
  state.counters["tasks"] = static_cast<double>(tasks);
}
BENCHMARK_CAPTURE(fold, corrected, Semantics::kCorrected, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fold, console, Semantics::kConsole, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fold, with_resources, Semantics::kCorrected, true)->Unit(benchmark::kMillisecond);

}  // namespace
