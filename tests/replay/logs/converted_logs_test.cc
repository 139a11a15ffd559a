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
#include "replay/report/untold_wakers.h"
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
  std::vector<std::string> out = {ARI_TESTDATA "/joins.jsonl", ARI_TESTDATA "/workshop.jsonl",
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

Coverage convert(const std::string& from, const std::string& to, bool as_jsonl = true) {
  std::ofstream file(to, std::ios::binary);
  ShowOptions show;
  show.as_jsonl = as_jsonl;
  ShowView view(std::move(show), [&](std::string& text) {
    file << text;
    text.clear();
  });
  UntoldWakers text(view);
  Result<Coverage> coverage =
      read_log(from, as_jsonl ? static_cast<RecordSink&>(view) : static_cast<RecordSink&>(text));
  EXPECT_TRUE(coverage.has_value()) << coverage.error().message;
  view.finish();
  std::string line;
  as_jsonl ? append_converted_line(coverage.value(), line)
           : append_converted_event(coverage.value(), line);
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
    EXPECT_EQ(converted.coverage.lines_skipped, source.coverage.lines_skipped);
    EXPECT_EQ(converted.coverage.orderly_end, source.coverage.orderly_end);
    EXPECT_EQ(converted.coverage.torn, source.coverage.torn);
    EXPECT_EQ(converted.coverage.bytes_used + converted.coverage.bytes_skipped +
                  converted.coverage.bytes_other,
              converted.coverage.bytes_read);
    EXPECT_EQ(converted.coverage.bytes_read - converted.coverage.bytes_left_out,
              std::filesystem::file_size(to));
    EXPECT_EQ(header_of(to).find("1970"), std::string::npos);
  }
}

TEST(ConvertedLogs, TellWhatCouldNotBeReadOfTheirSource) {
  const test::TempDir folder;
  const std::string from = folder.path() + "/torn.log";
  const std::string whole = test::read_file(ARI_TESTDATA "/captures/sleep/fmt-full.log");
  std::ofstream(from) << whole.substr(0, whole.size() / 2);
  const Model source = folded({from});
  ASSERT_TRUE(source.coverage.torn);
  ASSERT_GT(source.coverage.lines_skipped, 0U);
  for (const bool as_jsonl : {true, false}) {
    const std::string to = folder.path() + "/converted";
    convert(from, to, as_jsonl);
    const Coverage coverage = folded({to}).coverage;
    EXPECT_TRUE(coverage.torn);
    EXPECT_EQ(coverage.orderly_end, source.coverage.orderly_end);
    EXPECT_EQ(coverage.lines_skipped, source.coverage.lines_skipped);
    EXPECT_EQ(coverage.bytes_skipped, source.coverage.bytes_skipped);
    EXPECT_EQ(coverage.bytes_used + coverage.bytes_skipped + coverage.bytes_other,
              coverage.bytes_read);
  }
}

TEST(ConvertedLogs, TellWhatIsMissingWithinTheirSource) {
  const test::TempDir folder;
  const std::string from = folder.path() + "/gaps.jsonl", to = folder.path() + "/converted";
  std::vector<std::string> lines = test::lines_of(test::read_file(ARI_TESTDATA "/workshop.jsonl"));
  lines[60].resize(20);
  lines.erase(lines.begin() + 80, lines.begin() + 83);
  std::ofstream file(from);
  for (const std::string& line : lines) file << line << "\n";
  file.close();
  for (const bool as_jsonl : {true, false}) {
    convert(from, to, as_jsonl);
    for (const Coverage& coverage : {folded({from}).coverage, folded({to}).coverage}) {
      EXPECT_EQ(coverage.lines_skipped_within, 1U);
      EXPECT_EQ(coverage.events_missing, 3U);
      EXPECT_TRUE(coverage.lacks_lines());
    }
  }
}

