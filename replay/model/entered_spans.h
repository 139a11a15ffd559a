// EnteredSpans: the spans of one class that are entered, and which of them is innermost.
//
// Events do not say which resource or async op they are about: it is the innermost one that
// their thread has entered. Logs that tell threads give the answer; in others it is the
// last one entered that can have been entered on the same thread, which the caller judges.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/model/thread_stacks.h"

namespace ari::replay {

// Not thread-safe. `thread` 0: the log does not tell.
class EnteredSpans {
 public:
  void enter(std::uint32_t thread, SpanId span);
  // Takes away the last enter of the span; nothing if there is none.
  void exit(std::uint32_t thread, SpanId span);
  // The span is gone. Its exits may be missing, or may still come.
  void close(SpanId span);

  // The innermost of a thread; 0: none. Requires: `thread` is not 0.
  SpanId innermost(std::uint32_t thread) { return threads_.innermost(thread); }

  // The last one entered without a thread for which `fits` says yes; 0: none.
  template <typename Fits>
  SpanId last_that(Fits fits) const {
    for (auto span = threadless_.rbegin(); span != threadless_.rend(); ++span) {
      if (fits(*span)) return *span;
    }
    return 0;
  }

  // The same of what a thread has entered.
  template <typename Fits>
  SpanId last_that(std::uint32_t thread, Fits fits) {
    return thread == 0 ? last_that(fits) : threads_.last_that(thread, fits);
  }

  // The thread's exits may be lost: takes its spans away and calls `visit` with each.
  template <typename Visit>
  void forget(std::uint32_t thread, Visit visit) {
    threads_.forget(thread, visit);
  }
  void clear();

 private:
  ThreadStacks threads_;
  // Those that are open, in order of their enters; as many as a thread's stack holds at most.
  std::vector<SpanId> threadless_;
};

}  // namespace ari::replay
