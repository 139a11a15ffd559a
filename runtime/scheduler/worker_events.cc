#include "runtime/scheduler/worker_events.h"

#include "runtime/trace/span.h"

namespace ari::scheduler::record {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "runtime::worker";

constexpr std::string_view kParkFields[] = {"op", "worker"};
constexpr std::string_view kUnparkFields[] = {"op", "worker", "reason", "in_driver"};
constexpr std::string_view kStealFields[] = {"op", "worker", "from", "tasks"};
constexpr std::string_view kOverflowFields[] = {"op", "worker", "tasks"};
constexpr std::string_view kDepthFields[] = {"op", "worker", "local_queue_depth",
                                             "injection_queue_depth"};
constexpr Metadata kPark{"", kTarget, Level::kTrace, kParkFields};
constexpr Metadata kUnpark{"", kTarget, Level::kTrace, kUnparkFields};
constexpr Metadata kSteal{"", kTarget, Level::kTrace, kStealFields};
constexpr Metadata kOverflow{"", kTarget, Level::kTrace, kOverflowFields};
constexpr Metadata kDepth{"", kTarget, Level::kTrace, kDepthFields};

constexpr std::string_view kBlockedFields[] = {"op", "worker", "task", "for_ns", "backtrace"};
constexpr Metadata kBlocked{"", kTarget, Level::kWarn, kBlockedFields};

std::uint64_t count(std::chrono::nanoseconds time) noexcept {
  return static_cast<std::uint64_t>(time.count());
}

}  // namespace

void park(std::size_t worker) noexcept { trace::event(kPark, {"park", worker}); }

void unpark(std::size_t worker, std::string_view reason, bool in_driver) noexcept {
  trace::event(kUnpark, {"unpark", worker, reason, in_driver});
}

void steal(std::size_t worker, std::size_t from, std::size_t tasks) noexcept {
  trace::event(kSteal, {"steal", worker, from, tasks});
}

void overflow(std::size_t worker, std::size_t tasks) noexcept {
  trace::event(kOverflow, {"overflow", worker, tasks});
}

void depth(std::size_t worker, std::size_t local, std::size_t shared) noexcept {
  trace::event(kDepth, {"queue_depth", worker, local, shared});
}

void hand_over(std::size_t worker) noexcept { trace::event(kPark, {"hand_over", worker}); }

void blocked(std::size_t worker, std::uint64_t task, std::chrono::nanoseconds time,
             std::string_view backtrace) noexcept {
  const trace::Value calls = backtrace.empty() ? trace::Value() : trace::Value(backtrace);
  trace::event(kBlocked, {"blocked", worker, task, count(time), calls});
}

void unblocked(std::size_t worker, std::uint64_t task, std::chrono::nanoseconds time) noexcept {
  trace::event(kBlocked, {"unblocked", worker, task, count(time), trace::Value()});
}

}  // namespace ari::scheduler::record
