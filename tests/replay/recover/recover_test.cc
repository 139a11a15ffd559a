// What `ari-replay recover` says, of good files and of bad ones.
#include "replay/recover/recover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <source_location>
#include <vector>

#include "replay/recover/recorded_names.h"
#include "subscriber/drain.h"
#include "subscriber/lanes.h"
#include "subscriber/name_book.h"
#include "subscriber/ring_file.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// A program that was killed in an empty directory, with its log and its rings.
class Recover : public testing::Test {
 protected:
  void kill_program(const std::string& ari) {
    const test::Ran ran =
        test::run("ARI=" + ari + " " ARI_BIN_DIR "/recorded_program killed", dir_.path());
    EXPECT_EQ(ran.exit_code, 128 + 9) << ran.err;
  }
  // What was recorded: without the line that tells how long the program lived.
  test::Ran recover(const std::string& arguments) {
    test::Ran ran = recover_all(arguments);
    ran.out = recorded(ran.out);
    return ran;
  }
  static std::string recorded(std::string log) {
    const std::size_t last = log.rfind("\n{") + 1;
    if (log.find(kAlive, last) != std::string::npos) log.resize(last);
    return log;
  }
  test::Ran recover_all(const std::string& arguments) {
    return test::run(ARI_BIN_DIR "/ari-replay recover " + arguments, dir_.path());
  }
  static constexpr const char* kAlive = R"("k":"alive"})";
  std::string header_of(const std::string& log) const {
    const std::string lines = test::read_file(path(log));
    return lines.substr(0, lines.find('\n') + 1);
  }
  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }

  test::TempDir dir_;
};

TEST_F(Recover, MakesOneLogOfTheLogAndTheRings) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const test::Ran ran = recover("run.ring --output whole.jsonl");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, MatchesRegex("ari-replay: 5 events of .*/run.jsonl, and 0 that only the "
                                    "rings had\n"));
  EXPECT_EQ(recorded(test::read_file(path("whole.jsonl"))), test::read_file(path("run.jsonl")));
}

// Former bug: a program that had waited for an hour seemed to have died when it began to.
TEST_F(Recover, TellsHowLongTheProgramLived) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  EXPECT_THAT(recover_all("run.ring").out, EndsWith(std::string(kAlive) + "\n"));
}

TEST_F(Recover, KeepsEveryWholeLineOfALogThatCouldNotBeWrittenAnyMore) {
  const test::Ran killed = test::run("FAULT=eio ARI=jsonl:run.jsonl,ring:run.ring " ARI_BIN_DIR
                                     "/recorded_program on-and-on-killed",
                                     dir_.path());
  ASSERT_EQ(killed.exit_code, 128 + 9);
  const std::string log = test::read_file(path("run.jsonl"));
  ASSERT_FALSE(log.ends_with("\n")) << "or it was cut at a line's end";
  const std::string whole = log.substr(0, log.rfind('\n') + 1);
  const auto events = std::count(whole.begin(), whole.end(), '\n') - 2;  // but log and thread
  ASSERT_GT(events, 1);
  const test::Ran ran = recover("run.ring --output whole.jsonl");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(recorded(test::read_file(path("whole.jsonl"))), whole);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("the log could not be written any more: its whole lines are "
                                       "kept, what came after is lost\n"),
                             HasSubstr(std::to_string(events) + " events of ")));
}

TEST_F(Recover, WithoutALogInAriOneIsWrittenBesideTheRings) {
  kill_program("ring:run.ring");
  EXPECT_THAT(recover("run.ring").out, HasSubstr("hello"));
  EXPECT_TRUE(std::filesystem::exists(path("run.ring.jsonl")));
}

