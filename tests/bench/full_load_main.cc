// full_load SECONDS THREADS churn|tasks|polls: records as fast as the threads can, under whatever
// ARI asks for, and prints how many events that were, for soak.sh to compare with the log.
//
// polls: of 100 tasks a thread that live to the end, polled and woken in turns. tasks: they end
// after 500 polls, and others begin. churn: they end after one. (ari-replay keeps a kilobyte of
// each task that has ended.)
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/trace/dispatch.h"
#include "subscriber/init.h"

namespace {

using namespace ari::trace;

constexpr std::string_view kTaskFields[] = {"kind", "task.id"};
constexpr Metadata kTask{"runtime.spawn", "ari::task", Level::kTrace, kTaskFields};
constexpr std::string_view kEventFields[] = {"op_name", "is_ready"};
constexpr Metadata kEvent{"", "runtime::resource::poll_op", Level::kTrace, kEventFields};
constexpr int kTasks = 100;

std::atomic<SpanId> g_next_id{1};
std::atomic<bool> g_is_over{false};

// One thread's events; counts what it records.
class Load {
 public:
  explicit Load(Subscriber& subscriber) : to_(subscriber) {}

  void begin(SpanId id) {
    const Value values[] = {Value::display("task"), Value(id)};
    to_.new_span(id, kNoSpan, kTask, values);
    ++events_;
  }
  void poll_and_wake(SpanId id) {
    to_.enter(id, EnterReason::kPoll);
    const Value values[] = {Value("poll_elapsed"), Value(false)};
    to_.event(id, kEvent, values);
    to_.waker(id, WakerOp::kClone, id);
    to_.exit(id, std::source_location::current());
    to_.waker(kNoSpan, WakerOp::kWake, id);
    events_ += 5;
  }
  void end(SpanId id) {
    to_.enter(id, EnterReason::kDestroy);
    to_.exit(id, {});
    to_.close(id, Outcome::kCompleted);
    events_ += 3;
  }
  std::uint64_t events() const { return events_; }

 private:
  Subscriber& to_;
  std::uint64_t events_ = 0;
};

// `polls` of each task, and whether it then ends.
std::uint64_t run(int polls, bool are_short_lived) {
  Load load(*subscriber());
  std::vector<SpanId> tasks(kTasks);
  const auto begin_all = [&] {
    for (SpanId& task : tasks) load.begin(task = g_next_id.fetch_add(1));
  };
  begin_all();
  while (!g_is_over.load(std::memory_order_relaxed)) {
    for (int i = 0; i < polls; ++i) {
      for (const SpanId task : tasks) load.poll_and_wake(task);
    }
    if (!are_short_lived) continue;
    for (const SpanId task : tasks) load.end(task);
    begin_all();
  }
  for (const SpanId task : tasks) load.end(task);
  return load.events();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view load = argc == 4 ? argv[3] : "";
  if (load != "churn" && load != "tasks" && load != "polls") {
    return std::fputs("usage: full_load SECONDS THREADS churn|tasks|polls\n", stderr), 2;
  }
  ari::subscriber::init();
  if (subscriber() == nullptr) return std::fputs("full_load: ARI asks for nothing\n", stderr), 2;
  const int polls = load == "churn" ? 1 : 500;
  std::atomic<std::uint64_t> events{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    threads.emplace_back([&] { events += run(polls, load != "polls"); });
  }
  std::this_thread::sleep_for(std::chrono::seconds(std::atoi(argv[1])));
  g_is_over = true;
  for (std::thread& thread : threads) thread.join();
  std::printf("%llu\n", static_cast<unsigned long long>(events.load()));
}
