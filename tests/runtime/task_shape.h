// TaskShape: one task's life as lines, freed of all that differs from run to run.
//
// For holding our tasks against those of real Tokio programs: the lines that speak of the
// task, and all that is told on its thread while it is entered, in recorder.h's shorthand,
// spans renumbered in order of appearance. What we mean to do otherwise than Tokio is
// taken away:
//
//   - Tokio cannot tell how a task was entered to be destroyed, nor how it ended:
//     "destroy" becomes "enter", "close cancelled" becomes "close", and our events with
//     the target runtime::task go
//   - Tokio does not tell which task is joined: our events of the target runtime::join go
//   - the task of block_on has no waker events in Tokio
//   - a Barrier's `arrived` never goes back to 0 in Tokio
//   - Tokio's workers are tasks of kind "blocking", children of whoever called
//     block_in_place; ours are no tasks: those go, and our runtime::worker events
//   - what a test names as `hidden`: of spans with these targets (say "ari::sync::mpsc", which
//     Tokio does not instrument) nothing is left but the waker events inside of them, told
//     as if by the task itself
//   - Tokio does not tell by how much a timer was late
//
// And what is nobody's doing:
//
//   - a sleep's duration depends on where in a millisecond it begins
//   - wherever a task is woken from, unless from its own poll, is "-": a worker of a
//     multi-thread runtime is inside of a span of its own
//   - the order of an event's fields, which the captures do not keep
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/runtime/recorder.h"

namespace ari::test {

struct TaskShape {
  std::string name;                // task.name; of a block_on's task "block_on"
  std::vector<std::string> lines;  // "T1 | enter"
  std::vector<std::string> spans;  // "T1: kind loc.col …", names of fields, sorted
};

// Targets of spans.
using Hidden = std::set<std::string>;

// The tasks of a capture's truth.jsonl, block_on's included, in the order of their spawns.
std::vector<TaskShape> tokio_tasks(const std::string& capture, const Hidden& hidden = {});

// The same of what the recorder heard.
std::vector<TaskShape> our_tasks(const Recorder& recorder, const Hidden& hidden = {});

}  // namespace ari::test
