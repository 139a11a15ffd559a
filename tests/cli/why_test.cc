// `why` reads a file twice and a pipe once; what it says must be the same.
#include <gtest/gtest.h>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

TEST(Why, SaysTheSameOfAPipeAsOfAFile) {
  for (const std::string_view task : {"block_on", "left", "right"}) {
    for (const std::string_view format : {"text", "json"}) {
      const std::string question = " " + std::string(task) + " --format " + std::string(format);
      const std::string log = "deadlock/ari-subscriber.log";
      const test::Ran file = run_replay("why " + log + question);
      const test::Ran piped =
          test::run("cat " + log + " | " + ARI_BIN_DIR "/ari-replay why -" + question,
                    ARI_TESTDATA "/captures");
      EXPECT_EQ(file.exit_code, 0) << file.err;
      EXPECT_EQ(piped.exit_code, 0) << piped.err;
      // Only the log's name may differ.
      const auto answer = [](std::string out) {
        return out.substr(0, 1) == "{" ? out.substr(out.find("\"task\"")) : out;
      };
      EXPECT_EQ(answer(file.out), answer(piped.out));
    }
  }
}

}  // namespace
}  // namespace ari::replay
