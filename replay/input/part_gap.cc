#include "replay/input/part_gap.h"

#include <algorithm>
#include <functional>

#include "replay/input/emit.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;
using subscriber::WakerOp;

void PartGap::record(const Record& record, const Line& line) {
  if (record.kind == RecordKind::kGap && record.span == trace::kNoSpan) return begin();
  if (in_gap_ && record.retold) return retold(record, line);
  if (in_gap_ && is_event(record.kind)) end();
  pass_on(record, line);
}

void PartGap::pass_on(const Record& record, const Line& line) {
  count(record);
  last_unix_ns_ = std::max(last_unix_ns_, record.at_unix_ns);
  last_line_ = line.number;
  sink_->record(record, line);
}

void PartGap::begin() {
  end();
  std::vector<std::uint32_t> threads;
  for (const auto& [thread, spans] : entered_) threads.push_back(thread);
  std::sort(threads.begin(), threads.end());
  for (const std::uint32_t thread : threads) {
    const std::vector<SpanId>& spans = entered_[thread];
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
      make_up(RecordKind::kExit, thread, *span);
    }
  }
  entered_.clear();
  for (auto& [id, open] : open_) {
    open.was_open = true;
    open.is_told = false;
    open.wakers_before = std::max<std::int64_t>(0, open.wakers);
    open.wakers = 0;
  }
  in_gap_ = true;
}

// What was not told again has ended.
void PartGap::end() {
  if (!in_gap_) return;
  in_gap_ = false;
  std::vector<SpanId> gone;
  for (auto& [id, open] : open_) {
    if (open.was_open && !open.is_told) gone.push_back(id);
    open.was_open = false;
    open.wakers += open.wakers_before;  // those of a task that is in a poll are not told again
  }
  // Ids count up: children go before their parents.
  std::sort(gone.begin(), gone.end(), std::greater<>());
  for (const SpanId id : gone) {
    make_up(RecordKind::kClose, open_[id].thread, id);
    open_.erase(id);
  }
}

void PartGap::retold(const Record& record, const Line& line) {
  const bool is_clone = record.kind == RecordKind::kWaker && record.op == WakerOp::kClone;
  const auto it = open_.find(record.kind == RecordKind::kWaker ? record.task : record.span);
  if (it == open_.end() || !it->second.was_open) return pass_on(record, line);
  Open& open = it->second;
  open.is_told = true;
  last_unix_ns_ = std::max(last_unix_ns_, record.at_unix_ns);
  last_line_ = line.number;
  // A task that has not been polled by now has been scheduled all the time.
  const bool is_task = record.kind == RecordKind::kNew && record.name == "runtime.spawn";
  const bool begins = record.kind == RecordKind::kNew || record.kind == RecordKind::kEnter;
  if (begins && !is_task) make_up(RecordKind::kGap, record.thread, record.span);
  if (record.kind == RecordKind::kNew) return;
  if (is_clone && open.wakers_before > 0) {
    --open.wakers_before;
    ++open.wakers;
    return;
  }
  for (; record.kind == RecordKind::kExit && open.wakers_before > 0; --open.wakers_before) {
    drop_waker(record);
  }
  pass_on(record, line);
}

void PartGap::make_up(RecordKind kind, std::uint32_t thread, SpanId span) {
  Record record;
  record.kind = kind;
  record.at_unix_ns = last_unix_ns_;
  record.thread = thread;
  record.span = span;
  record.implied = true;
  sink_->record(record, {last_line_, {}, true});
}

void PartGap::drop_waker(const Record& exit) {
  Record drop;
  drop.kind = RecordKind::kWaker;
  drop.at_unix_ns = exit.at_unix_ns;
  drop.thread = exit.thread;
  drop.target = subscriber::kWakerTarget;
  drop.op = WakerOp::kDrop;
  drop.task = exit.span;
  drop.implied = true;
  sink_->record(drop, {last_line_, {}, true});
}

void PartGap::enter(std::uint32_t thread, SpanId span) {
  std::vector<SpanId>& spans = entered_[thread];
  if (spans.size() == kDeepest) spans.erase(spans.begin());
  spans.push_back(span);
}

void PartGap::exit(std::uint32_t thread, SpanId span) {
  std::vector<SpanId>& spans = entered_[thread];
  const auto last = std::find(spans.rbegin(), spans.rend(), span);
  if (last != spans.rend()) spans.erase(std::next(last).base());
}

void PartGap::count(const Record& record) {
  switch (record.kind) {
    case RecordKind::kNew:
      open_[record.span].thread = record.thread;
      return;
    case RecordKind::kClose:
      open_.erase(record.span);
      return;
    case RecordKind::kEnter:
      return enter(record.thread, record.span);
    case RecordKind::kExit:
      return exit(record.thread, record.span);
    case RecordKind::kWaker: {
      const auto task = open_.find(record.task);
      if (task == open_.end()) return;
      if (record.op == WakerOp::kClone) ++task->second.wakers;
      if (record.op == WakerOp::kDrop || record.op == WakerOp::kWake) --task->second.wakers;
      return;
    }
    default:
      return;
  }
}

}  // namespace ari::replay
