#include "replay/input/fmt_wakers.h"

#include "replay/input/coverage.h"

namespace ari::replay {

using subscriber::WakerOp;

FmtWakers::SpanId FmtWakers::task_of(SpanId named, WakerOp op, SpanId polled, bool is_whole,
                                     Inferred& inferred) {
  const auto [known, is_new] = by_name_.try_emplace(named);
  const bool is_free = known->second.task == trace::kNoSpan || known->second.closed;
  const auto own = polled == trace::kNoSpan ? named_.end() : named_.find(polled);
  const bool nameless = polled != trace::kNoSpan && own == named_.end();

  const bool teaches = op == WakerOp::kClone || (op == WakerOp::kWakeByRef && is_whole && is_new);
  if (nameless && is_free && teaches) {
    known->second = {polled, false};
    named_[polled] = named;
    ++inferred.tasks_learnt;
    ++inferred.wakers_joined;
    return polled;
  }
  if (op == WakerOp::kClone && own != named_.end()) {
    ++(own->second == named ? inferred.clones_agreeing : inferred.clones_of_others);
  }
  const SpanId task = known->second.task;
  ++(task == trace::kNoSpan ? inferred.wakers_left_out : inferred.wakers_joined);
  return task;
}

void FmtWakers::closed(SpanId task) {
  const auto named = named_.find(task);
  if (named == named_.end()) return;
  by_name_[named->second].closed = true;
  named_.erase(named);
}

}  // namespace ari::replay
