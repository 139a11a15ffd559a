#include "replay/model/thread_activity.h"

#include <algorithm>

#include "replay/model/named_field.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

void ThreadActivity::record(const Record& record, const Line& line) {
  if (record.kind == RecordKind::kHeader) finish();
  now_unix_ns_ = std::max(now_unix_ns_, record.at_unix_ns);
  switch (record.kind) {
    case RecordKind::kNew:
      if (record.name == "runtime.spawn" && text_field(record, "kind") != "blocking") {
        tasks_.insert(record.span);
      }
      return;
    case RecordKind::kEnter:
      return enter(record, line);
    case RecordKind::kExit:
      return exit(record.span);
    case RecordKind::kClose:
      if (const auto open = polls_.find(record.span); open != polls_.end()) {
        end(open->second.slice);
        polls_.erase(open);
      }
      tasks_.erase(record.span);
      return;
    case RecordKind::kEvent:
      if (record.target == "runtime::worker") worker(record, line);
      if (record.target == "runtime::driver") turn(record, line);
      return;
    default:
      return;
  }
}

void ThreadActivity::enter(const Record& record, const Line& line) {
  if (!tasks_.contains(record.span)) return;
  Open& open = polls_[record.span];
  if (open.entered++ > 0) return;
  seen_on(record.thread);
  overlap_ = overlap_ || polls_.size() > 1;
  open.slice = {record.span, record.thread, record.at_unix_ns, record.at_unix_ns, line.number};
}

void ThreadActivity::exit(SpanId task) {
  const auto open = polls_.find(task);
  if (open == polls_.end() || --open->second.entered > 0) return;
  end(open->second.slice);
  polls_.erase(open);
}

void ThreadActivity::worker(const Record& record, const Line& line) {
  seen_on(record.thread);
  const std::string_view op = text_field(record, "op");
  if (op != "park" && op != "unpark") return;
  if (const auto park = parks_.find(record.thread); park != parks_.end()) {
    end(park->second);
    parks_.erase(park);
  }
  if (op == "park") {
    parks_[record.thread] = {0, record.thread, record.at_unix_ns, record.at_unix_ns, line.number};
  }
}

void ThreadActivity::seen_on(std::uint32_t thread) {
  if (!some_thread_) some_thread_ = thread;
  several_threads_ = several_threads_ || *some_thread_ != thread;
}

void ThreadActivity::turn(const Record& record, const Line& line) {
  const std::optional<std::uint64_t> timers = whole_number(record, "timers");
  const bool kept =
      record.at_unix_ns >= kept_.from_unix_ns && record.at_unix_ns <= kept_.until_unix_ns;
  if (!timers || !kept) return;
  turns_.push_back({record.thread, record.at_unix_ns, *timers, line.number});
}

void ThreadActivity::end(Slice slice) {
  slice.end_unix_ns = std::max(slice.start_unix_ns, now_unix_ns_);
  if (slice.end_unix_ns <= kept_.from_unix_ns || slice.start_unix_ns >= kept_.until_unix_ns) return;
  slices_.push_back(slice);
}

void ThreadActivity::finish() {
  for (const auto& [task, open] : polls_) end(open.slice);
  for (const auto& [thread, park] : parks_) end(park);
  polls_.clear();
  parks_.clear();
  tasks_.clear();
  now_unix_ns_ = 0;
}

}  // namespace ari::replay
