// Random runs, printed in each of fmt's formats and read back. A failure names its seed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/replay/input/random_fmt.h"
#include "tests/replay/input/reading.h"

namespace ari::replay {
namespace {

using test::FmtStyle;
using Kind = test::FmtStyle::Kind;

std::vector<std::pair<std::string, FmtStyle>> styles() {
  return {
      {"JSON", {.kind = Kind::kJson}},
      {"JSON, flattened", {.kind = Kind::kJson, .names = true, .places = true, .flat = true}},
      {"JSON without lists of spans", {.kind = Kind::kJson, .lists = false}},
      {"JSON in another order", {.kind = Kind::kJson, .names = true, .scrambled = true}},
      {"Full", {.kind = Kind::kFull}},
      {"Full with all it has", {.kind = Kind::kFull, .names = true, .places = true}},
      {"Full in colour", {.kind = Kind::kFull, .names = true, .colour = true}},
      {"Full, plain but for its fields", {.kind = Kind::kFull, .coloured_fields = true}},
      {"Compact", {.kind = Kind::kCompact}},
      {"Compact in colour", {.kind = Kind::kCompact, .places = true, .colour = true}},
      {"Compact, plain but for its fields", {.kind = Kind::kCompact, .coloured_fields = true}},
      {"Pretty", {.kind = Kind::kPretty, .places = true}},
      {"Pretty with the default fields", {.kind = Kind::kPretty, .default_fields = true}},
      {"Pretty in colour", {.kind = Kind::kPretty, .names = true, .colour = true}},
  };
}

TEST(FmtProperty, WhatHappenedIsReadBackFromEveryFormat) {
  for (const auto& [name, style] : styles()) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SCOPED_TRACE(fmt::format("{}, seed {}", name, seed));
      test::RandomFmt run(seed, style);
      for (int i = 0; i < 200; ++i) run.step();
      test::ReadLog read = test::read_text(run.log);
      // What a close tells of a task that is never entered is no happening.
      std::erase_if(read.records, [](const std::string& record) {
        return record.find("target=\"fmt::close\"") != std::string::npos;
      });
      ASSERT_EQ(read.error, "");
      ASSERT_EQ(test::show(read.coverage.problems), "");
      const auto at = std::mismatch(read.records.begin(), read.records.end(), run.records.begin(),
                                    run.records.end());
      ASSERT_EQ(at.first == read.records.end() ? "" : *at.first,
                at.second == run.records.end() ? "" : *at.second);
      ASSERT_EQ(read.coverage.inferred->wakers_left_out, 0U);
      ASSERT_EQ(read.coverage.inferred->lines_guessed, 0U);
    }
  }
}

}  // namespace
}  // namespace ari::replay
