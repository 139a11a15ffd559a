#include "replay/report/edit_distance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>

namespace ari::replay {
namespace {

// By the definition, exponential: for short texts only.
std::size_t slow_distance(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  std::size_t best = slow_distance(a.substr(1), b.substr(1)) + (a[0] != b[0]);
  best = std::min(best, slow_distance(a.substr(1), b) + 1);
  best = std::min(best, slow_distance(a, b.substr(1)) + 1);
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
    best = std::min(best, slow_distance(a.substr(2), b.substr(2)) + 1);
  }
  return best;
}

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("tasks", "tasks"), 0u);
  EXPECT_EQ(edit_distance("taks", "tasks"), 1u);
  EXPECT_EQ(edit_distance("--fromat", "--format"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(EditDistance, IsWhatTheDefinitionSays) {
  std::mt19937 random(20261123);
  for (int i = 0; i < 300; ++i) {
    std::string texts[2];
    for (std::string& text : texts) {
      for (std::size_t n = random() % 6; n > 0; --n) text += static_cast<char>('a' + random() % 3);
    }
    EXPECT_EQ(edit_distance(texts[0], texts[1]), slow_distance(texts[0], texts[1]))
        << texts[0] << " " << texts[1];
  }
}

TEST(DidYouMean, GuessesSlipsAndPartsAndNothingElse) {
  constexpr std::string_view kKnown[] = {"--format", "--from", "tasks", "task", "sleep once"};
  struct Case {
    const char* typed;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"--fromat", " (did you mean '--format'?)"},
      {"--fro", " (did you mean '--from'?)"},
      {"taks", " (did you mean 'tasks'?)"},
      {"slep", " (did you mean 'sleep once'?)"},
      {"once", " (did you mean 'sleep once'?)"},
      {"quit", ""},
      {"--", ""},  // the beginning of everything is the beginning of nothing
      {"x", ""},
      {"", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(did_you_mean(c.typed, kKnown), c.want) << c.typed;
}

TEST(DidYouMean, DoesNotPassOnWhatATerminalWouldObey) {
  constexpr std::string_view kKnown[] = {"red\x1b[31m"};
  EXPECT_EQ(did_you_mean("red\x1b[31", kKnown), " (did you mean 'red\\x1b[31m'?)");
}

}  // namespace
}  // namespace ari::replay
