#include "replay/input/fmt_wakers.h"

#include <algorithm>

#include "replay/input/coverage.h"

namespace ari::replay {

using subscriber::WakerOp;

FmtWakers::SpanId FmtWakers::task_of(SpanId named, WakerOp op, SpanId polled, bool is_whole,
                                     Inferred& inferred) {
  const auto [known, is_new] = by_name_.try_emplace(named);
  const auto own = polled == trace::kNoSpan ? named_.end() : named_.find(polled);
  const bool nameless = polled != trace::kNoSpan && own == named_.end();

  const bool is_first = is_new && !any_forgotten_;
  const bool teaches = op == WakerOp::kClone || (op == WakerOp::kWakeByRef && is_whole && is_first);
  if (nameless && is_free(known->second) && teaches) {
    learn(named, polled, inferred);
    ++inferred.wakers_joined;
    return polled;
  }
  if (op == WakerOp::kClone && own != named_.end()) {
    ++(own->second == named ? inferred.clones_agreeing : inferred.clones_of_others);
  }
  const SpanId task = known->second.task;
  if (is_new) note_free(named);
  ++(task == trace::kNoSpan ? inferred.wakers_left_out : inferred.wakers_joined);
  return task;
}

void FmtWakers::learn(SpanId named, SpanId task, Inferred& inferred) {
  by_name_[named] = {task, false};
  named_[task] = named;
  ++inferred.tasks_learnt;
  perhaps_.erase(named);
  // It is no other's: of those some may now be known, too.
  for (auto it = perhaps_.begin(); it != perhaps_.end();) {
    std::erase(it->second, task);
    if (it->second.size() != 1) {
      ++it;
      continue;
    }
    const auto [other, left] = *it;
    learn(other, left.front(), inferred);
    it = perhaps_.begin();
  }
}

void FmtWakers::narrow(SpanId named, const std::vector<SpanId>& polled, Inferred& inferred) {
  const auto known = by_name_.find(named);
  if (known != by_name_.end() && !is_free(known->second)) return;
  auto at = perhaps_.find(named);
  if (at == perhaps_.end() && perhaps_.size() == kNarrowed) return;
  if (at == perhaps_.end()) at = perhaps_.emplace(named, polled).first;
  std::vector<SpanId>& perhaps = at->second;
  std::erase_if(perhaps, [&](SpanId task) {
    return is_named(task) || std::find(polled.begin(), polled.end(), task) == polled.end();
  });
  if (perhaps.size() == 1) return learn(named, perhaps.front(), inferred);
  if (perhaps.empty()) perhaps_.erase(at);  // it was cloned in another's poll
}

void FmtWakers::closed(SpanId task) {
  const auto named = named_.find(task);
  if (named == named_.end()) return;
  by_name_[named->second].closed = true;
  note_free(named->second);
  named_.erase(named);
}

void FmtWakers::note_free(SpanId named) {
  free_.push_back(named);
  if (free_.size() <= kFreeKept) return;
  const auto oldest = by_name_.find(free_.front());
  free_.pop_front();
  if (oldest == by_name_.end() || !is_free(oldest->second)) return;
  by_name_.erase(oldest);
  any_forgotten_ = true;
}

}  // namespace ari::replay
