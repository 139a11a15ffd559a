#include "replay/report/json_members.h"
#include "replay/report/told_task.h"
#include "replay/report/wakers_view.h"

namespace ari::replay {

namespace {

void member_waker(JsonWriter& json, std::string_view name, std::optional<std::size_t> waker) {
  json.key(name);
  waker ? json.value(*waker + 1) : json.null();
}

void write_event(JsonWriter& json, const LifeEvent& event, const WakerEntry& entry) {
  json.new_line();
  json.begin_object();
  member_instant(json, "at", event.at_unix_ns);
  json.member("event", subscriber::waker_op_name(event.op));
  member_waker(json, "waker", entry.waker);
  json.member("basis", word(entry.basis));
  member_from_1(json, "op", event.async_op.span);
  member_from_1(json, "resource", event.resource.span);
  member_from_1(json, "by_task", event.by_task);
  json.member("by_unclear", event.by_unclear);
  json.member("self_wake", event.self_wake);
  member_from_1(json, "thread", event.thread);
  member_line(json, "line", event.first_line);
  json.end_object();
}

class WakersJson {
 public:
  WakersJson(const Task& task, JsonWriter& json)
      : task_(task), ledger_(waker_ledger(task)), json_(json) {}

  void totals() {
    std::uint64_t by_value = 0, never_woke = 0;
    for (const WakerEntry& entry : ledger_.entries) {
      by_value += task_.life[entry.event].op == WakerOp::kWake ? 1 : 0;
    }
    for (const LedgerWaker& waker : ledger_.wakers) never_woke += waker.wakes == 0 ? 1 : 0;
    json_.key("totals");
    json_.begin_object();
    json_.member("waker_clones", task_.waker_clones);
    json_.member("waker_drops", task_.waker_drops);
    json_.member("waker_count", told_waker_count(task_));
    json_.member("wakes", task_.wakes);
    json_.member("wakes_by_value", by_value);
    json_.member("never_woke", never_woke);
    json_.member("guessed", ledger_.guessed);
    json_.end_object();
  }

  void wakers() {
    json_.key("wakers");
    json_.begin_list();
    for (std::size_t i = 0; i < ledger_.wakers.size(); ++i) {
      const LedgerWaker& waker = ledger_.wakers[i];
      json_.new_line();
      json_.begin_object();
      json_.member("waker", i + 1);
      json_.member("wakes", waker.wakes);
      json_.member("inferred", waker.doubtful);
      member_line(json_, "cloned_line", line_of(waker.cloned));
      member_line(json_, "gone_line", waker.gone ? line_of(*waker.gone) : 0);
      json_.end_object();
    }
    json_.end_list();
  }

  void lost() {
    json_.key("lost");
    json_.begin_list();
    for (const LostWaker& lost : lost_wakers(task_, ledger_)) {
      json_.new_line();
      json_.begin_object();
      member_instant(json_, "since_at", lost.spell.since_unix_ns);
      json_.member("lost_ns", lost.spell.until_unix_ns - lost.spell.since_unix_ns);
      json_.member("refuted", lost.spell.refuted);
      member_waker(json_, "waker", lost.last ? ledger_.entries[*lost.last].waker : std::nullopt);
      member_line(json_, "gone_line", lost.last ? line_of(*lost.last) : 0);
      json_.end_object();
    }
    json_.end_list();
  }

  void events() {
    json_.key("events");
    json_.begin_list();
    for (const WakerEntry& entry : ledger_.entries) {
      write_event(json_, task_.life[entry.event], entry);
    }
    json_.end_list();
  }

 private:
  LineNumber line_of(std::size_t entry) const {
    return task_.life[ledger_.entries[entry].event].first_line;
  }

  const Task& task_;
  const WakerLedger ledger_;
  JsonWriter& json_;
};

}  // namespace

void wakers_json(const Model& model, std::size_t index, std::string& out) {
  const Task& task = model.tasks[index];
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.member("task", task.span);
  WakersJson wakers(task, json);
  wakers.totals();
  wakers.wakers();
  wakers.lost();
  wakers.events();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
