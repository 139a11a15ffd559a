// Steps: a log in short, for tests of the model.
//
// One step is one thing that happened to a task. A list of them is folded by the model
// itself (fold_steps) and, straight from the definitions, by SlowFold; the tests hold the
// two, or numbers worked out by hand, against each other.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "replay/model/model.h"

namespace ari::test {

enum class Deed : std::uint8_t {
  kSpawn,
  kEnter,
  kExit,
  kClone,
  kDrop,
  kWake,
  kWakeByRef,
  kClose,
  kHeader,  // another recording begins; the rest of the step says nothing
  kLost,    // events of `thread` were lost
};

struct Step {
  Deed deed{};
  std::int64_t at_ns = 0;
  replay::SpanId task = 1;
  std::uint32_t thread = 1;                     // 0: the log does not tell
  std::optional<bool> self_wake = {};           // kWake, kWakeByRef: where the log tells
  std::optional<bool> destroy = {};             // kEnter: where the log tells
  std::optional<replay::Outcome> outcome = {};  // kClose
  std::string kind = "task";                    // kSpawn; empty: the log does not tell
  std::uint32_t parked_at_line = 0;             // kExit: where it suspended; 0: not told
};
using Steps = std::vector<Step>;
using Tasks = decltype(replay::Model::tasks);

// Short forms for tables of steps.
Step spawn(std::int64_t at_ns, replay::SpanId task = 1, std::string kind = "task");
Step enter(std::int64_t at_ns, replay::SpanId task = 1, std::uint32_t thread = 1);
Step exit(std::int64_t at_ns, replay::SpanId task = 1, std::uint32_t thread = 1);
Step clone(std::int64_t at_ns, replay::SpanId task = 1, std::uint32_t thread = 1);
Step drop(std::int64_t at_ns, replay::SpanId task = 1, std::uint32_t thread = 1);
Step wake(std::int64_t at_ns, replay::SpanId task = 1, std::uint32_t thread = 2);
Step wake_by_ref(std::int64_t at_ns, replay::SpanId task = 1, std::uint32_t thread = 2);
Step close(std::int64_t at_ns, replay::SpanId task = 1);
// The same step with the destruction told, or told not to be one.
Step destroying(Step enter);
Step polling(Step enter);
// The same step with the line told in which the poll suspended.
Step parked(Step exit, std::uint32_t at_line);

// The steps as a log of one line each, from line 1, folded.
replay::Model fold_steps(const Steps& steps, const replay::FoldOptions& options);
// The same; nothing if a task was forgotten too early.
std::optional<replay::Model> fold_unless_misjudged(const Steps& steps,
                                                   const replay::FoldOptions& options);
// With every task watched, so that distributions and lives are there.
replay::Model fold_steps(const Steps& steps, replay::Semantics semantics);

// All about a task but its life, one `name=value` a line, for messages and comparisons.
std::string show(const replay::Task& task);
std::string show(const Tasks& tasks);
std::string show(const replay::Distribution& distribution);
// The steps, one a line, to repeat a failure by hand.
std::string show(const Steps& steps);

}  // namespace ari::test
