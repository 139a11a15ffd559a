// SlowFold: what a list of steps comes to, straight from the definitions.
//
// The opposite of the model: for each task it looks at the whole list again and again, and
// each figure is one sentence of its definition put into code. Quadratic, and that is fine.
//
// What it is told and the model has to find out: which pairs destroy a task. Each kEnter of
// such a pair has `destroy` set to true here; hide_destruction() takes that knowledge away
// for the model.
#pragma once

#include "tests/replay/model/step.h"

namespace ari::test {

// Every task with its figures; fields that the definitions do not cover are left alone.
// Requires: one recording, no kLost, ids not used again, no kEnter without `destroy`.
Tasks slow_fold(const Steps& steps, replay::Semantics semantics);

// The steps as a log that does not tell destructions from polls.
Steps hide_destruction(Steps steps);

}  // namespace ari::test
