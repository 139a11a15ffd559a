#include "tests/replay/model/noise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

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
  const std::string type = kTypes[detail % 4];
  return {{"concrete_type", type},
          {"kind", std::string(type == "Sleep" ? "timer" : "Sync")},
          {"is_internal", detail % 8 == 6},
          {"inherits_child_attrs", detail % 3 == 0}};
}

std::string source_of_op(unsigned detail) {
  constexpr const char* kSources[] = {"Mutex::lock",   "Mutex::lock_owned",  "RwLock::read",
                                      "RwLock::write", "Semaphore::acquire", "Sleep::new_timeout"};
  return kSources[detail % 6];
}

std::vector<std::pair<std::string, FieldValue>> update_of_resource(unsigned detail) {
  if (detail >= 180) {
    return {{"duration", std::uint64_t{detail % 4}},
            {"duration.unit", std::string("ms")},
            {"duration.op", std::string("override")}};
  }
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

// That the task which is polled waits for others, or that a task is found to by a dump.
void tell_join(Happening& h, std::uint64_t task, bool by_dump) {
  const std::string prefix = by_dump ? "join." : "";
  h.kind = RecordKind::kEvent;
  h.target = by_dump ? "runtime::dump" : "runtime::join";
  if (by_dump) {
    h.fields = {
        {"op", std::string("task")}, {"task.id", h.span}, {"since_poll_ns", std::uint64_t{1}}};
    h.span = 0;
  }
  h.fields.insert(h.fields.end(), {{prefix + "op", std::string("JoinHandle")},
                                   {prefix + "task", task},
                                   {prefix + "tasks", std::uint64_t{1} + task % 3},
                                   {prefix + "others", std::to_string(task % 5 + 1)},
                                   {prefix + "all", task % 2 == 0}});
}

// What is rare.
void tell_else(Happening& h, unsigned detail, std::uint64_t other) {
  if (detail < 40) {
    h.kind = RecordKind::kLost;
  } else if (detail < 160) {
    h.kind = RecordKind::kEnter;
  } else if (detail <= 240) {
    tell_join(h, other, detail >= 220);
  } else {
    h.kind = RecordKind::kHeader;
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
      tell_else(h, detail, other);
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
  for (const replay::Task& task : model.tasks) {
    if (!task.joins) continue;
    for (const Link& joined : task.joins->tasks) {
      if (!leads_well(model.tasks, joined)) return "task that is joined";
    }
  }
  for (const replay::Deadlock& deadlock : model.deadlocks) {
    for (const replay::DeadlockLink& link : deadlock.links) {
      const bool is_there = follow(model.tasks, link.task) != nullptr;
      if (!is_there || !leads_well(model.tasks, link.task)) return "task in a deadlock";
    }
  }
  return nullptr;
}

// The ways in which a log is folded: all is kept, or only what is alive, or all tasks but no
// resources, or few tasks.
FoldOptions all() { return {.resources = true, .deadlocks = true}; }
FoldOptions alive() { return {.resources = true, .only_alive = true}; }
FoldOptions only_locks() { return {.deadlocks = true}; }
FoldOptions few_tasks() {
  return {.deadlocks = true, .is_worth_keeping = [](const Model& model, std::size_t task) {
            return model.tasks.at(task).span % 3 == 0;
          }};
}

std::string told(const replay::Hold& hold) {
  return fmt::format("{} since {}{}{}", hold.task.span, hold.since_unix_ns,
                     hold.doubtful ? " doubtful" : "", hold.taker_over ? " left" : "");
}

// What does not depend on what is forgotten.
std::string told_deadlocks(const Model& model) {
  std::string out;
  for (const replay::Deadlock& deadlock : model.deadlocks) {
    out += fmt::format("{} to {}, {}:\n", deadlock.since_unix_ns, deadlock.until_unix_ns,
                       deadlock.broken.value_or(replay::kNowhere));
    for (const replay::DeadlockLink& link : deadlock.links) {
      out += fmt::format(" task {} in {} {} for {} {} since {}, held by {}, {} wakers, {} waits\n",
                         link.task.span, link.source, link.op, link.lock_type, link.lock.span,
                         link.waits_since_unix_ns, told(link.hold), link.wakers, link.awaited);
    }
  }
  return out;
}

// By the tasks' numbers, of those that are kept.
std::map<std::uint32_t, std::string> told_held_waits(const Model& model) {
  std::map<std::uint32_t, std::string> out;
  for (const replay::Task& task : model.tasks) {
    std::string& text = out[task.number];
    if (!task.held_wait) continue;
    const replay::HeldWait& wait = *task.held_wait;
    text = fmt::format("{} {} of {}, in {} and {} more, {} to {}{}, {} waiters", wait.lock_type,
                       wait.lock, told(wait.hold), wait.source, wait.other_ops, wait.since_unix_ns,
                       wait.until_unix_ns, wait.to_log_end ? " at the end" : "", wait.lock_waiters);
  }
  return out;
}

// Phrases of a log, as bytes for noise().
class Phrases {
 public:
  explicit Phrases(std::mt19937& random) : random_(random) {}

  void begin() {
    for (std::uint8_t task = 0; task < kTasks; ++task) put(kNewTask, task);
    for (int i = 0; i < 2; ++i) new_lock();
  }

  void any() {
    const std::uint8_t task = below(kTasks), lock = kFirstLock + below(kLocks);
    thread_ = 1 + below(2);
    const std::uint8_t op = kFirstOp + below(kOps);
    switch (below(24)) {
      case 0:  // what the task held is gone
        put(kEnter, task);
        put(kToldByResource, lock, 0, kUnlocked);
        put(kExit, task);
        break;
      case 1:
        put(kClose, one_in(2) ? task : lock);
        break;
      case 2:
        put(kNewTask, task);
        break;
      case 3:
        new_lock();
        break;
      case 4:
        put(kClose, op);
        break;
      case 5:
        put(kWaker, task, below(13), below(4));
        break;
      case 6:
        put(kOther, 0, 0, one_in(4) ? kHeader : one_in(3) ? kLost : kEnterAgain);
        break;
      case 7:  // another task gets to the op, but does not poll it
      case 8:
        put(kEnter, task);
        enter_and_leave(op, [] {});
        put(kExit, task);
        break;
      case 9:
      case 10:
        sleep(task, op);
        break;
      default:
        use(task, lock, op);
    }
  }

  std::vector<std::uint8_t> bytes;

 private:
  // As noise.cc's one() has them.
  enum Kind : std::uint8_t {
    kNewTask = 0,
    kNewResource = 1,
    kNewOp = 2,
    kNewOpPoll = 3,
    kEnter = 4,
    kExit = 5,
    kClose = 6,
    kPolled = 7,
    kToldByResource = 8,
    kWaker = 10,
    kOther = 11,
  };
  static constexpr std::uint8_t kTasks = 3, kLocks = 3, kFirstLock = kTasks, kOps = 3,
                                kFirstOp = kFirstLock + kLocks;
  static constexpr std::uint8_t kUnlocked = 1, kReady = 2, kPending = 1;
  static constexpr std::uint8_t kSleep = 3, kDuration = 180, kClone = 0, kWake = 2;
  static constexpr std::uint8_t kLost = 20, kHeader = 250, kEnterAgain = 100;

  unsigned below(unsigned end) { return random_() % end; }
  bool one_in(unsigned n) { return below(n) == 0; }

  // Each at most once: an op that outlives its lock would be taken for one of the next with its id.
  void new_lock() {
    if (locks_ < kLocks) put(kNewResource, kFirstLock + locks_++);
  }

  template <typename Inside>
  void enter_and_leave(std::uint8_t op, Inside inside) {
    put(kEnter, op);
    put(kEnter, op + kOps);
    inside();
    put(kExit, op + kOps);
    put(kExit, op);
  }

  // A task polls an op, new or not, on a lock, and gets it, or waits.
  void use(std::uint8_t task, std::uint8_t lock, std::uint8_t op) {
    put(kEnter, task);
    if (!one_in(4)) {
      put(kNewOp, op, lock + 1);
      put(kNewOpPoll, op + kOps, op + 1);
    }
    const bool ready = !one_in(3);
    enter_and_leave(op, [&] { put(kPolled, op, 0, ready ? kReady : kPending); });
    if (ready) put(kClose, op);
    put(kExit, task);
  }

  // A task waits for a timer, with an op's id, which wakes it from outside of all polls, or is
  // dropped.
  void sleep(std::uint8_t task, std::uint8_t timer) {
    if (!one_in(4)) put(kNewResource, timer, 0, kSleep);
    put(kToldByResource, timer, 0, kDuration + below(2));
    put(kEnter, task);
    put(kWaker, task, timer + 1, kClone);
    put(kExit, task);
    if (one_in(3)) put(kClose, timer);
    thread_ = 3;
    if (!one_in(3)) put(kWaker, task, 0, kWake);
    if (one_in(3)) put(kClose, timer);
  }

  // Mostly. Locks are mutexes, and ops are on mutexes, where nothing else is said.
  void put(std::uint8_t kind, std::uint8_t id, std::uint8_t other = 0, std::uint8_t detail = 0) {
    if (one_in(30)) return;
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(kind + 12 * thread_), id, other, detail});
    if (!one_in(30)) return;
    const auto any_kind = static_cast<std::uint8_t>(random_());
    if (any_kind % 12 <= kNewOpPoll) return;
    bytes.push_back(any_kind);
    for (int i = 0; i < 3; ++i) bytes.push_back(static_cast<std::uint8_t>(random_()));
  }

  std::mt19937& random_;
  std::uint8_t locks_ = 0;   // made so far
  std::uint8_t thread_ = 1;  // on which all of a phrase happens
};

}  // namespace

