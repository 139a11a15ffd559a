#include "replay/model/maker_guess.h"

#include <algorithm>

namespace ari::replay {

void MakerGuess::exited(SpanId task) {
  const auto last = std::find_if(polled_.rbegin(), polled_.rend(),
                                 [task](const Polled& polled) { return polled.task == task; });
  if (last != polled_.rend()) polled_.erase(std::next(last).base());
}

void MakerGuess::closed(SpanId task) {
  std::erase_if(polled_, [task](const Polled& polled) { return polled.task == task; });
}

std::optional<SpanId> MakerGuess::maker(SpanId made) {
  const std::uint32_t thread = thread_of_id(made);
  ids_tell_threads_ = ids_tell_threads_ || thread != 0;
  if (polled_.empty()) return 0;
  Polled* unknown = nullptr;
  std::size_t unknown_count = 0;
  for (auto polled = polled_.rbegin(); polled != polled_.rend(); ++polled) {
    const bool known = ids_tell_threads_ && polled->thread.has_value();
    if (known && *polled->thread == thread) return polled->task;
    if (!known && unknown_count++ == 0) unknown = &*polled;
  }
  if (unknown_count == 0) return 0;
  if (unknown_count > 1) return std::nullopt;
  unknown->thread = thread;
  return unknown->task;
}

void MakerGuess::clear() {
  polled_.clear();
  ids_tell_threads_ = false;
}

}  // namespace ari::replay
