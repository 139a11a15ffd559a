#include "tests/replay/model/noise.h"

#include <algorithm>

#include "replay/model/await_tree.h"

namespace ari::test {

namespace {

using replay::FoldOptions;
using replay::Link;
using replay::Model;
using subscriber::RecordKind;
using subscriber::WakerOp;

std::vector<std::pair<std::string, FieldValue>> fields_of_resource(unsigned detail) {
  constexpr const char* kTypes[] = {"Mutex", "RwLock", "Semaphore", "Sleep"};
  return {{"concrete_type", std::string(kTypes[detail % 4])},
          {"kind", std::string("Sync")},
          {"is_internal", detail % 8 == 6},
          {"inherits_child_attrs", detail % 3 == 0}};
}

std::string source_of_op(unsigned detail) {
  constexpr const char* kSources[] = {"Mutex::lock",   "Mutex::lock_owned",  "RwLock::read",
                                      "RwLock::write", "Semaphore::acquire", "Sleep::new_timeout"};
  return kSources[detail % 6];
}

std::vector<std::pair<std::string, FieldValue>> update_of_resource(unsigned detail) {
  switch (detail % 6) {
    case 0:
      return {{"locked", true}, {"locked.op", std::string("override")}};
    case 1:
      return {{"locked", false}, {"locked.op", std::string("override")}};
    case 2:
      return {{"write_locked", detail % 4 == 0}, {"write_locked.op", std::string("override")}};
    case 3:
      return {{"current_readers", std::uint64_t{1}}, {"current_readers.op", std::string("add")}};
    case 4:
      return {{"current_readers", std::uint64_t{1}}, {"current_readers.op", std::string("sub")}};
    default:
      return {{"permits", std::uint64_t{1 + detail % 3}}, {"permits.op", std::string("add")}};
  }
}

Happening one(std::span<const std::uint8_t, 4> bytes) {
  const unsigned detail = bytes[3];
  Happening h;
  h.thread = bytes[0] / 12 % 4;
  h.span = 1 + bytes[1] % 12;
  const replay::SpanId other = bytes[2] % 13;
  switch (bytes[0] % 12) {
    case 0:
      h.kind = RecordKind::kNew, h.name = kTask, h.fields = {{"kind", std::string("task")}};
      break;
    case 1:
      h.kind = RecordKind::kNew, h.name = kResource, h.parent = other;
      h.fields = fields_of_resource(detail);
      break;
    case 2:
      h.kind = RecordKind::kNew, h.name = kOp, h.parent = other;
      h.fields = {{"source", source_of_op(detail)}};
      break;
    case 3:
      h.kind = RecordKind::kNew, h.name = kOpPoll, h.parent = other;
      break;
    case 4:
      h.kind = RecordKind::kEnter;
      break;
    case 5:
      h.kind = RecordKind::kExit;
      break;
    case 6:
      h.kind = RecordKind::kClose;
      break;
    case 7:
      h.kind = RecordKind::kEvent, h.target = kPollOp;
      h.fields = {{"op_name", std::string("poll")}, {"is_ready", detail % 2 == 0}};
      break;
    case 8:
      h.kind = RecordKind::kEvent, h.target = kResourceState;
      h.fields = update_of_resource(detail);
      break;
    case 9:
      h.kind = RecordKind::kEvent, h.target = kOpState;
      h.fields = {{"permits_obtained", std::uint64_t{1}},
                  {"permits_obtained.op", std::string("add")}};
      break;
    case 10:
      h.kind = RecordKind::kWaker, h.task = h.span, h.span = other;
      h.op = static_cast<WakerOp>(detail % 4);
      break;
    default:
      h.kind = detail < 40    ? RecordKind::kLost
               : detail > 240 ? RecordKind::kHeader
                              : RecordKind::kEnter;
      break;
  }
  return h;
}

template <typename Thing>
bool leads_well(const std::deque<Thing>& things, const Link& link) {
  const Thing* thing = follow(things, link);
  return thing == nullptr ? link.index == replay::kNowhere : thing->span == link.span;
}

// All but what is forgotten for good: its links are not looked at.
const char* fault_of(const Model& model) {
  for (const replay::Resource& resource : model.resources) {
    if (!leads_well(model.resources, resource.parent)) return "parent of a resource";
    if (!leads_well(model.tasks, resource.task)) return "maker of a resource";
    for (const replay::Hold& hold : resource.holds) {
      if (!leads_well(model.tasks, hold.task)) return "holder of a lock";
    }
  }
  for (const replay::AsyncOp& op : model.ops) {
    if (!leads_well(model.resources, op.resource)) return "resource of an op";
    if (!leads_well(model.ops, op.parent_op)) return "parent of an op";
    if (!leads_well(model.tasks, op.task)) return "task of an op";
  }
  for (const replay::Deadlock& deadlock : model.deadlocks) {
    for (const replay::DeadlockLink& link : deadlock.links) {
      const bool is_there = follow(model.tasks, link.task) != nullptr;
      if (!is_there || !leads_well(model.tasks, link.task)) return "task in a deadlock";
    }
  }
  return nullptr;
}

}  // namespace

Happenings noise(std::span<const std::uint8_t> bytes) {
  Happenings log;
  std::int64_t at_ns = 0;
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    log.push_back(one(bytes.first<4>()));
    log.back().at_ns = at_ns += bytes[3] % 5 == 0 ? 70'000'000 : 1'000;
  }
  return log;
}

const char* fault_of_folds(const Happenings& log) {
  FoldOptions all, alive, only_locks, few;
  all.resources = alive.resources = alive.only_alive = true;
  only_locks.deadlocks = few.deadlocks = true;
  few.is_worth_keeping = [](const Model& model, std::size_t task) {
    return model.tasks.at(task).span % 3 == 0;
  };
  std::uint64_t tasks = 0;
  for (const FoldOptions& options : {all, alive, only_locks, few}) {
    const Model model = fold_happenings(log, options);
    if (const char* fault = fault_of(model)) return fault;
    if (tasks != 0 && model.task_count() != tasks) return "number of tasks";
    tasks = model.task_count();
    if (options.resources) (void)replay::AwaitTree(model).roots();
  }
  return nullptr;
}

}  // namespace ari::test