TEST(ConvertedLogs, TellOfUptimesOtherLinesAndGuessedSpans) {
  const test::TempDir folder;
  const std::string from = folder.path() + "/uptime.log";
  // Of two timers that look alike, whose waker it is that task 1 clones is a guess.
  const std::string tasks[] = {"runtime.spawn{kind=task task.id=1 loc.col=1}:",
                               "runtime.spawn{kind=task task.id=2 loc.col=1}:"};
  const std::string timer = "runtime.resource{concrete_type=\"Sleep\" kind=timer}:";
  std::string log;
  const auto add = [&](const std::string& text) { log += "   1.500000001s TRACE " + text + "\n"; };
  for (const std::string& task : tasks) add(task + " tokio::task: new");
  log += "listening, as it says\n";
  for (const std::string& task : tasks) add(task + " tokio::task: enter");
  add(tasks[0] + timer + " tokio::time::sleep: new");
  add(tasks[0] + timer + " tokio::time::sleep: new");
  add(tasks[0] + timer + " tokio::time::sleep: enter");
  add(tasks[0] + timer + " tokio::task::waker: op=\"waker.clone\" task.id=1");
  std::ofstream(from) << log;
  for (const bool as_jsonl : {true, false}) {
    const std::string to = folder.path() + "/converted";
    convert(from, to, as_jsonl);
    const Coverage coverage = folded({to}).coverage;
    EXPECT_EQ(coverage.time_base, TimeBase::kUptime);
    EXPECT_EQ(coverage.lines_other, 1U);
    EXPECT_EQ(coverage.bytes_other, 22U);
    EXPECT_FALSE(coverage.has_gaps());
    const std::string text = test::read_file(to);
    EXPECT_EQ(text.find("\"guessed\":true") != std::string::npos, as_jsonl);
  }
}

// Text tells less, but what was guessed is no more certain in it than before.
TEST(ConvertedLogs, OfTextTellWhatWasGuessed) {
  const test::TempDir folder;
  const std::string once = folder.path() + "/once.log", twice = folder.path() + "/twice.log";
  for (const std::string& from : all_logs()) {
    SCOPED_TRACE(from);
    convert(from, once, false);
    convert(once, twice, false);
    const Model source_model = folded({from});
    const Coverage& source = source_model.coverage;
    for (const std::string& to : {once, twice}) {
      const Model converted_model = folded({to});
      const Coverage& converted = converted_model.coverage;
      EXPECT_EQ(converted_model.task_count(), source_model.task_count());
      EXPECT_EQ(converted.facts.span_ids, source.facts.span_ids);
      EXPECT_EQ(converted.facts.lifetimes, source.facts.lifetimes);
      EXPECT_EQ(converted.facts.polls, source.facts.polls);
      ASSERT_EQ(converted.inferred.has_value(), source.inferred.has_value());
      if (!source.inferred) continue;
      EXPECT_EQ(converted.inferred->lines_guessed, source.inferred->lines_guessed);
      EXPECT_EQ(converted.inferred->lines_guessed_since_unix_ns,
                source.inferred->lines_guessed_since_unix_ns);
      EXPECT_EQ(converted.inferred->wakers_left_out, source.inferred->wakers_left_out);
      EXPECT_EQ(converted.inferred->locks_guessed_since_unix_ns,
                source.inferred->locks_guessed_since_unix_ns);
    }
  }
}

TEST(ConvertedLogs, MakeNoTasksOfWakersOfWhichItIsNotToldWhoseTheyAre) {
  const test::TempDir folder;
  const std::string from = folder.path() + "/untold.log", to = folder.path() + "/text.log";
  const std::string log = test::read_file(ARI_TESTDATA "/captures/sleep/fmt-full.log");
  const std::string stamp = log.substr(0, log.find(' '));
  std::ofstream(from) << log << stamp
                      << " TRACE tokio::task::waker: op=\"waker.wake\" task.id=274877906946\n";
  convert(from, to, false);
  const Model source = folded({from}), converted = folded({to});
  EXPECT_GT(source.coverage.inferred.value().wakers_left_out, 0U);
  EXPECT_EQ(converted.tasks.size(), source.tasks.size());
  EXPECT_EQ(converted.coverage.spans_without_new, source.coverage.spans_without_new);
}

// Of a log that was written with whole milliseconds, none of them gains digits that nobody
// measured.
TEST(ConvertedLogs, KeepTheStepOfTheClock) {
  const test::TempDir folder;
  const std::string from = folder.path() + "/coarse.log";
  std::ofstream coarse(from);
  for (const std::string& line :
       test::lines_of(test::read_file(ARI_TESTDATA "/captures/sleep/fmt-full.log"))) {
    constexpr std::size_t kMilliseconds = 23;  // 2026-11-23T12:34:27.824
    const std::size_t zone = line.find('Z');
    ASSERT_GT(zone, kMilliseconds);
    coarse << line.substr(0, kMilliseconds) << line.substr(zone) << '\n';
  }
  coarse.close();
  EXPECT_EQ(folded({from}).coverage.resolution_ns(), 1'000'000);
  for (const bool as_jsonl : {true, false}) {
    const std::string to = folder.path() + "/converted";
    convert(from, to, as_jsonl);
    EXPECT_EQ(folded({to}).coverage.resolution_ns(), 1'000'000);
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
