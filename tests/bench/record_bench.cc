// What one record costs the program, and what one line costs the drain.
//
// The first rows are the yardsticks of the same run: a bare clock_gettime and a bare read
// of the clock that every record contains. The records are the recorder's whole hot path,
// called as the runtime calls it, while a drain on another core reads the rings and throws
// the records away; see the counters, their time column is for a burst of 5000. On a machine
// that does other things too, the fastest burst is what recording costs, the mean is what
// those cost. The lines are encoded from ready-made records into a string that is reused.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <source_location>
#include <string>
#include <thread>

#include "runtime/trace/dispatch.h"
#include "subscriber/drain.h"
#include "subscriber/filtering.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/recorder.h"
#include "subscriber/text_writer.h"

namespace ari::subscriber {
namespace {

constexpr std::string_view kPollOpFields[] = {"op_name", "is_ready"};
constexpr Metadata kPollOp{"", "runtime::resource::poll_op", trace::Level::kTrace, kPollOpFields};

// Counts records and throws them away.
class Discard final : public RecordConsumer {
 public:
  void consume(const Record& record) override {
    if (record.kind >= RecordKind::kNew && record.kind <= RecordKind::kWaker) {
      records.store(records.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }
    if (record.kind == RecordKind::kLost) lost += record.lost;
  }
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> lost{0};
};

// A recorder that is set as the process's subscriber and drained by a thread of its own.
class Recording {
 public:
  Recording() : anchors_(clock_), recorder_(clock_, lanes_) {
    trace::set_subscriber(&recorder_);
    thread_ = std::thread([this] { drain(); });
  }
  ~Recording() {
    lanes_.doorbell().stop();
    thread_.join();
    trace::set_subscriber(nullptr);
  }
  void wait_for(std::uint64_t records) const {
    while (discard_.records.load(std::memory_order_acquire) + discard_.lost < records) {
    }
  }
  std::uint64_t lost() const { return discard_.lost; }

 private:
  void drain() {
    Drain drain(lanes_, anchors_.now(), discard_, "record_bench", clock_.name());
    do {
      drain.pass(anchors_.now());
    } while (lanes_.doorbell().sleep(std::chrono::microseconds(500)));
    drain.finish(anchors_.now());
  }

