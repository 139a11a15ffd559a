// The promise of a ring file: kill the program when you like, nothing that was recorded is
// gone, and nothing is there twice.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "replay/input/reader.h"
#include "replay/recover/recover.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

using subscriber::Record;
using subscriber::RecordKind;

// What a recovered log says of the counting program's events, thread by thread.
class Numbers final : public RecordSink {
 public:
  void record(const Record& record, const Line&) override {
    if (record.kind == RecordKind::kEnd) ended = true;
    if (record.kind == RecordKind::kLost) lost[record.thread] += record.lost;
    if (record.kind == RecordKind::kEvent) {
      if (record.target != "program") faults.emplace_back("a callsite is not known any more");
      add(record.thread, record.fields.empty() ? 0 : number_of(record.fields[0].value));
    }
    if (record.at_unix_ns < last_[record.thread]) {
      faults.push_back(fmt::format("thread {} goes back", record.thread));
    }
    last_[record.thread] = record.at_unix_ns;
  }

  std::map<std::uint32_t, std::uint64_t> highest, seen, lost;
  std::vector<std::string> faults;
  bool ended = false;

 private:
  static std::uint64_t number_of(const trace::Value& value) {
    if (value.type() == trace::ValueType::kU64) return value.as_u64();
    return value.type() == trace::ValueType::kI64 ? static_cast<std::uint64_t>(value.as_i64()) : 0;
  }
  void add(std::uint32_t thread, std::uint64_t number) {
    std::uint64_t& highest_yet = highest[thread];
    if (number <= highest_yet) {
      faults.push_back(fmt::format("thread {}: {} after {}", thread, number, highest_yet));
    }
    highest_yet = number;
    ++seen[thread];
  }
  std::map<std::uint32_t, std::int64_t> last_;
};

// Runs the program in `directory` and kills it so long after its ring file is there: how long it
// takes to begin is the machine's affair.
void run_and_kill(const std::string& directory, const std::string& ari,
                  std::chrono::microseconds after) {
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(directory.c_str()) != 0) _exit(1);
    setenv("ARI", ari.c_str(), 1);
    execl(ARI_BIN_DIR "/recorded_program", "recorded_program", "count", nullptr);
    _exit(1);
  }
  ASSERT_GT(child, 0);
  for (int i = 0; i < 20'000 && !std::filesystem::exists(directory + "/run.ring"); ++i) usleep(500);
  usleep(static_cast<useconds_t>(after.count()));
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the program ended by itself";
}

std::vector<std::uint64_t> counts_of(const std::string& path) {
  std::vector<std::uint64_t> counts(3);
  std::ifstream(path, std::ios::binary).read(reinterpret_cast<char*>(counts.data()), 24);
  return counts;
}

// Which count belongs to which thread number is not known; as sets they must agree, but for
// the one event that each may have recorded and not counted yet. A lost event may be an
// enter or an exit as well as a numbered one.
void check(const Numbers& numbers, std::vector<std::uint64_t> counts) {
  EXPECT_THAT(numbers.faults, testing::IsEmpty());
  EXPECT_FALSE(numbers.ended);
  std::vector<std::uint64_t> highest;
  for (const auto& [thread, number] : numbers.highest) {
    highest.push_back(number);
    const auto lost = numbers.lost.find(thread);
    const std::uint64_t missing = number - numbers.seen.at(thread);
    EXPECT_LE(missing, lost == numbers.lost.end() ? 0 : lost->second)
        << "thread " << thread << " lacks events that no line counts";
  }
  if (!numbers.lost.empty()) return;  // the last ones may be among the lost
  std::sort(highest.begin(), highest.end());
  std::erase(counts, 0u);
  std::sort(counts.begin(), counts.end());
  ASSERT_GE(highest.size(), counts.size());
  highest.erase(highest.begin(), highest.end() - static_cast<std::ptrdiff_t>(counts.size()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    EXPECT_GE(highest[i], counts[i]) << "recorded, and gone";
    EXPECT_LE(highest[i], counts[i] + 1) << "there, but never recorded";
  }
}

// How often; more by hand: ARI_KILLS=1000.
int kills() {
  const char* const wanted = std::getenv("ARI_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : 12;
}

TEST(Kill, LosesNothingThatWasRecorded) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  std::uint64_t from_logs = 0, from_rings = 0;
  for (int i = 0; i < kills(); ++i) {
    const test::TempDir dir;
    const std::string log = i % 2 == 0 ? "run.jsonl" : "run.jsonl.zst";
    const std::chrono::microseconds after(random() % 60'000);
    SCOPED_TRACE(fmt::format("kill {} of {}, after {} µs", i, log, after.count()));
    run_and_kill(dir.path(), "jsonl:" + log + ",ring:run.ring", after);
    Numbers numbers;
    const auto recovered = recover(dir.path() + "/run.ring", numbers);
    ASSERT_TRUE(recovered.has_value()) << recovered.error().message;
    EXPECT_THAT(recovered.value().remarks, testing::IsEmpty());
    from_logs += recovered.value().events_of_log;
    from_rings += recovered.value().events_of_rings;
    check(numbers, counts_of(dir.path() + "/counts"));
    if (HasFailure()) return;
  }
  fmt::print("{} kills: {} events in the logs, {} more in the rings only\n", kills(), from_logs,
             from_rings);
  EXPECT_GT(from_rings, 0u) << "the log alone had everything: this test tests nothing";
}

}  // namespace
}  // namespace ari::replay
