// OpenSpans: what is kept of each span between its `new` and its `close`.
//
// A map that stays as small as the number of spans that are open, also where a full ring cost
// their ends. How many ends that were is told ("lost" records count them), not which, so of
// what is kept some is of no use any more. Whenever that can be a quarter, all spans that were
// not heard of since the time before are forgotten:
//
//   4096 ends lost:  heard of since: 1 3 4    not: 2 5 6 → forgotten
//
// At most half of what is kept is then of spans that are gone, but for some thousands. A span
// that is forgotten although it is open is one whose `new` was not seen, as far as the log goes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "runtime/trace/subscriber.h"

namespace ari::subscriber {

// Not thread-safe.
template <typename T>
class OpenSpans {
 public:
  // The span's; what there was before is replaced. Valid until it is closed or lose() called.
  T& open(trace::SpanId id, T kept) {
    Entry& entry = spans_[id];
    entry = {std::move(kept), round_};
    return entry.kept;
  }
  // Null if the span is not known. It was heard of.
  T* hear_of(trace::SpanId id) {
    const auto it = spans_.find(id);
    if (it == spans_.end()) return nullptr;
    it->second.heard_in = round_;
    return &it->second.kept;
  }
  // Null if the span is not known.
  const T* find(trace::SpanId id) const {
    const auto it = spans_.find(id);
    return it != spans_.end() ? &it->second.kept : nullptr;
  }
  // True if the span was known.
  bool close(trace::SpanId id) { return spans_.erase(id) != 0; }
  void clear() { spans_.clear(); }

  // So many spans, any of these, were closed.
  void lose(std::uint64_t closes) {
    lost_ += closes;
    if (lost_ < std::max<std::uint64_t>(kLeast, spans_.size() / 4)) return;
    std::erase_if(spans_, [this](const auto& span) { return span.second.heard_in != round_; });
    ++round_;
    lost_ = 0;
  }

  // False as long as no end was lost: until then nothing is forgotten, hence who is heard of
  // need not be told.
  bool has_lost() const noexcept { return lost_ != 0 || round_ != 0; }

  std::size_t size() const noexcept { return spans_.size(); }
  // Calls visit(id, kept) for each, in no order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, entry] : spans_) visit(id, entry.kept);
  }

 private:
  // Below that it is not worth the while.
  static constexpr std::uint64_t kLeast = 4096;

  struct Entry {
    T kept;
    std::uint64_t heard_in;  // round_ at the time
  };
  std::unordered_map<trace::SpanId, Entry> spans_;
  std::uint64_t lost_ = 0;   // in this round
  std::uint64_t round_ = 0;  // how often spans were forgotten
};

}  // namespace ari::subscriber
