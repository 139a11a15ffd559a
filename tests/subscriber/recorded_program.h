// Runs recorded_program in one of its modes with some environment, in an empty directory.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "tests/support/run.h"

namespace ari::test {

class RecordedProgram : public testing::Test {
 protected:
  Ran run(const std::string& environment, const std::string& mode,
          const std::string& redirections = "") {
    return test::run(environment + " " ARI_BIN_DIR "/recorded_program " + mode + redirections,
                     dir_.path());
  }
  // Commands in that directory.
  Ran shell(const std::string& commands) { return test::run(commands, dir_.path()); }
  std::string file(const std::string& name) { return read_file(dir_.path() + "/" + name); }
  bool exists(const std::string& name) {
    return access((dir_.path() + "/" + name).c_str(), F_OK) == 0;
  }
  // Everything in the directory, as `ls` shows it.
  std::string listing() { return shell("ls").out; }

  TempDir dir_;
};

}  // namespace ari::test