TEST_F(Recover, FindsALogThatWasMovedAlong) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  std::filesystem::create_directory(path("elsewhere"));
  std::filesystem::rename(path("run.jsonl"), path("elsewhere/run.jsonl"));
  std::filesystem::rename(path("run.ring"), path("elsewhere/run.ring"));
  EXPECT_THAT(recover("elsewhere/run.ring").err, HasSubstr("5 events of elsewhere/run.jsonl"));
  std::filesystem::remove(path("elsewhere/run.jsonl"));
  EXPECT_THAT(recover("elsewhere/run.ring").err,
              HasSubstr("run.jsonl is not there: only what the rings hold is recovered\n"));
}

// Former bug: what the next run wrote over the log was taken for its beginning.
TEST_F(Recover, TakesNoOtherRunsLogForItsOwn) {
  const std::string ring_of_each = "jsonl:run.jsonl,ring:run-%p.ring";
  kill_program(ring_of_each);
  test::run("mv run-*.ring run.ring", dir_.path());
  const std::string own = header_of("run.jsonl");
  kill_program(ring_of_each);
  const test::Ran ran = recover("run.ring --output whole.jsonl");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(recorded(test::read_file(path("whole.jsonl"))), own);
  const std::string message =
      ".*/run.jsonl is the log of another run, of process [0-9]+: only what the rings hold is "
      "recovered\n.*0 events of .*, and 0 that only the rings had\n";
  EXPECT_THAT(ran.err, MatchesRegex("ari-replay: " + message));

  // In a container every run may well have the same process id.
  std::string rings = test::read_file(path("run.ring"));
  const auto process = static_cast<std::uint32_t>(
      std::stoul(test::run("ls run-*.ring | tr -cd 0-9", dir_.path()).out));
  rings.replace(offsetof(subscriber::FileHead, process_id), sizeof process,
                reinterpret_cast<const char*>(&process), sizeof process);
  std::ofstream(path("run.ring")) << rings;
  EXPECT_THAT(recover("run.ring").err, MatchesRegex("ari-replay: " + message));
  // A program that is older than that does not tell when it began.
  rings.replace(offsetof(subscriber::FileHead, start_unix_ns), 8, 8, '\0');
  std::ofstream(path("run.ring")) << rings;
  EXPECT_THAT(recover("run.ring").err, HasSubstr("ari-replay: 5 events of "));
}

// Former bug: it waited for ever for somebody to write to the pipe.
TEST_F(Recover, WaitsForNoPipe) {
  test::run("mkfifo run.jsonl", dir_.path());
  const test::Ran killed =
      test::run("cat run.jsonl >read & ARI=jsonl:run.jsonl,ring:run.ring " ARI_BIN_DIR
                "/recorded_program killed; wait",
                dir_.path());
  EXPECT_THAT(killed.err,
              HasSubstr("ari: \"run.ring\" completes files only, and \"run.jsonl\" is a pipe or a "
                        "device: after a crash what is in the ring file alone can be recovered\n"));
  const std::string replay = "timeout 10 " ARI_BIN_DIR "/ari-replay recover ";
  const test::Ran ran = test::run(replay + "run.ring", dir_.path());
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("/run.jsonl is no file: only what the rings hold is recovered\n"));
  const test::Ran pipe = test::run(replay + "run.jsonl", dir_.path());
  EXPECT_EQ(pipe.exit_code, 2);
  EXPECT_EQ(pipe.err, "ari-replay: run.jsonl: is not a file\n");
}

TEST_F(Recover, FindsItsLogBesideItWhereAnotherRunsIsInItsPlace) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const std::string own = test::read_file(path("run.jsonl"));
  test::run("mkdir kept; mv run.jsonl run.ring kept", dir_.path());
  kill_program("jsonl:run.jsonl");
  const test::Ran ran = recover("kept/run.ring");
  EXPECT_EQ(ran.out, own);
  EXPECT_EQ(ran.err, "ari-replay: 5 events of kept/run.jsonl, and 0 that only the rings had\n");
  EXPECT_EQ(recover("kept/run.ring --output run.jsonl").exit_code, 2) << "the other's";
}

