// SlowResources: what resources and async ops a log has, straight from the definitions.
//
// The opposite of the model: for each question it looks at the whole log again, and each
// answer is one sentence of its definition put into code. Cubic, and that is fine.
#pragma once

#include <deque>
#include <memory>

#include "tests/replay/model/happening.h"

namespace ari::test {

struct SlowResources {
  std::deque<replay::Resource> resources;
  std::deque<replay::AsyncOp> ops;
  std::shared_ptr<const Happenings> log;  // these have the text of the two
  std::shared_ptr<replay::TextPool> texts;
};

// Fields that the definitions do not cover are left alone. Requires: one recording, threads
// told everywhere, ids not used again, every exit after its enter.
SlowResources slow_resources(const Happenings& log, replay::Semantics semantics);

}  // namespace ari::test
