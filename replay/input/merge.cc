// Of each log one record is known that is still to come, the head. The log whose head is
// earliest goes on, and hands its records on as they are, until one is later than the head of
// every other log: this becomes its head, and is the only one that is copied.
#include "replay/input/merge.h"

#include <algorithm>

namespace ari::replay {

using subscriber::Record;

void Merge::Gate::record(const Record& record, const Line& line) {
  // What has no instant of its own belongs to what comes after it.
  if (kept_.empty() && record.at_unix_ns <= until_unix_ns_) return to_.record(record, line);
  kept_.emplace_back(record, line);
}

void Merge::Gate::open(std::int64_t until_unix_ns) {
  until_unix_ns_ = until_unix_ns;
  for (const RecordCopy& copy : kept_) to_.record(copy.record(), copy.line());
  kept_.clear();
}

Merge::Merge(const std::vector<RecordSink*>& sinks) {
  gates_.reserve(sinks.size());
  for (RecordSink* sink : sinks) gates_.emplace_back(*sink);
}

void Merge::read(const ReadSome& read_some) {
  // Reads a log until its next record is known; whether there is one.
  const auto advance = [&](std::size_t log) {
    while (!gates_[log].is_closed() && read_some(log, gates_[log])) {
    }
    return gates_[log].is_closed();
  };
  for (Gate& gate : gates_) gate.open(INT64_MIN);
  std::vector<std::size_t> left;
  for (std::size_t log = 0; log < gates_.size(); ++log) {
    if (advance(log)) left.push_back(log);
  }
  while (!left.empty()) {
    // Few logs: a scan costs less than a heap would.
    std::size_t next = 0;
    for (std::size_t i = 1; i < left.size(); ++i) {
      if (gates_[left[i]].head_unix_ns() < gates_[left[next]].head_unix_ns()) next = i;
    }
    std::int64_t until = INT64_MAX;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (i != next) until = std::min(until, gates_[left[i]].head_unix_ns());
    }
    gates_[left[next]].open(until);
    if (!advance(left[next])) left.erase(left.begin() + static_cast<std::ptrdiff_t>(next));
  }
}

}  // namespace ari::replay
