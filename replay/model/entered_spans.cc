#include "replay/model/entered_spans.h"

#include <algorithm>

namespace ari::replay {

void EnteredSpans::enter(std::uint32_t thread, SpanId span) {
  if (thread != 0) return threads_.enter(thread, span);
  if (threadless_.size() == ThreadStacks::kDeepest) threadless_.erase(threadless_.begin());
  threadless_.push_back(span);
}

void EnteredSpans::exit(std::uint32_t thread, SpanId span) {
  if (thread != 0) return threads_.exit(thread, span);
  const auto last = std::find(threadless_.rbegin(), threadless_.rend(), span);
  if (last != threadless_.rend()) threadless_.erase(std::next(last).base());
}

void EnteredSpans::close(SpanId span) { std::erase(threadless_, span); }

void EnteredSpans::clear() {
  threads_.clear();
  threadless_.clear();
}

}  // namespace ari::replay
