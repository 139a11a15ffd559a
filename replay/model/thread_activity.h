// ThreadActivity: what threads did when, kept while a log is folded: polls, and workers asleep.
//
// Memory grows with the log: 48 bytes for each poll and each park.
#pragma once

#include <cstdint>
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

// Polls of kind blocking are left out: functions on threads of their own, and Tokio's workers.
class ThreadActivity : public RecordSink {
 public:
  void record(const subscriber::Record& record, const Line& line) override;

  // Ends what is open. Called once, after the last record.
  void finish();

  // In order of their ends. Requires: finish() was called.
  const std::vector<Slice>& slices() const noexcept { return slices_; }
  // Whether the log tells no threads and no two polls overlap: one thread may have done all.
  bool could_be_one_thread() const;

 private:
  struct Open {
    Slice slice;
    std::uint32_t entered = 0;
  };
  void enter(const subscriber::Record& record, const Line& line);
  void exit(SpanId task);
  void worker(const subscriber::Record& record, const Line& line);
  void end(Slice slice);

  std::unordered_set<SpanId> tasks_;
  std::unordered_map<SpanId, Open> polls_;
  std::unordered_map<std::uint32_t, Slice> parks_;  // by thread
  std::vector<Slice> slices_;
  std::int64_t now_unix_ns_ = 0;
};

}  // namespace ari::replay