std::vector<std::uint8_t> broken_lock_log(std::mt19937& random) {
  Phrases phrases(random);
  phrases.begin();
  for (unsigned i = 0, count = 10 + random() % 40; i < count; ++i) phrases.any();
  return std::move(phrases.bytes);
}

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
  std::uint64_t tasks = 0;
  for (const FoldOptions& options : {all(), alive(), only_locks(), few_tasks()}) {
    const Model model = fold_happenings(log, options);
    if (const char* fault = fault_of(model)) return fault;
    if (tasks != 0 && model.task_count() != tasks) return "number of tasks";
    tasks = model.task_count();
    if (options.resources) (void)replay::AwaitTree(model).roots();
  }
  return nullptr;
}

std::string fault_of_forgetting(const Happenings& log) {
  const Model whole = fold_happenings(log, all());
  const std::string deadlocks = told_deadlocks(whole);
  const auto held_waits = told_held_waits(whole);
  const auto fault = [](const std::string& kept, const std::string& forgotten) {
    return fmt::format("said where all is kept:\n{}\nand where it is forgotten:\n{}", kept,
                       forgotten);
  };
  for (const FoldOptions& options : {only_locks(), few_tasks()}) {
    const Model model = fold_happenings(log, options);
    const std::string now = told_deadlocks(model);
    if (now != deadlocks) return fault(deadlocks, now);
    for (const auto& [task, wait] : told_held_waits(model)) {
      if (held_waits.at(task) != wait) return fault(held_waits.at(task), wait);
    }
  }
  return {};
}

}  // namespace ari::test
