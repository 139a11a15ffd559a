#include "replay/model/waker_ledger.h"

#include <algorithm>

namespace ari::replay {

namespace {

bool is_same(const Link& a, const Link& b) {
  // Span ids are used again; where the thing's beginning is known, its index tells them apart.
  return a && a.span == b.span && a.index == b.index;
}

class Matcher {
 public:
  Matcher(const Task& task, WakerLedger& ledger) : task_(task), ledger_(ledger) {}

  void add(std::size_t event) {
    const LifeEvent& happened = task_.life[event];
    if (happened.op == WakerOp::kClone) {
      left_.push_back(ledger_.wakers.size());
      ledger_.wakers.push_back({ledger_.entries.size(), std::nullopt, 0, false});
      ledger_.entries.push_back({event, left_.back(), WakerBasis::kClone});
      return;
    }
    const WakerEntry entry = match(event);
    if (entry.waker) use(*entry.waker, happened.op);
    ledger_.entries.push_back(entry);
  }

 private:
  const LifeEvent& clone_of(std::size_t waker) const {
    return task_.life[ledger_.entries[ledger_.wakers[waker].cloned].event];
  }

  WakerEntry match(std::size_t event) {
    const LifeEvent& happened = task_.life[event];
    if (happened.op == WakerOp::kWakeByRef && happened.self_wake) {
      return {event, std::nullopt, WakerBasis::kPoll};
    }
    if (left_.empty()) return {event, std::nullopt, WakerBasis::kNone};
    if (left_.size() == 1) return {event, left_[0], WakerBasis::kOnly};
    for (const std::size_t waker : left_) ledger_.wakers[waker].doubtful = true;
    const auto [in_op, ops] = last_that(
        [&](const LifeEvent& clone) { return is_same(happened.async_op, clone.async_op); });
    if (ops == 1) return {event, in_op, WakerBasis::kOp};
    const auto [in_resource, resources] = last_that(
        [&](const LifeEvent& clone) { return is_same(happened.resource, clone.resource); });
    if (ops == 0 && resources == 1) return {event, in_resource, WakerBasis::kResource};
    ++ledger_.guessed;
    const std::size_t last = ops > 0 ? in_op : resources > 0 ? in_resource : left_.back();
    return {event, last, WakerBasis::kOrder};
  }

  struct Found {
    std::size_t last = 0;
    std::size_t count = 0;
  };
  template <typename Fits>
  Found last_that(Fits fits) const {
    Found found;
    for (const std::size_t waker : left_) {
      if (!fits(clone_of(waker))) continue;
      found.last = waker;
      ++found.count;
    }
    return found;
  }

  void use(std::size_t waker, WakerOp op) {
    LedgerWaker& used = ledger_.wakers[waker];
    if (op != WakerOp::kDrop) ++used.wakes;
    if (op == WakerOp::kWakeByRef) return;
    used.gone = ledger_.entries.size();
    left_.erase(std::find(left_.begin(), left_.end(), waker));
  }

  const Task& task_;
  WakerLedger& ledger_;
  std::vector<std::size_t> left_;  // wakers that are not gone, in order of their clones
};

bool takes_away(const LifeEvent& event) {
  return event.kind == LifeEvent::Kind::kWaker &&
         (event.op == WakerOp::kDrop || event.op == WakerOp::kWake);
}

}  // namespace

WakerLedger waker_ledger(const Task& task) {
  WakerLedger ledger;
  Matcher matcher(task, ledger);
  for (std::size_t event = 0; event < task.life.size(); ++event) {
    if (task.life[event].kind == LifeEvent::Kind::kWaker) matcher.add(event);
  }
  return ledger;
}

std::vector<LostWaker> lost_wakers(const Task& task, const WakerLedger& ledger) {
  std::vector<LostWaker> lost;
  for (const LostWakerSpell& spell : task.lost_waker_spells) {
    LostWaker& added = lost.emplace_back(LostWaker{spell, std::nullopt});
    for (std::size_t i = 0; i < ledger.entries.size(); ++i) {
      const LifeEvent& event = task.life[ledger.entries[i].event];
      if (event.first_line > spell.first_line) break;
      if (takes_away(event)) added.last = i;
    }
  }
  return lost;
}

}  // namespace ari::replay