  const TickClock clock_ = TickClock::best();
  AnchorSource anchors_;
  Lanes lanes_;
  Recorder recorder_;
  Discard discard_;
  std::thread thread_;
};

// Times `record`, which makes `count` records, in bursts that a ring holds; between them
// the drain catches up. A full ring would make records cheaper, not dearer.
template <typename Records>
void measure(benchmark::State& state, int count, Records record) {
  constexpr int kBurst = 5000;
  Recording recording;
  std::uint64_t records = 0;
  std::uint64_t total_ns = 0, fastest_ns = UINT64_MAX;
  for (auto _ : state) {
    const std::uint64_t start_ns = monotonic_ns();
    for (int i = 0; i < kBurst; ++i) record(*trace::subscriber());
    const std::uint64_t taken_ns = monotonic_ns() - start_ns;
    state.SetIterationTime(static_cast<double>(taken_ns) * 1e-9);
    total_ns += taken_ns;
    fastest_ns = std::min(fastest_ns, taken_ns);
    records += std::uint64_t{kBurst} * static_cast<unsigned>(count);
    recording.wait_for(records);
  }
  if (recording.lost() != 0) state.SkipWithError("records were lost: the rows mean nothing");
  state.counters["mean_ns"] = static_cast<double>(total_ns) / static_cast<double>(records);
  state.counters["fastest_ns"] = static_cast<double>(fastest_ns) / (kBurst * count);
}

void clock_gettime_monotonic(benchmark::State& state) {
  timespec now;
  for (auto _ : state) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    benchmark::DoNotOptimize(now);
  }
}
BENCHMARK(clock_gettime_monotonic);

void best_clock(benchmark::State& state) {
  const TickClock clock = TickClock::best();
  for (auto _ : state) benchmark::DoNotOptimize(clock.now());
}
BENCHMARK(best_clock);

void callsite_while_nobody_listens(benchmark::State& state) {
  for (auto _ : state) {
    if (trace::Subscriber* s = trace::subscriber()) [[unlikely]] {
      s->enter(1, trace::EnterReason::kPoll);
    }
    benchmark::ClobberMemory();
  }
}
BENCHMARK(callsite_while_nobody_listens);

// Beside callsite_while_nobody_listens: what a filter costs that leaves the event out, or lets
// it in.
void event_filtered(benchmark::State& state, const char* filter) {
  class Nobody final : public trace::Subscriber {
    void new_span(SpanId, SpanId, const Metadata&, std::span<const Value>) noexcept override {}
    void enter(SpanId, trace::EnterReason) noexcept override {}
    void exit(SpanId, std::source_location) noexcept override {}
    void close(SpanId, trace::Outcome) noexcept override {}
    void event(SpanId, const Metadata&, std::span<const Value>) noexcept override {}
    void waker(SpanId, WakerOp, SpanId) noexcept override {}
  } nobody;
  std::vector<std::string> complaints;
  const auto filtering = std::make_unique<Filtering>(Filter::parse(filter, complaints), nobody);
  trace::set_subscriber(filtering.get());
  const Value values[] = {Value("poll_elapsed"), Value(true)};
  for (auto _ : state) {
    if (trace::Subscriber* s = trace::subscriber()) [[likely]] {
      s->event(7, kPollOp, values);
    }
    benchmark::ClobberMemory();
  }
  trace::set_subscriber(nullptr);
}
BENCHMARK_CAPTURE(event_filtered, out, "kind:poll-op=off");
BENCHMARK_CAPTURE(event_filtered, in, "kind:poll=off");

void record_enter_and_exit(benchmark::State& state) {
  measure(state, 2, [](trace::Subscriber& s) {
    s.enter(7, trace::EnterReason::kPoll);
    s.exit(7, std::source_location::current());
  });
}
BENCHMARK(record_enter_and_exit)->UseManualTime();

void record_waker(benchmark::State& state) {
  measure(state, 1, [](trace::Subscriber& s) { s.waker(7, WakerOp::kClone, 7); });
}
BENCHMARK(record_waker)->UseManualTime();

void record_event_with_two_fields(benchmark::State& state) {
  measure(state, 1, [](trace::Subscriber& s) {
    const Value values[] = {Value("poll_elapsed"), Value(true)};
    s.event(7, kPollOp, values);
  });
}
BENCHMARK(record_event_with_two_fields)->UseManualTime();

// Records as a busy program has them most: a task of usual fields, polled and woken.
class Lines {
 public:
  Lines() {
    created_.kind = RecordKind::kNew;
    created_.span = 7;
    created_.name = "runtime.spawn";
    created_.target = "app";
    created_.callsite = kTask;
    created_.fields = kTask;
    enter_.kind = RecordKind::kEnter;
    waker_.kind = RecordKind::kWaker;
    waker_.target = kWakerTarget;
    waker_.task = 7;
    event_.kind = RecordKind::kEvent;
    event_.callsite = &kPollOp;
    event_.target = kPollOp.target;
    event_.fields = kEvent;
    for (Record* record : {&enter_, &waker_, &event_, &created_}) {
      record->span = 7;
      record->thread = 1;
      record->at_unix_ns = 1'795'437'241'926'359'123;
    }
  }
  const Record& created() const { return created_; }
  const Record& enter() const { return enter_; }
  const Record& waker() const { return waker_; }
  const Record& event() const { return event_; }

 private:
  static constexpr Field kTask[] = {
      {"kind", Value::display("task")}, {"task.name", Value::display("worker")},
      {"task.id", Value(7u)},           {"loc.file", Value("src/main.cc")},
      {"loc.line", Value(40u)},         {"loc.col", Value(22u)}};
  static constexpr Field kEvent[] = {{"op_name", Value("poll_elapsed")}, {"is_ready", Value(true)}};
  Record created_, enter_, waker_, event_;
};

template <typename Writer>
void encode(benchmark::State& state, Writer writer, const Record& (Lines::*pick)() const) {
  const Lines lines;
  Record record = (lines.*pick)();
  std::string out;
  writer.write(lines.created(), out);
  for (auto _ : state) {
    out.clear();
    record.at_unix_ns += 700;
    writer.write(record, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK_CAPTURE(encode, jsonl_enter, JsonlWriter(), &Lines::enter);
BENCHMARK_CAPTURE(encode, jsonl_waker, JsonlWriter(), &Lines::waker);
BENCHMARK_CAPTURE(encode, jsonl_event, JsonlWriter(), &Lines::event);
BENCHMARK_CAPTURE(encode, jsonl_new, JsonlWriter(), &Lines::created);
BENCHMARK_CAPTURE(encode, text_enter, TextWriter(ColourDepth::kNone), &Lines::enter);
BENCHMARK_CAPTURE(encode, text_waker, TextWriter(ColourDepth::kNone), &Lines::waker);
BENCHMARK_CAPTURE(encode, text_event, TextWriter(ColourDepth::kNone), &Lines::event);
BENCHMARK_CAPTURE(encode, coloured_enter, TextWriter(ColourDepth::k24Bit), &Lines::enter);

}  // namespace
}  // namespace ari::subscriber

BENCHMARK_MAIN();