TEST_F(Recover, ARingFileIsGoneAfterAnOrderlyEnd) {
  const test::Ran ran = test::run(
      "ARI=jsonl:run.jsonl,ring:run.ring " ARI_BIN_DIR "/recorded_program speak", dir_.path());
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(path("run.ring")));
  EXPECT_THAT(test::read_file(path("run.jsonl")), HasSubstr("\"k\":\"end\""));
}

TEST_F(Recover, FindsTheLogOfAProgramThatDiedBeforeTheLastOne) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const std::string log = test::read_file(path("run.jsonl"));
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const test::Ran ran = recover("run.crash-1.ring");
  EXPECT_EQ(ran.out, log);
  EXPECT_THAT(ran.err, EndsWith("/run.crash-1.jsonl, and 0 that only the rings had\n"));
}

TEST_F(Recover, IsPrivateAndFollowsNoLink) {
  test::run("echo precious > target; ln -s target run.ring", dir_.path());
  kill_program("jsonl:run.jsonl,ring:run.ring");
  EXPECT_EQ(test::read_file(path("target")), "precious\n");
  EXPECT_EQ(test::run("stat -c %a run.ring", dir_.path()).out, "600\n");
}

TEST_F(Recover, SaysWhatIsWrongAndTheProgramRunsOn) {
  const test::Ran ran =
      test::run("ARI=jsonl:run.jsonl,ring:/nowhere/run.ring " ARI_BIN_DIR "/recorded_program speak",
                dir_.path());
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err,
            "ari: cannot make \"/nowhere/run.ring\": No such file or directory; a crash may lose "
            "the last events\nthe program's own line\n");
  EXPECT_THAT(test::read_file(path("run.jsonl")), HasSubstr("\"k\":\"end\""));
}

// Former bug: what such a ring had was missing without a word, and the status was 0.
TEST_F(Recover, SaysWhichRingsItHasNoMemoryFor) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "sanitizers need more memory than any program may have here";
#endif
#endif
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const std::string log = test::read_file(path("run.jsonl"));
  // As if its ring were much longer.
  constexpr std::uint64_t kBytes = std::uint64_t{512} << 20;
  std::fstream ring(path("run.ring"), std::ios::in | std::ios::out | std::ios::binary);
  ring.seekp(offsetof(subscriber::FileHead, ring_bytes));
  ring.write(reinterpret_cast<const char*>(&kBytes), sizeof kBytes);
  ring.close();
  std::filesystem::resize_file(path("run.ring"), subscriber::ring_offset(1, kBytes));
  EXPECT_EQ(recover("run.ring").exit_code, 0);
  const test::Ran ran =
      test::run("ulimit -v 400000; " ARI_BIN_DIR "/ari-replay recover run.ring", dir_.path());
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(recorded(ran.out), log) << "what there is, all the same";
  EXPECT_THAT(ran.err, testing::StartsWith(
                           "ari-replay: 1 of 1 rings could not be read (Cannot allocate memory): "
                           "what only they had is missing\nari-replay: 5 events of "));
}

TEST_F(Recover, DoesNotWriteOverTheLogItReads) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const test::Ran ran = recover("run.ring --output run.jsonl");
  EXPECT_EQ(ran.exit_code, 2);
  EXPECT_EQ(ran.err, "ari-replay: run.jsonl is what is to be read; name another file\n");
  EXPECT_THAT(test::read_file(path("run.jsonl")), HasSubstr("hello"));
}

