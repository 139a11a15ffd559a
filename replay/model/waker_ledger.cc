#include "replay/model/waker_ledger.h"

#include <map>
#include <set>
#include <utility>

namespace ari::replay {

namespace {

// Span ids are used again; where the thing's beginning is known, its index tells them apart.
using Key = std::pair<SpanId, std::uint32_t>;
Key key_of(const Link& link) { return {link.span, link.index}; }

// Wakers that are not gone, in order of their clones.
using Left = std::set<std::size_t>;

class Matcher {
 public:
  Matcher(const Task& task, WakerLedger& ledger) : task_(task), ledger_(ledger) {}

  void add(std::size_t event) {
    const LifeEvent& happened = task_.life[event];
    if (happened.op == WakerOp::kClone) {
      const std::size_t waker = ledger_.wakers.size();
      left_.insert(waker);
      if (happened.async_op) of_op_[key_of(happened.async_op)].insert(waker);
      if (happened.resource) of_resource_[key_of(happened.resource)].insert(waker);
      ledger_.wakers.push_back({ledger_.entries.size(), std::nullopt, 0, false});
      ledger_.entries.push_back({event, waker, WakerBasis::kClone});
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
    if (left_.size() == 1) return {event, *left_.begin(), WakerBasis::kOnly};
    // All that are left; those before the mark are, or are gone.
    for (auto it = left_.lower_bound(doubtful_); it != left_.end(); ++it) {
      ledger_.wakers[*it].doubtful = true;
    }
    doubtful_ = ledger_.wakers.size();
    const Left& in_op = left_of(of_op_, happened.async_op);
    if (in_op.size() == 1) return {event, *in_op.begin(), WakerBasis::kOp};
    const Left& in_resource = left_of(of_resource_, happened.resource);
    if (in_op.empty() && in_resource.size() == 1) {
      return {event, *in_resource.begin(), WakerBasis::kResource};
    }
    ++ledger_.guessed;
    const Left& fitting = !in_op.empty() ? in_op : !in_resource.empty() ? in_resource : left_;
    return {event, *fitting.rbegin(), WakerBasis::kOrder};
  }

  using LeftBy = std::map<Key, Left>;
  static const Left& left_of(const LeftBy& wakers, const Link& link) {
    static const Left kNone;
    const auto found = link ? wakers.find(key_of(link)) : wakers.end();
    return found != wakers.end() ? found->second : kNone;
  }

  void use(std::size_t waker, WakerOp op) {
    LedgerWaker& used = ledger_.wakers[waker];
    if (op != WakerOp::kDrop) ++used.wakes;
    if (op == WakerOp::kWakeByRef) return;
    used.gone = ledger_.entries.size();
    const LifeEvent& clone = clone_of(waker);
    left_.erase(waker);
    if (clone.async_op) of_op_[key_of(clone.async_op)].erase(waker);
    if (clone.resource) of_resource_[key_of(clone.resource)].erase(waker);
  }

  const Task& task_;
  WakerLedger& ledger_;
  Left left_;
  LeftBy of_op_, of_resource_;  // those left that were cloned in the op, and in the resource
  std::size_t doubtful_ = 0;    // those left that have a smaller index are doubtful already
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
