// JoinFold: which task waits for the end of which others: Task::joins.
//
//   T1   enter · · · joins T2 · exit                    it waits for T2, until
//        enter · · · exit                               a poll ends that does not say so
//
// A dump of the program's own tells it as well, of tasks of whom the log's own events do not know:
// because events are missing, or a filter left them out.
//
// Constant work for each poll and event; what it keeps grows with the tasks that wait so now.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "replay/model/life_line.h"
#include "replay/model/model.h"
#include "replay/model/span_table.h"
#include "replay/model/told_joins.h"

namespace ari::replay {

class JoinFold {
 public:
  // Both must outlive it.
  JoinFold(Model& model, SpanTable& spans) : model_(model), spans_(spans) {}

  // This task waits so since `now`, if it did not before.
  void told(std::uint32_t task, const ToldJoins& told, const Moment& now);
  // Whether what a dump tells of a task, which began `age_ns` before `now`, is so: its own events
  // do not know better, and there was no poll since.
  bool may_be_told_by_dump(const Span& task, std::uint64_t age_ns, const Moment& now) const;
  // Its poll began, and ended; it closed.
  void poll_began(std::uint32_t task) {
    if (joining_.empty()) return;
    if (Rare<JoinWait>& joins = model_.tasks[task].joins) (*joins).is_stale = true;
  }
  void poll_ended(std::uint32_t task) {
    if (joining_.empty()) return;
    const Rare<JoinWait>& joins = model_.tasks[task].joins;
    if (joins && joins->is_stale) forget(task);
  }
  void task_closed(std::uint32_t task) {
    if (!joining_.empty() && model_.tasks[task].joins) forget(task);
  }

  // Events are missing: any of those that wait may have been polled. Calls forgets(task) of each
  // before it forgets what it joins.
  template <typename Forgets>
  void lost(Forgets forgets) {
    for (const std::uint32_t task : joining_) {
      forgets(task);
      model_.tasks[task].joins.reset();
    }
    joining_.clear();
  }
  void end_recording() { joining_.clear(); }

 private:
  void forget(std::uint32_t task) {
    model_.tasks[task].joins.reset();
    joining_.erase(task);
  }
  Link link(SpanId task) const;

  Model& model_;
  SpanTable& spans_;
  std::unordered_set<std::uint32_t> joining_;  // tasks that have one
};

}  // namespace ari::replay