TEST_F(Recover, TakesNothingElseForARingFile) {
  std::ofstream(path("short")) << "ari-ring";
  std::ofstream(path("other")) << std::string(2'000'000, 'x');
  std::ofstream(path("run.jsonl")) << "{\"at\":\"2026-11-23T12:34:17.000000000Z\",\"k\":\"log\"";
  std::ofstream(path("run.jsonl.zst")) << "\x28\xb5\x2f\xfd and more";
  const struct {
    const char* file;
    const char* message;
  } kCases[] = {
      {"short", "ari-replay: short: expected a ring file, found one that is too short\n"},
      {"other", "ari-replay: other: expected a ring file, found another\n"},
      {"run.jsonl",
       "ari-replay: run.jsonl: this is a log; give the ring file, which is what ARI has behind "
       "ring:\n"},
      {"run.jsonl.zst",
       "ari-replay: run.jsonl.zst: this is a log; give the ring file, which is what ARI has behind "
       "ring:\n"},
      {"nowhere", "ari-replay: nowhere: No such file or directory\n"},
      {".", "ari-replay: .: is not a file\n"},
  };
  for (const auto& c : kCases) {
    const test::Ran ran = recover(c.file);
    EXPECT_EQ(ran.exit_code, 2) << c.file;
    EXPECT_EQ(ran.out, "") << c.file;
    EXPECT_EQ(ran.err, c.message);
  }
}

TEST_F(Recover, ReadsFilesOfOlderVersionsAndRefusesThoseOfNewerOnes) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const std::string whole = test::read_file(path("run.ring"));
  const auto recover_as = [&](std::uint32_t version) {
    std::string file = whole;
    file.replace(offsetof(subscriber::FileHead, version), sizeof version,
                 reinterpret_cast<const char*>(&version), sizeof version);
    std::ofstream(path("other.ring")) << file;
    return recover("other.ring");
  };
  const std::string log = test::read_file(path("run.jsonl"));
  EXPECT_EQ(recover_as(1).out, log);
  EXPECT_EQ(recover_as(2).out, log);
  EXPECT_EQ(recover_as(3).out, log);
  for (const std::uint32_t version : {0, 4}) {
    const test::Ran ran = recover_as(version);
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "ari-replay: other.ring: has version " + std::to_string(version) +
                           " of the format, expected 1 to 3\n");
  }
}

TEST(RecordedNames, EndAtAnEntryThatIsTooShortToHoldItsLength) {
  for (std::uint8_t length = 0; length < 4; ++length) {
    std::vector<std::byte> pages(64);  // an entry of so many bytes, and then nothing
    pages[0] = std::byte{length};
    pages[4] = std::byte{0xff};
    pages[5] = std::byte{0xff};
    RecordedNames names;
    EXPECT_EQ(names.add(pages.data(), pages.size()), 0U);
    EXPECT_EQ(names.metadata(nullptr).name, "?");
  }
}

// Former bug: what followed was taken for the next text, and the one that is not there was used.
TEST(RecordedNames, EndAtATextThatIsLongerThanItsEntry) {
  std::vector<std::byte> pages(4096);
  std::atomic<std::uint64_t> used{0};
  subscriber::NameBook book({pages.data(), pages.size(), &used});
  ASSERT_TRUE(book.add(std::source_location::current()));
  constexpr std::size_t kFirstText = 24;
  constexpr std::uint64_t kLengthAndNext = 0x0b0b'0b0b;  // and a length of 0 behind it
  std::memcpy(pages.data() + kFirstText, &kLengthAndNext, sizeof kLengthAndNext);
  EXPECT_EQ(RecordedNames().add(pages.data(), used), 0U);
}

// A program of twenty thousand callsites, each of which recorded one event, that died before
// anything was in its log. Its file may grow to `most_bytes` once there is a ring in it.
class ManyCallsites : public testing::Test {
 protected:
  static constexpr std::size_t kCallsites = 20'000;

