// A log converted to ari JSONL tells all that the log tells that it was made of, and no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "replay/input/converted_line.h"
#include "replay/input/log.h"
#include "replay/report/coverage_json.h"
#include "replay/report/json_writer.h"
#include "replay/report/show_view.h"
#include "tests/replay/logs/described.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

namespace fs = std::filesystem;
using test::described;
using test::folded;
using testing::IsEmpty;

// Every log that there is in testdata.
std::vector<std::string> all_logs() {
  std::vector<std::string> out = {ARI_TESTDATA "/workshop.jsonl",
                                  ARI_TESTDATA "/service.jsonl.zst"};
  for (const char* folder : {"/captures", "/fmt"}) {
    for (const auto& entry : fs::recursive_directory_iterator(ARI_TESTDATA + std::string(folder))) {
      const std::string name = entry.path().filename();
      const bool is_log = name.find(".log") != name.npos || name.find(".jsonl") != name.npos;
      if (entry.is_regular_file() && is_log && !name.starts_with("truth")) {
        out.push_back(entry.path());
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Coverage convert(const std::string& from, const std::string& to) {
  std::ofstream file(to, std::ios::binary);
  ShowOptions show;
  show.as_jsonl = true;
  ShowView view(std::move(show), [&](std::string& text) {
    file << text;
    text.clear();
  });
  Result<Coverage> coverage = read_log(from, view);
  EXPECT_TRUE(coverage.has_value()) << coverage.error().message;
  view.finish();
  std::string line;
  append_converted_line(coverage.value(), line);
  file << line;
  return std::move(coverage).value();
}

std::string facts_of(Coverage coverage) {
  Coverage only;
  only.facts = coverage.facts;
  only.inferred = coverage.inferred;
  std::string out;
  JsonWriter json(out);
  write_coverage(json, only);
  return out;
}

std::string header_of(const std::string& path) {
  const std::string text = test::read_file(path);
  return text.find("\"k\":\"log\"") < text.find('\n') ? text.substr(0, text.find('\n')) : "";
}

TEST(ConvertedLogs, TellWhatTheirSourceTells) {
  const test::TempDir folder;
  const std::string to = folder.path() + "/converted.jsonl";
  const std::vector<std::string> logs = all_logs();
  ASSERT_GT(logs.size(), 90U);
  for (const std::string& from : logs) {
    SCOPED_TRACE(from);
    convert(from, to);
    const Model source = folded({from}), converted = folded({to});
    std::vector<std::string> want = described(source), got = described(converted), differ;
    std::sort(want.begin(), want.end());
    std::sort(got.begin(), got.end());
    std::set_symmetric_difference(want.begin(), want.end(), got.begin(), got.end(),
                                  std::back_inserter(differ));
    EXPECT_THAT(differ, IsEmpty());
    EXPECT_EQ(facts_of(converted.coverage), facts_of(source.coverage));
    EXPECT_EQ(converted.coverage.spans_without_new, source.coverage.spans_without_new);
    EXPECT_EQ(converted.coverage.lines_skipped, 0U);
    EXPECT_EQ(header_of(to).find("1970"), std::string::npos);
  }
}

TEST(ConvertedLogs, ConvertedAgainAreTheSame) {
  const test::TempDir folder;
  const std::string once = folder.path() + "/once.jsonl", twice = folder.path() + "/twice.jsonl";
  for (const std::string& from : all_logs()) {
    SCOPED_TRACE(from);
    convert(from, once);
    convert(once, twice);
    std::vector<std::string> a = test::lines_of(test::read_file(once));
    std::vector<std::string> b = test::lines_of(test::read_file(twice));
    // Which format it was made of is told of the last conversion.
    if (!a.empty() && a.back().find("\"converted\"") != std::string::npos) {
      EXPECT_NE(b.back().find("\"converted\""), std::string::npos);
      a.pop_back();
      b.pop_back();
    }
    EXPECT_EQ(a, b);
  }
}

}  // namespace
}  // namespace ari::replay
