// What must hold for every log, tried on random ones. A failure names its seed.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "replay/input/json_cursor.h"
#include "replay/input/log.h"
#include "subscriber/jsonl_writer.h"
#include "subscriber/text_writer.h"
#include "tests/replay/input/random_records.h"
#include "tests/replay/input/reading.h"
#include "tests/replay/input/slow_jsonl.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using test::RandomRecords;

// The first line in which the two differ, both versions; empty if they are the same.
std::string first_difference(const std::vector<std::string>& got,
                             const std::vector<std::string>& want) {
  const auto at = [](const std::vector<std::string>& lines, std::size_t i) {
    return i < lines.size() ? lines[i] : "nothing";
  };
  for (std::size_t i = 0; i < std::max(got.size(), want.size()); ++i) {
    if (at(got, i) == at(want, i)) continue;
    return fmt::format("line {}:\n  got  {}\n  want {}\n", i + 1, at(got, i), at(want, i));
  }
  return "";
}

// Every log of the runtime begins so: then an enter that is no destruction is a poll.
const std::string kLogHeader =
    R"({"at":"2026-11-23T12:34:01.926300000Z","k":"log","version":1,"program":"x","pid":7,)"
    R"("clock":"tsc"})"
    "\n";

std::string random_jsonl(std::uint64_t seed, int records) {
  RandomRecords random(seed);
  subscriber::JsonlWriter writer;
  std::string log = kLogHeader;
  for (int i = 0; i < records; ++i) writer.write(random.next(), log);
  return log;
}

TEST(JsonlProperty, RecordsComeBackAsTheyWereWritten) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    RandomRecords random(seed);
    subscriber::JsonlWriter writer;
    std::string log = kLogHeader;
    std::vector<std::string> want = test::read_text(kLogHeader).records;
    for (int i = 0; i < 200; ++i) {
      const subscriber::Record& record = random.next();
      writer.write(record, log);
      want.push_back(test::show(record));
    }
    const test::ReadLog read = test::read_text(log);
    ASSERT_EQ(test::show(read.coverage.problems), "") << "seed " << seed;
    ASSERT_EQ(first_difference(read.records, want), "") << "seed " << seed;
  }
}

// The line with its members in another order, blanks between them, and members that mean
// nothing to us.
std::string scrambled(const std::string& line, RandomRecords& random) {
  simdjson::dom::parser parser;
  std::vector<std::string> members;
  for (const auto& member : simdjson::dom::object(parser.parse(line))) {
    members.push_back(fmt::format("\"{}\":{}", member.key, simdjson::minify(member.value)));
  }
  if (random.number(2) == 0) members.push_back(R"("later": [{"k":"new"}, null, -0.0e+5])");
  if (random.number(2) == 0) members.push_back(R"("fieldz": {"a":{"b":"}\"\u0041"}})");
  for (std::size_t i = members.size(); i > 1; --i) {
    std::swap(members[i - 1], members[random.number(i)]);
  }
  const auto blanks = [&random] {
    return std::string(random.number(3), random.number(2) ? ' ' : '\t');
  };
  std::string text = blanks().append("{");
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) text += ",";
    text.append(blanks()).append(members[i]).append(blanks());
  }
  return text.append("}").append(blanks());
}

TEST(JsonlProperty, BothWaysOfReadingALineAgreeWithASlowReader) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    RandomRecords random(seed);
    test::SlowJsonl slow;
    std::string plain;
    std::string other;
    std::vector<std::string> want;
    for (const std::string& line : test::lines_of(random_jsonl(seed, 200))) {
      if (line + "\n" == kLogHeader) {
        want = test::read_text(kLogHeader).records;
        plain = other = kLogHeader;
        continue;
      }
      plain += line + "\n";
      other += scrambled(line, random) + "\n";
      const std::string record = slow.read(line);
      if (!record.empty()) want.push_back(record);
    }
    ASSERT_EQ(first_difference(test::read_text(plain).records, want), "") << "seed " << seed;
    const test::ReadLog scrambled_log = test::read_text(other);
    ASSERT_EQ(test::show(scrambled_log.coverage.problems), "") << "seed " << seed;
    ASSERT_EQ(first_difference(scrambled_log.records, want), "") << "seed " << seed;
  }
}

// Such logs are what other formats are converted to: up to the first line that only our runtime
// writes, an enter may be a destruction.
TEST(JsonlProperty, BothWaysOfReadingALineAgreeInALogWithoutAHeader) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    RandomRecords random(seed);
    std::string plain, other;
    for (const std::string& line : test::lines_of(random_jsonl(seed, 100))) {
      if (line + "\n" == kLogHeader) continue;
      plain += line + (random.number(2) == 0 ? "\n" : "\r\n");
      other += scrambled(line, random) + "\n";
    }
    ASSERT_EQ(first_difference(test::read_text(plain).records, test::read_text(other).records), "")
        << "seed " << seed;
  }
}

// A few bytes changed, taken out, doubled or put in, anywhere.
std::string mutated(std::string text, std::mt19937_64& random, int times) {
  static constexpr std::string_view kSigns = "\"\\{}[]:,=\n\r\0 \x1b[m0159-.eEtfnk\xff\xc3\x80";
  for (int i = 0; i < times && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    const std::size_t length = std::min<std::size_t>(1 + random() % 20, text.size() - at);
    switch (random() % 5) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text[at] = kSigns[random() % kSigns.size()];
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(at, length));
        break;
      default:
        text.insert(at, 1, kSigns[random() % kSigns.size()]);
        break;
    }
  }
  return text;
}

