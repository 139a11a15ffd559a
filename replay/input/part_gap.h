// PartGap: what must have happened in parts of a log that are missing.
//
// A part begins with what is open then. Where the part before it is there that is old news, and
// where nothing is there it is all that is known. Behind a gap it tells by comparison what happened
// in between, and this class, which stands between the reader and the sink, says so in records as
// if they had been in the log:
//
//   before the gap    told again behind it      the sink is told
//   open 1 2 3        1 2 4                     as it begins: 4; as it is over: 3 is closed
//   in a poll: 1      1 waits                   its exit as the gap begins
//   1 has 3 wakers    1 has 2                   that one was dropped
//   1                 1 was entered since       of 1 lines are missing: what woke it was answered
//
// When and in what order is not known: polls end and spans are closed no later than told here, and
// what began and ended within the gap is in no figure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "replay/input/reader.h"

namespace ari::replay {

// Not thread-safe.
class PartGap final : public RecordSink {
 public:
  // Where records go from now on; outlives their use.
  void pass_to(RecordSink& sink) noexcept { sink_ = &sink; }

  // Is given all records of the run, and a kGap of any span where a part is behind a gap.
  // Requires: it is known where they go.
  void record(const subscriber::Record& record, const Line& line) override;

  // What the part tells again is over, or the log is.
  void end();

 private:
  using Record = subscriber::Record;
  using SpanId = subscriber::SpanId;

  struct Open {
    std::uint32_t thread = 0;  // of its beginning
    std::int64_t wakers = 0;   // of a task
    // While a part tells again what is open: whether it was before the gap, whether it was told
    // again, and how many of its wakers of then were not.
    bool was_open = false, is_told = false;
    std::int64_t wakers_before = 0;
  };
  void begin();
  void retold(const Record& record, const Line& line);
  void pass_on(const Record& record, const Line& line);
  void count(const Record& record);
  void enter(std::uint32_t thread, SpanId span);
  void exit(std::uint32_t thread, SpanId span);
  void make_up(subscriber::RecordKind kind, std::uint32_t thread, SpanId span);
  void drop_waker(const Record& exit);

  RecordSink* sink_ = nullptr;
  std::unordered_map<SpanId, Open> open_;
  // By thread, innermost last; of more than kDeepest, which only a log without exits comes to, the
  // outermost make room.
  std::unordered_map<std::uint32_t, std::vector<SpanId>> entered_;
  static constexpr std::size_t kDeepest = 1024;
  std::int64_t last_unix_ns_ = 0;
  std::uint64_t last_line_ = 0;
  bool in_gap_ = false;
};

}  // namespace ari::replay
