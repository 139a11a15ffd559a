// Runs what the README shows: every `$ command` of its console blocks, and holds the printed
// lines against what the program prints now. A line that is just `…` stands for any lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/run.h"

namespace ari {
namespace {

struct Example {
  int line = 0;  // of the README
  std::string command;
  std::vector<std::string> output;
};

// Lines of ```console blocks: a `$ ` starts an example, what follows is its output.
std::vector<Example> read_examples(const std::string& path) {
  std::ifstream readme(path);
  std::vector<Example> examples;
  bool in_console = false;
  int number = 0;
  for (std::string line; std::getline(readme, line);) {
    ++number;
    if (line.starts_with("```")) {
      in_console = line == "```console";
    } else if (in_console && line.starts_with("$ ")) {
      examples.push_back({number, line.substr(2), {}});
    } else if (in_console && !examples.empty()) {
      examples.back().output.push_back(line);
    }
  }
  return examples;
}

// The README speaks of the release build; the test may run in another.
std::string with_this_build(std::string command) {
  constexpr std::string_view kReleaseBin = "build/release/bin/";
  constexpr std::string_view kThisBin = ARI_BIN_DIR "/";
  for (std::size_t at = 0; (at = command.find(kReleaseBin, at)) != std::string::npos;) {
    command.replace(at, kReleaseBin.size(), kThisBin);
    at += kThisBin.size();
  }
  return command;
}

// Whether `got` from `g` on is what `want` from `w` on says.
bool matches(const std::vector<std::string>& want, std::size_t w,
             const std::vector<std::string>& got, std::size_t g) {
  if (w == want.size()) return g == got.size();
  if (want[w] == "…") {
    for (; g <= got.size(); ++g) {
      if (matches(want, w + 1, got, g)) return true;
    }
    return false;
  }
  return g < got.size() && want[w] == got[g] && matches(want, w + 1, got, g + 1);
}

TEST(Readme, ShowsWhatItsCommandsPrint) {
  const std::vector<Example> examples = read_examples(ARI_SOURCE_DIR "/README.md");
  ASSERT_FALSE(examples.empty());
  for (const Example& example : examples) {
    if (example.command.starts_with("make ")) continue;  // the two commands are how this test runs
    SCOPED_TRACE("README.md:" + std::to_string(example.line) + ": " + example.command);
    const auto got = test::lines_of(test::run(with_this_build(example.command) + " 2>&1").out);
    EXPECT_TRUE(matches(example.output, 0, got, 0)) << "printed now:\n"
                                                    << testing::PrintToString(got);
  }
}

TEST(Readme, ShowsAnExampleThatIsBuilt) {
  const std::string readme = test::read_file(ARI_SOURCE_DIR "/README.md");
  const std::string example = test::read_file(ARI_SOURCE_DIR "/runtime/examples/sleep.cc");
  EXPECT_THAT(readme, testing::HasSubstr("```cpp\n" + example + "```\n"));
}

}  // namespace
}  // namespace ari
