#include "tests/replay/report/example_model.h"

namespace ari::replay {

namespace {

using subscriber::ValueType;

constexpr std::int64_t kStart = 1'795'437'257'946'575'883;  // 2026-11-23T12:34:17.946575883Z
constexpr std::int64_t kMs = 1'000'000, kUs = 1'000;

Distribution spread(std::uint64_t count, std::int64_t least_ns, std::int64_t most_ns) {
  Distribution d;
  d.count = count;
  d.min_ns = d.p10_ns = d.p25_ns = least_ns;
  d.p50_ns = d.p75_ns = (least_ns + most_ns) / 2;
  d.p90_ns = d.p95_ns = d.p99_ns = d.max_ns = most_ns;
  return d;
}

Coverage coverage() {
  Coverage c;
  c.path = "run.jsonl";
  c.format = "ari JSONL";
  c.program = "workshop";
  c.facts = {.threads = true,
             .locations = true,
             .targets = true,
             .resources = true,
             .destroys = true,
             .outcomes = true,
             .nanoseconds = true};
  c.bytes_read = 8312;
  c.bytes_used = 8262;
  c.bytes_skipped = 50;
  c.lines = 120;
  c.lines_skipped = 1;
  c.events = 1110;
  c.events_lost = 7;
  c.torn = true;
  c.orderly_end = false;
  c.first_unix_ns = kStart;
  c.last_unix_ns = kStart + 1402 * kMs;
  c.spans_without_new = 1;
  c.problems.push_back({Severity::kDataLoss, 41, 32, "expected a number for \"id\", found a string",
                        "{\"k\":\"enter\",\"th\":1,\"id\":\"7\"}", 24});
  return c;
}

Task task(SpanId span, std::string name, std::string kind) {
  Task t;
  t.span = span;
  t.task_id = span + 8;
  t.name = std::move(name);
  t.kind = std::move(kind);
  t.target = "tokio::task";
  t.location = place("src/scenarios.rs", 6, 37);
  t.created_unix_ns = kStart + static_cast<std::int64_t>(span) * kUs;
  t.first_line = span + 10;
  t.last_line = span + 90;
  return t;
}

void spend(Task& t, std::int64_t busy_ns, std::int64_t scheduled_ns, std::int64_t idle_ns) {
  t.busy_ns = busy_ns;
  t.scheduled_ns = scheduled_ns;
  t.idle_ns = idle_ns;
  t.total_ns = busy_ns + scheduled_ns + idle_ns;
}

// What the healthy task lived through: a poll for each millisecond, woken by "pre-work".
void live(Task& t) {
  const std::int64_t born = *t.created_unix_ns;
  LifeEvent spawned;
  spawned.at_unix_ns = born;
  spawned.first_line = spawned.last_line = t.first_line;
  t.life.push_back(spawned);
  for (std::int64_t i = 0; i < 40; ++i) {
    const auto line = static_cast<LineNumber>(20 + 3 * i);
    LifeEvent poll;
    poll.kind = LifeEvent::Kind::kPoll;
    poll.at_unix_ns = born + i * kMs + 20 * kUs;
    poll.duration_ns = (i + 1) * 10 * kUs + 317;
    poll.scheduled_ns = 20 * kUs + i * kUs;
    poll.thread = 2;
    poll.first_line = line;
    poll.last_line = line + 1;
    if (i < 39) poll.parked_at = place("src/lib.rs", 88, 5, "serve");
    t.life.push_back(poll);
    if (i == 39) break;
    LifeEvent wake;
    wake.kind = LifeEvent::Kind::kWaker;
    wake.op = WakerOp::kWakeByRef;
    wake.at_unix_ns = born + (i + 1) * kMs;
    wake.by_task = 9;
    wake.thread = 1;
    wake.first_line = wake.last_line = line + 2;
    t.life.push_back(wake);
  }
  LifeEvent destroyed, closed;
  destroyed.kind = LifeEvent::Kind::kDestroyed;
  destroyed.at_unix_ns = born + 39 * kMs + 500 * kUs;
  destroyed.duration_ns = 3 * kUs;
  destroyed.first_line = 140, destroyed.last_line = 141;
  closed.kind = LifeEvent::Kind::kClosed;
  closed.at_unix_ns = born + 40 * kMs;
  closed.first_line = closed.last_line = 142;
  t.life.push_back(destroyed);
  t.life.push_back(closed);
}

Task healthy() {
  Task t = task(7, "healthy", "task");
  spend(t, 8'212'680, 1'580'000, 30'207'320);
  t.dropped_unix_ns = *t.created_unix_ns + 40 * kMs;
  t.state = State::kCompleted;
  t.outcome = Outcome::kCompleted;
  t.polls = 40;
  t.wakes = 39;
  t.waker_clones = t.waker_drops = 41;
  t.first_poll_unix_ns = *t.created_unix_ns + 20 * kUs;
  t.last_wake_unix_ns = *t.created_unix_ns + 39 * kMs;
  t.longest_poll_ns = 400'317;
  t.longest_poll_line = 138;
  t.longest_scheduled_ns = 59 * kUs;
  t.longest_scheduled_line = 137;
  t.poll_times = spread(40, 10'317, 400'317);
  t.scheduled_times = spread(40, 20 * kUs, 59 * kUs);
  t.fields = {{"size.bytes", ValueType::kU64, "18446744073709551615"},
              {"ratio", ValueType::kF64, "NaN"},
              {"share", ValueType::kF64, "0.25"},
              {"warm", ValueType::kBool, "true"},
              {"offset", ValueType::kI64, "-3"},
              {"route", ValueType::kStr, "/a \"b\""}};
  live(t);
  return t;
}

Task sleeper() {
  Task t = task(8, "sleep once", "task");
  spend(t, 556 * kUs, 61 * kUs, 1'400 * kMs);
  t.state = State::kIdle;
  t.polls = 1;
  t.waker_clones = t.waker_drops = 1;
  t.parked_at = place("src/scenarios.rs", 17, 34, "sleep_once");
  return t;
}

Task first_poll() {
  Task t = task(9, "pre-work", "task");
  spend(t, 1'401'234'567, 98 * kUs, 0);
  t.state = State::kRunning;
  t.polls = 1;
  t.wakes = t.self_wakes = 1200;
  t.waker_clones = 1203;
  t.waker_drops = 1;
  t.longest_poll_ns = 1'401'234'567;
  t.longest_poll_line = 29;
  t.longest_scheduled_ns = 98 * kUs;
  t.longest_scheduled_line = 29;
  return t;
}

Task blocking() {
  Task t = task(18446744073709551615u, "", "blocking");
  t.task_id.reset();
  t.created_unix_ns = kStart;
  t.location = place(
      "/home/me/.cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.54.1/src/runtime/"
      "scheduler/multi_thread/worker.rs",
      515, 13);
  t.first_line = t.last_line = 12;
  spend(t, 1'402 * kMs, 417, 0);
  t.state = State::kRunning;
  t.polls = 1;
  t.longest_poll_ns = 1'402 * kMs;
  return t;
}

Task hostile() {
  Task t = task(11, "\x1b[31mred\n\x07 任务 and a name that goes on and on", "task");
  spend(t, 2 * kMs, 3 * kMs, 12 * kMs);
  t.dropped_unix_ns = *t.created_unix_ns + 17 * kMs;
  t.state = State::kCompleted;
  t.outcome = Outcome::kCancelled;
  t.polls = 3;
  t.fields = {{"key\x1b[0m", ValueType::kDisplay, "v\x1b]0;title\x07"}};
  return t;
}

Task cut_off() {
  Task t = task(12, "healthy", "local");
  t.created_unix_ns.reset();
  t.location = nullptr;
  t.target.clear();
  spend(t, 0, 5 * kMs, 0);
  t.state = State::kScheduled;
  t.wakes = 1;
  return t;
}

Link to(SpanId span, std::uint32_t index) { return {span, index}; }

Resource resource(SpanId span, std::string_view type, std::int64_t made_us) {
  Resource r;
  r.span = span;
  r.concrete_type = type;
  r.kind = "Sync";
  r.target = "tokio::sync::mutex";
  r.location = {"src/scenarios.rs", 136, 36, {}};
  r.created_unix_ns = r.since_unix_ns = kStart + made_us * kUs;
  r.total_ns = 1402 * kMs - made_us * kUs;
  r.first_line = r.last_line = span + 10;
  return r;
}

Resource mutex() {
  Resource r = resource(20, "Mutex", 30);
  r.task = to(9, 2);
  r.attributes = {{"locked", true, "", 20}};
  for (std::int64_t i = 0; i < 70; ++i) {
    r.changes.push_back({kStart + (1 + i) * kMs,
                         {"locked", i % 2 == 1, "", 20},
                         i % 3 == 0 ? Link() : to(8, 1),
                         static_cast<LineNumber>(50 + i)});
  }
  return r;
}

// Made for the mutex, whose permits it counts.
Resource internal() {
  Resource r = resource(21, "Semaphore", 40);
  r.location = {};
  r.is_internal = true;
  r.parent = to(20, 0);
  r.attributes = {{"permits", std::uint64_t{0}, "", 21}};
  return r;
}

// Shows what its child tells beside what it tells itself.
Resource inheriting() {
  Resource r = resource(22, "Semaphore", 50);
  r.inherits_child_attrs = true;
  r.attributes = {{"permits", std::uint64_t{18'446'744'073'709'551'615U}, "", 22},
                  {"permits", std::int64_t{-3}, "", 23},
                  {"mode", "\x1b[31mred", "", 23}};
  return r;
}

Resource timer() {
  Resource r = resource(18'446'744'073'709'551'615U, "Sleep", 60);
  r.kind = "timer";
  r.target = {};
  r.task = to(4711, kNowhere);
  r.dropped_unix_ns = kStart + 50 * kMs;
  r.total_ns = 50 * kMs - 60 * kUs;
  r.attributes = {{"duration", std::uint64_t{50}, "ms", r.span}};
  return r;
}

// Begun before the log, and changed in it.
Resource cut_off_resource() {
  Resource r = resource(24, "Semaphore", 0);
  r.concrete_type = r.kind = r.target = {};
  r.location = {};
  r.created_unix_ns.reset();
  r.attributes = {{"permits", {}, "", 24}};
  return r;
}

AsyncOp op(SpanId span, std::string_view source, Link resource, Link task) {
  AsyncOp o;
  o.span = span;
  o.source = source;
  o.target = "tokio::util::trace";
  o.resource = resource;
  o.task = task;
  o.created_unix_ns = o.since_unix_ns = kStart + static_cast<std::int64_t>(span) * kUs;
  o.total_ns = 1402 * kMs - static_cast<std::int64_t>(span) * kUs;
  o.idle_ns = o.total_ns;
  o.first_line = o.last_line = span + 10;
  return o;
}

void poll(AsyncOp& o, std::uint64_t polls, std::int64_t busy_ns, bool ready) {
  o.polls = polls;
  o.busy_ns = busy_ns;
  o.idle_ns = o.total_ns - busy_ns;
  o.first_poll_unix_ns = *o.created_unix_ns + kUs;
  o.poll_op = PollOp{"poll_acquire", ready, *o.created_unix_ns + 2 * kUs};
}

void drop(AsyncOp& o, std::int64_t total_ns) {
  o.dropped_unix_ns = *o.created_unix_ns + total_ns;
  o.total_ns = total_ns;
  o.idle_ns = total_ns - o.busy_ns;
}

// One in each state.
std::deque<AsyncOp> ops() {
  AsyncOp unpolled = op(30, "Receiver::await", {}, {});
  AsyncOp polled = op(31, "Mutex::lock", to(20, 0), to(9, 2));
  poll(polled, 1, 600 * kMs, false);
  polled.is_polled = true;
  AsyncOp pending = op(32, "Acquire::new", to(21, 1), to(8, 1));
  poll(pending, 2, 40 * kUs, false);
  pending.parent_op = to(31, 1);
  pending.attributes = {{"permits_requested", std::uint64_t{1}, "", 32},
                        {"permits_obtained", std::uint64_t{0}, "", 32}};
  AsyncOp ready = op(33, "Mutex::lock", to(20, 0), to(8, 1));
  poll(ready, 12'345, 30 * kMs, true);
  AsyncOp completed = op(34, "Mutex::lock", to(20, 0), to(7, 0));
  poll(completed, 3, 10 * kUs, true);
  drop(completed, 20 * kMs);
  AsyncOp cancelled = op(35, "Sleep::new_timeout", to(18'446'744'073'709'551'615U, 3), {});
  poll(cancelled, 1, 10 * kUs, false);
  drop(cancelled, 10 * kMs);
  AsyncOp dropped = op(36, "", to(4712, kNowhere), to(4711, kNowhere));
  dropped.polls = 1;
  drop(dropped, 1 * kMs);
  return {unpolled, polled, pending, ready, completed, cancelled, dropped};
}

}  // namespace

const SourceLocation* place(std::string file, std::uint32_t line, std::uint32_t column,
                            std::string function) {
  static TextPool texts;
  return texts.keep(subscriber::Location{file, line, column, function});
}

Model example_model() {
  Model model;
  model.coverage = coverage();
  model.end_unix_ns = kStart + 1402 * kMs;
  model.tasks = {healthy(), sleeper(), first_poll(), blocking(), hostile(), cut_off()};
  model.resource_count = 12;
  model.op_count = 34;
  model.resources = {mutex(), internal(), inheriting(), timer(), cut_off_resource()};
  model.ops = ops();
  model.poll_times = spread(45, 10'317, 1'401'234'567);
  model.scheduled_times = spread(44, 20 * kUs, 3 * kMs);
  return model;
}

std::vector<Finding> example_findings() {
  return {
      {"self-wakes", Status::kDefinite, 2, "1,200 of its 1,200 wakes (100%) were by itself", 29,
       119},
      {"lost-waker", Status::kDefinite, 1,
       "its last waker was dropped at 12:34:17.947 while it slept: nobody could wake it in the "
       "1.40s until the log ends",
       30, 57, 1'795'437'257'947'937'883},
      {"never-yielded", Status::kProvisional, 2,
       "its first poll had run for 1.40s when the log ended", 29, 29},
      {"lost-waker", Status::kRefuted, 0,
       "no waker was known for 1.20ms, yet it was polled after that", 23, 26},
  };
}

}  // namespace ari::replay
