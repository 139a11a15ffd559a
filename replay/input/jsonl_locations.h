// The source locations that an ari JSONL log has defined so far, by its numbers for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "subscriber/record.h"

namespace ari::replay {

class JsonlLocations {
 public:
  struct Defined {
    subscriber::Location place;
    const void* callsite =
        nullptr;  // as Record has it: no other place in this process has the same
  };

  void define(std::uint64_t number, const subscriber::Location& location) {
    if (number < kDirect && number >= direct_.size()) direct_.resize(number + 1);
    Owned& owned = number < kDirect ? direct_[number] : others_[number];
    owned.file = location.file;
    owned.function = location.function;
    owned.defined.place = {owned.file, location.line, location.column, owned.function};
    owned.defined.callsite = new_callsite();
  }

  // What has this number; none (line 0) if it is not defined. Valid until it is defined anew.
  const Defined& find(std::uint64_t number) const {
    static const Defined none;
    if (number > 0 && number < direct_.size()) return direct_[number].defined;
    const auto other = others_.find(number);
    return other != others_.end() ? other->second.defined : none;
  }

  void clear() {
    direct_.clear();
    others_.clear();
  }

 private:
  static constexpr std::uint64_t kDirect = 4096;  // numbers count up from 1; 0 is none

  // Looks like no address that a program may have, for a log may go on with what was left in its
  // rings.
  static const void* new_callsite() noexcept {
    // Only counts: pairs with nothing.
    static std::atomic<std::uintptr_t> last = std::uintptr_t{1} << 63;
    return reinterpret_cast<const void*>(1 + last.fetch_add(1, std::memory_order_relaxed));
  }

  struct Owned {
    std::string file, function;
    Defined defined;
  };
  std::deque<Owned> direct_;  // by number; grows without moving what is in it
  std::unordered_map<std::uint64_t, Owned> others_;
};

}  // namespace ari::replay
