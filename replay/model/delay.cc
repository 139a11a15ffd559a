#include "replay/model/delay.h"

#include <algorithm>
#include <set>

namespace ari::replay {

namespace {

// Goes through a stretch of time from slice to slice.
class Sweep {
 public:
  Sweep(ThreadTime& time, std::int64_t from_unix_ns) : time_(time), at_unix_ns_(from_unix_ns) {}

  void begin(const Slice& slice) {
    spend_until(slice.start_unix_ns);
    going_on_.push_back(slice);
    DelayPart& part = part_of(slice);
    if (part.polls++ == 0) part.line = slice.line;
  }

  void spend_until(std::int64_t until_unix_ns) {
    while (at_unix_ns_ < until_unix_ns) {
      while (!going_on_.empty() && going_on_.back().end_unix_ns <= at_unix_ns_) {
        going_on_.pop_back();
      }
      std::int64_t end = until_unix_ns;
      if (!going_on_.empty()) end = std::min(end, going_on_.back().end_unix_ns);
      (going_on_.empty() ? time_.not_told_ns : part_of(going_on_.back()).ns) += end - at_unix_ns_;
      at_unix_ns_ = end;
    }
  }

 private:
  DelayPart& part_of(const Slice& slice) {
    for (DelayPart& part : time_.parts) {
      if (part.task == slice.task) return part;
    }
    return time_.parts.emplace_back(DelayPart{slice.task, 0, 0, 0});
  }

  ThreadTime& time_;
  std::int64_t at_unix_ns_;
  std::vector<Slice> going_on_;  // the innermost is the last
};

ThreadTime spent(const std::vector<Slice>& slices, std::uint32_t thread, SpanId itself,
                 std::int64_t from_unix_ns, std::int64_t until_unix_ns, bool encloses_itself) {
  std::vector<Slice> there;
  for (const Slice& slice : slices) {
    const bool within = slice.end_unix_ns > from_unix_ns && slice.start_unix_ns < until_unix_ns;
    const bool around = encloses_itself && slice.end_unix_ns > until_unix_ns;
    if (slice.thread == thread && slice.task != itself && within && !around) {
      there.push_back(slice);
    }
  }
  std::stable_sort(there.begin(), there.end(), [](const Slice& a, const Slice& b) {
    return a.start_unix_ns < b.start_unix_ns;
  });
  ThreadTime time;
  time.thread = thread;
  Sweep sweep(time, from_unix_ns);
  for (const Slice& slice : there) sweep.begin(slice);
  sweep.spend_until(until_unix_ns);
  return time;
}

}  // namespace

ThreadTime spent_on_thread(const std::vector<Slice>& slices, std::uint32_t thread, SpanId itself,
                           std::int64_t from_unix_ns, std::int64_t until_unix_ns) {
  return spent(slices, thread, itself, from_unix_ns, until_unix_ns, true);
}

std::vector<ThreadTime> spent_elsewhere(const std::vector<Slice>& slices, std::uint32_t thread,
                                        SpanId itself, std::int64_t from_unix_ns,
                                        std::int64_t until_unix_ns) {
  std::set<std::uint32_t> threads;
  for (const Slice& slice : slices) {
    if (slice.thread != thread && slice.end_unix_ns > from_unix_ns &&
        slice.start_unix_ns < until_unix_ns) {
      threads.insert(slice.thread);
    }
  }
  std::vector<ThreadTime> times;
  for (const std::uint32_t other : threads) {
    times.push_back(spent(slices, other, itself, from_unix_ns, until_unix_ns, false));
  }
  return times;
}

}  // namespace ari::replay
