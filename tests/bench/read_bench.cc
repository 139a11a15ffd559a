// How fast logs are read, beside what any reader of lines has to do.
//
// `lines` counts line ends with memchr over the same file read in the same chunks: no
// reader can be faster. The ratio of the two is what to compare between machines.
#include <benchmark/benchmark.h>

#include "replay/input/lines.h"
#include "replay/input/log.h"
#include "tests/bench/log_file.h"

namespace {

using ari::bench::log_file;

class NoSink : public ari::replay::RecordSink {
 public:
  void record(const ari::subscriber::Record& record, const ari::replay::Line&) override {
    benchmark::DoNotOptimize(record.at_unix_ns);
  }
};

void lines(benchmark::State& state) {
  const auto& file = log_file();  // made before the clock runs
  for (auto _ : state) {
    const auto source = ari::replay::open_source(file.path());
    ari::replay::LineCutter cutter(*source.value());
    ari::replay::LineCutter::Cut cut;
    std::uint64_t count = 0;
    while (cutter.next(cut)) ++count;
    benchmark::DoNotOptimize(count);
  }
  state.SetBytesProcessed(state.iterations() * file.bytes());
}
BENCHMARK(lines)->Unit(benchmark::kMillisecond);

void ari_jsonl(benchmark::State& state) {
  std::uint64_t lines_read = 0;
  const auto& file = log_file();  // made before the clock runs
  for (auto _ : state) {
    NoSink sink;
    const auto coverage = ari::replay::read_log(file.path(), sink);
    if (coverage.value().bytes_skipped > 0) state.SkipWithError("lines were skipped");
    lines_read = coverage.value().lines;
  }
  state.SetBytesProcessed(state.iterations() * file.bytes());
  state.counters["bytes_per_line"] =
      static_cast<double>(file.bytes()) / static_cast<double>(lines_read);
}
BENCHMARK(ari_jsonl)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
