// FmtStacks: what each thread is inside of, as tracing's registry keeps it.
//
// Entering pushes, leaving takes the topmost entry of that span away, wherever it is. A
// span that is entered once more while it is on the stack does not become current again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unordered_map>
#include <vector>

namespace ari::replay {

using FmtSlot = std::uint32_t;  // a place in FmtSpans
inline constexpr FmtSlot kNoSlot = 0xffff'ffff;

class FmtStacks {
 public:
  struct Thread {
    struct Entry {
      FmtSlot slot;
      bool again;  // on the stack already
    };
    std::vector<Entry> stack;
    FmtSlot last_made = kNoSlot;      // span that began last on this thread
    FmtSlot last_left = kNoSlot;      // span that was left last
    FmtSlot closed_parent = kNoSlot;  // parent of the span that closed last

    // The innermost span for which `fits` says yes.
    template <typename Fits>
    FmtSlot innermost(Fits fits) const {
      const auto it = std::find_if(stack.rbegin(), stack.rend(),
                                   [&fits](const Entry& entry) { return fits(entry.slot); });
      return it == stack.rend() ? kNoSlot : it->slot;
    }
    FmtSlot current() const {
      const auto it = std::find_if(stack.rbegin(), stack.rend(),
                                   [](const Entry& entry) { return !entry.again; });
      return it == stack.rend() ? kNoSlot : it->slot;
    }
    void push(FmtSlot slot) {
      const bool again = innermost([slot](FmtSlot on) { return on == slot; }) != kNoSlot;
      stack.push_back({slot, again});
    }
    // False if it is not there.
    bool take(FmtSlot slot) {
      const auto it = std::find_if(stack.rbegin(), stack.rend(),
                                   [slot](const Entry& entry) { return entry.slot == slot; });
      if (it == stack.rend()) return false;
      stack.erase(std::next(it).base());
      return true;
    }
  };

  // The thread with this number; 0 stands for all that the log does not tell apart. Valid
  // for as long as this is: neighbouring lines are mostly one thread's.
  Thread& of(std::uint32_t number) {
    if (last_ == nullptr || number != last_number_) {
      last_ = &threads_[number];
      last_number_ = number;
    }
    return *last_;
  }

 private:
  std::unordered_map<std::uint32_t, Thread> threads_;
  Thread* last_ = nullptr;
  std::uint32_t last_number_ = 0;
};

}  // namespace ari::replay