TEST(JsonProperty, TheCursorAcceptsWhatSimdjsonAccepts) {
  std::mt19937_64 random(7);
  simdjson::dom::parser parser;
  LineText room;
  int accepted = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text = mutated(
        R"({"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83d\ude00"],"":{"b":{}},"c":[],"d":0.1})",
        random, 1 + i % 3);
    // simdjson refuses bytes that are not UTF-8; here they are let through.
    if (!simdjson::validate_utf8(text)) continue;
    JsonCursor cursor(text, room);
    const bool ours = cursor.skip() && cursor.end();
    const bool theirs = parser.parse(text).error() == simdjson::SUCCESS;
    ASSERT_EQ(ours, theirs) << text;
    accepted += ours;
  }
  EXPECT_GT(accepted, 1'000);  // so that both answers were tried
}

// Every log we have: the captures, what the fuzzers started from and found, and JSONL of
// our own.
std::vector<std::string> all_logs() {
  std::vector<std::string> logs;
  for (const std::string& folder : test::capture_folders()) {
    for (const char* name : {"ari-subscriber.log", "ari-subscriber-colour.log",
                             "console-record.jsonl", "fmt-json.jsonl", "fmt-full.log"}) {
      const std::string path = folder + "/" + name;
      if (std::ifstream(path).good()) logs.push_back(test::read_file(path).substr(0, 60'000));
    }
  }
  for (const char* name : {"json-flat.jsonl", "json-no-current.jsonl", "full-names.log",
                           "full-no-target.log", "compact-all.log", "pretty.log"}) {
    logs.push_back(
        test::read_file(ARI_TESTDATA "/fmt/spans/" + std::string(name)).substr(0, 30'000));
  }
  std::vector<std::filesystem::path> kept;  // in an order that is the same everywhere
  for (const auto& entry : std::filesystem::directory_iterator(ARI_TESTDATA "/fuzz/readers")) {
    kept.push_back(entry.path());
  }
  std::sort(kept.begin(), kept.end());
  for (const auto& path : kept) {
    // Damage to what is compressed is no damage to its lines.
    if (path.extension() == ".gz" || path.extension() == ".zst") continue;
    // Any damage to so short a one is to its format.
    if (path.filename() == "converted-without-spans.log") continue;
    logs.push_back(test::read_file(path.string()));
  }
  for (std::uint64_t seed = 1; seed <= 20; ++seed) logs.push_back(random_jsonl(seed, 100));
  return logs;
}

TEST(DamagedLogProperty, EveryByteIsUsedOrReportedAndPiecesMakeNoDifference) {
  const std::vector<std::string> logs = all_logs();
  ASSERT_GT(logs.size(), 40U);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
      SCOPED_TRACE(fmt::format("seed {}, log {}", seed, i));
      std::mt19937_64 random(seed * 1000 + i);
      const std::string damaged =
          mutated(logs[i], random, static_cast<int>(1 + logs[i].size() / 1000));
      const test::ReadLog read = test::read_text(damaged);
      ASSERT_EQ(read.error, "");
      const Coverage& coverage = read.coverage;
      ASSERT_EQ(coverage.bytes_read - coverage.bytes_left_out, damaged.size());
      ASSERT_EQ(coverage.bytes_read,
                coverage.bytes_used + coverage.bytes_skipped + coverage.bytes_other);
      ASSERT_EQ(coverage.bytes_skipped > 0, coverage.lines_skipped > 0);
      // Each line that was skipped has its problem, and more problems have none.
      ASSERT_GE(coverage.problems.size() + coverage.problems_dropped + coverage.lines_left_out,
                coverage.lines_skipped);

      const test::ReadLog in_pieces = test::read_text(damaged, {1, 7, 4096, 2});
      ASSERT_EQ(in_pieces.records, read.records);
      ASSERT_EQ(test::show(in_pieces.coverage.problems), test::show(coverage.problems));
    }
  }
}

TEST(DamagedLogProperty, ALogCutAnywhereGivesTheRecordsInFrontOfTheCut) {
  for (const std::string& log : all_logs()) {
    const std::vector<std::string> whole = test::read_text(log).records;
    std::mt19937_64 random(log.size());
    for (int i = 0; i < 5; ++i) {
      const std::size_t cut = log.find('\n') + 1 + random() % (log.size() - log.find('\n') - 1);
      SCOPED_TRACE(fmt::format("cut at byte {} of {}", cut, log.size()));
      const test::ReadLog read = test::read_text(log.substr(0, cut));
      ASSERT_LE(read.records.size(), whole.size());
      ASSERT_TRUE(std::equal(read.records.begin(), read.records.end(), whole.begin()));
      // What Pretty tells takes several lines.
      if (read.coverage.format == "fmt Pretty") continue;
      const bool in_a_line = log[cut - 1] != '\n' && log[cut] != '\n';
      ASSERT_EQ(read.coverage.torn, in_a_line && read.coverage.bytes_skipped > 0);
    }
  }
}

TEST(TextProperty, WhatTheTextWriterPrintedPrintsBackTheSame) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomRecords random(seed);
    subscriber::TextWriter writer(subscriber::ColourDepth::kNone);
    std::string text;
    for (int i = 0; i < 200; ++i) writer.write(random.next(), text);

    class Printer : public RecordSink {
     public:
      void record(const subscriber::Record& record, const Line&) override {
        writer.write(record, text);
      }
      subscriber::TextWriter writer{subscriber::ColourDepth::kNone};
      std::string text;
    } printer;
    test::TextSource source(text);
    const auto coverage = read_log(source, "run.log", printer);
    ASSERT_TRUE(coverage.has_value());
    ASSERT_EQ(test::show(coverage.value().problems), "") << "seed " << seed;
    ASSERT_EQ(first_difference(test::lines_of(printer.text), test::lines_of(text)), "")
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace ari::replay
