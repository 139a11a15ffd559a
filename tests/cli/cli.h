// Running ari-replay from a test.
#pragma once

#include <string>

#include "tests/support/run.h"

namespace ari::replay {

// Runs `ari-replay ARGUMENTS` in the shell; in testdata/captures, so that messages hold
// short paths.
inline test::Ran run_replay(const std::string& arguments) {
  return test::run(ARI_BIN_DIR "/ari-replay " + arguments, ARI_TESTDATA "/captures");
}

// A log without findings and one with a definite one.
inline const std::string kSoundLog = "sleep/ari-subscriber.log";
inline const std::string kFaultyLog = "lost-waker/ari-subscriber.log";

}  // namespace ari::replay