  void record_and_die(rlim_t most_bytes) {
    using namespace subscriber;
    std::string error;
    const auto file = RingFile::create(
        {dir_.path() + "/run.ring", dir_.path() + "/run.jsonl", "dead", "tsc", std::size_t{4} << 20,
         [this](std::string_view line) { said_ += line; }, "run.ring"},
        error);
    ASSERT_TRUE(file != nullptr && file->publish()) << error;
    Lanes lanes(std::size_t{4} << 20, file.get());
    class Nothing final : public RecordConsumer {
      void consume(const Record&) override {}
    } nothing;
    Drain(lanes, {1, 1}, nothing, "dead", "tsc").checkpoint(*file, 0);
    const auto lane = lanes.make(0, "main");
    rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit{most_bytes, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    for (std::size_t i = 0; i < kCallsites; ++i) {
      const trace::Metadata& callsite = callsites_.emplace_back(
          trace::Metadata{"", targets_.emplace_back(target_of(i)), trace::Level::kInfo, kFields});
      lane->event(i + 2, trace::kNoSpan, callsite, std::array{trace::Value(i)});
    }
    setrlimit(RLIMIT_FSIZE, &before);
    // A copy: in it no thread ends in good order.
    std::filesystem::copy_file(dir_.path() + "/run.ring", dir_.path() + "/dead.ring");
  }
  static std::string target_of(std::size_t i) {
    return "my_company::my_service::my_module::number_" + std::to_string(i);
  }

  // How many of the events that are recovered have their own target, and none.
  class Targets final : public RecordSink {
   public:
    void record(const subscriber::Record& record, const Line&) override {
      if (record.kind != subscriber::RecordKind::kEvent) return;
      const bool has_field = record.fields.size() == 1 && record.fields[0].name == "number";
      if (record.target == target_of(known + unknown) && has_field)
        ++known;
      else if (record.target == "?")
        ++unknown;
    }
    std::size_t known = 0, unknown = 0;
  };

  static constexpr std::string_view kFields[] = {"number"};
  test::TempDir dir_;
  std::string said_;
  std::deque<std::string> targets_;
  std::deque<trace::Metadata> callsites_;
};

// Former bug: those that were noted when the first megabyte was full came back as "?".
TEST_F(ManyCallsites, AllHaveTheirNamesInARingFile) {
  record_and_die(RLIM_INFINITY);
  EXPECT_EQ(said_, "");
  Targets targets;
  const auto recovered = recover(dir_.path() + "/dead.ring", targets);
  ASSERT_TRUE(recovered.has_value()) << recovered.error().message;
  EXPECT_EQ(targets.known, kCallsites);
  EXPECT_THAT(recovered.value().remarks, testing::IsEmpty());
}

TEST_F(ManyCallsites, WhatHasNoNameIsCounted) {
  record_and_die(subscriber::ring_offset(1, std::size_t{4} << 20) + (std::size_t{64} << 10));
  EXPECT_EQ(said_,
            "cannot note a callsite in \"run.ring\": File too large; a crash may lose its "
            "name and those of later ones");
  Targets targets;
  const auto recovered = recover(dir_.path() + "/dead.ring", targets);
  ASSERT_TRUE(recovered.has_value()) << recovered.error().message;
  EXPECT_GT(targets.known, kCallsites / 4);
  EXPECT_EQ(targets.known + targets.unknown, kCallsites);
  EXPECT_THAT(recovered.value().remarks,
              testing::ElementsAre("of " + std::to_string(targets.unknown) +
                                   " events the rings do not have the names: they are called "
                                   "\"?\", and what was in their fields is lost"));
}

// One ring of a program that died, and what is recovered from it.
class OneRing : public testing::Test {
 protected:
  static constexpr std::size_t kRingBytes = 4096;

