// ThreadActivity: what threads did in a stretch of time: polls, workers asleep, timers fired.
//
// Kept while a log is read. Memory: what is open, and 48 bytes for each poll and each park that
// overlaps the stretch.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/task.h"

namespace ari::replay {

struct Slice {
  SpanId task = 0;  // whose poll it is; 0: the worker was parked
  std::uint32_t thread = 0;
  std::int64_t start_unix_ns = 0, end_unix_ns = 0;
  LineNumber line = 0;  // in which it begins
};

// A turn of the driver in which timers fired; only ari's runtime tells of them.
struct DriverTurn {
  std::uint32_t thread = 0;
  std::int64_t at_unix_ns = 0;  // when they all had been woken
  std::uint64_t timers = 0;
  LineNumber line = 0;
};

// All times from one instant to another.
struct Period {
  std::int64_t from_unix_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t until_unix_ns = std::numeric_limits<std::int64_t>::max();
};

// Polls of kind blocking are left out: functions on threads of their own, and Tokio's workers.
class ThreadActivity : public RecordSink {
 public:
  explicit ThreadActivity(Period kept) : kept_(kept) {}

  void record(const subscriber::Record& record, const Line& line) override;

  // Ends what is open. Called once, after the last record.
  void finish();

  // Forgets what begins in lines for which it says no: threads of different runs have the same
  // numbers. Requires: finish() was called.
  void keep(const std::function<bool(LineNumber)>& wanted) {
    std::erase_if(slices_, [&](const Slice& slice) { return !wanted(slice.line); });
    std::erase_if(turns_, [&](const DriverTurn& turn) { return !wanted(turn.line); });
  }

  // Those that overlap the stretch, in order of their ends. Requires: finish() was called.
  const std::vector<Slice>& slices() const noexcept { return slices_; }
  // Those in the stretch, in order.
  const std::vector<DriverTurn>& turns() const noexcept { return turns_; }
  // Whether one thread may have done everything in the log: no two polls overlap, and no more
  // than one thread is told.
  bool could_be_one_thread() const noexcept { return !overlap_ && !several_threads_; }

 private:
  struct Open {
    Slice slice;
    std::uint32_t entered = 0;
  };
  void enter(const subscriber::Record& record, const Line& line);
  void exit(SpanId task);
  void worker(const subscriber::Record& record, const Line& line);
  void turn(const subscriber::Record& record, const Line& line);
  void seen_on(std::uint32_t thread);
  void end(Slice slice);

  Period kept_;
  std::unordered_set<SpanId> tasks_;
  std::unordered_map<SpanId, Open> polls_;
  std::unordered_map<std::uint32_t, Slice> parks_;  // by thread
  std::vector<Slice> slices_;
  std::vector<DriverTurn> turns_;
  std::optional<std::uint32_t> some_thread_;
  bool several_threads_ = false;
  bool overlap_ = false;
  std::int64_t now_unix_ns_ = 0;
};

}  // namespace ari::replay