  void SetUp() override {
    using namespace subscriber;
    std::string error;
    file_ = RingFile::create(
        {dir_.path() + "/run.ring", dir_.path() + "/run.jsonl", "dead", "tsc", kRingBytes}, error);
    ASSERT_TRUE(file_ != nullptr && file_->publish()) << error;
    lanes_.emplace(kRingBytes, file_.get());
    drain_.emplace(*lanes_, Anchor{1, 1}, nothing_, "dead", "tsc");
    drain_->checkpoint(*file_, 0);
    lane_ = lanes_->make(0, "main");
    for (std::uint64_t i = 0; i < kEvents; ++i) {
      lane_->event(i + 2, trace::kNoSpan, kCallsite, std::array{trace::Value(i)});
    }
  }
  // Of a copy of the file: in it no thread ends in good order.
  void recover_copy() {
    std::filesystem::copy_file(dir_.path() + "/run.ring", dir_.path() + "/dead.ring");
    class Events final : public RecordSink {
     public:
      void record(const subscriber::Record& record, const Line&) override {
        count += record.kind == subscriber::RecordKind::kEvent ? 1 : 0;
      }
      std::size_t count = 0;
    } events;
    const auto recovered = recover(dir_.path() + "/dead.ring", events);
    ASSERT_TRUE(recovered.has_value()) << recovered.error().message;
    events_ = events.count;
    remarks_ = recovered.value().remarks;
  }

  static constexpr std::size_t kEvents = 10;
  static constexpr std::string_view kFields[] = {"number"};
  static constexpr trace::Metadata kCallsite{"", "program", trace::Level::kInfo, kFields};
  class Nothing final : public subscriber::RecordConsumer {
    void consume(const subscriber::Record&) override {}
  } nothing_;
  test::TempDir dir_;
  std::unique_ptr<subscriber::RingFile> file_;
  std::optional<subscriber::Lanes> lanes_;
  std::optional<subscriber::Drain> drain_;
  std::shared_ptr<subscriber::Lane> lane_;
  std::size_t events_ = 0;
  std::vector<std::string> remarks_;
};

TEST_F(OneRing, HasWhatNoCheckpointHas) {
  recover_copy();
  EXPECT_EQ(events_, kEvents);
}

// Former bug: of each two checkpoints the one that the ring was not in any more had its place in
// force, which was of before they were in the log.
TEST_F(OneRing, OfAThreadThatIsLateToGoIsNotToldTwice) {
  lane_->leave();
  drain_->pass({1'000'000, 1'000'000});
  for (int i = 0; i < 4; ++i) {
    drain_->checkpoint(*file_, 0);
    recover_copy();
    EXPECT_EQ(events_, 0U) << i;
    std::filesystem::remove(dir_.path() + "/dead.ring");
  }
}

// Former bug: 2^64 - 5 events were lost.
TEST_F(OneRing, WhoseLogTellsOfMoreLossThanThereWasIsDamaged) {
  const std::uint64_t told[2] = {5, 5};
  std::fstream(dir_.path() + "/run.ring", std::ios::in | std::ios::out | std::ios::binary)
      .seekp(static_cast<std::streamoff>(subscriber::ring_offset(0, kRingBytes) +
                                         offsetof(subscriber::RingHead, told)))
      .write(reinterpret_cast<const char*>(told), sizeof told);
  recover_copy();
  EXPECT_EQ(events_, 0U);
  EXPECT_THAT(remarks_, testing::ElementsAre("ring 0 is damaged: nothing of it is recovered"));
}

// A file of any content: an answer, no crash. Most of the damage is where it hurts.
TEST_F(Recover, SurvivesDamageAnywhere) {
  kill_program("jsonl:run.jsonl,ring:run.ring");
  const std::string whole = test::read_file(path("run.ring"));
  class Ignored final : public RecordSink {
   public:
    void record(const subscriber::Record&, const Line&) override {}
  } ignored;
  constexpr std::size_t kParts[] = {256, subscriber::kFileHeadBytes + 600,
                                    subscriber::ring_offset(0, 0) + 700};
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string damaged = whole;
    for (std::uint32_t i = 0, count = 1 + random() % 8; i < count; ++i) {
      const std::size_t part = kParts[random() % 3];
      const std::size_t begin = part > 600 ? part - 700 : 0;
      damaged[(begin + random() % 1400) % damaged.size()] = static_cast<char>(random());
    }
    std::ofstream(path("damaged.ring"), std::ios::binary) << damaged;
    (void)replay::recover(path("damaged.ring"), ignored);
  }
}

}  // namespace
}  // namespace ari::replay
