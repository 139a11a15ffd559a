// What summary and lint print does not depend on whether tasks are forgotten once they are over, as
// they are unless the log comes through a pipe.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <random>
#include <string>
#include <vector>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

// What is printed behind the coverage, which names the log.
std::string printed(const std::string& command, const std::string& log) {
  const test::Ran ran = run_replay(command + " --format json " + log);
  const std::size_t coverage_ends = ran.out.find("\"problems_dropped\"");
  EXPECT_NE(coverage_ends, std::string::npos) << ran.out << ran.err;
  return coverage_ends == std::string::npos ? std::string() : ran.out.substr(coverage_ends);
}

void expect_the_same_through_a_pipe(const std::string& log) {
  SCOPED_TRACE(log);
  const std::string everything =
      "lint --deny none --warn long-poll --warn long-scheduled --warn self-wakes --warn "
      "outlier-poll "
      "--warn lock-held-across-long-wait --warn redundant-wakes";
  for (const std::string& command :
       {std::string("summary"), std::string("summary --semantics console"), everything}) {
    EXPECT_EQ(printed(command, log), printed(command, "- < " + log)) << command;
  }
}

// A log whose header tells a clock tells destructions as well.
std::string header(bool told) {
  return std::string(R"("k":"log","version":1,"program":"server","pid":1)") +
         (told ? R"(,"clock":"tsc")" : "");
}

// Which enters and exits are the destruction of a task: told, as ari does; or they look like a
// poll, as of Tokio programs, or there are none, as of old ones. kMixed: the first tasks look as if
// there were, and most of the others speak against it.
enum class Destroyed { kTold, kUntold, kNotMade, kMixed };

// A server's log: tasks come, are polled and woken, and go. Some wakers outlive their tasks;
// `lost`: and of some that do, nothing is on record.
void write_server_log(const std::string& path, std::uint32_t seed, bool lost, Destroyed destroyed) {
  constexpr int kTasks = 300;
  std::ofstream log(path);
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  std::int64_t now_ns = 0;
  const auto line = [&](const std::string& rest) {
    now_ns += random() % 4 == 0 ? 1'000 : 2'000'000 * (random() % 3);
    log << "{\"at\":\"2026-11-24T01:21:" << std::setfill('0') << std::setw(2)
        << 10 + now_ns / 1'000'000'000 << '.' << std::setw(9) << now_ns % 1'000'000'000 << "Z\","
        << rest << "}\n";
  };
  line(header(destroyed == Destroyed::kTold));
  line(R"("k":"thread","th":1,"name":"main")");
  struct Live {
    int id;
    int wakers;
    bool was_polled = false;
  };
  std::vector<Live> live, gone;
  const auto use = [&](Live& task, const char* op) {
    line("\"k\":\"" + std::string(op) + "\",\"th\":1,\"task\":" + std::to_string(task.id));
  };
  for (int next = 1; next < kTasks || !live.empty();) {
    if (next < kTasks && (live.size() < 3 || one_in(4))) {
      line("\"k\":\"new\",\"th\":1,\"id\":" + std::to_string(next) +
           R"(,"name":"runtime.spawn","target":"ari::task","fields":{"kind":")" +
           (one_in(9)   ? "blocking"
            : one_in(9) ? "local"
                        : "task") +
           R"(","task.name":"t","loc.file":"a.cc","loc.line":)" + std::to_string(next % 5 + 1) +
           R"(,"loc.col":1},"display":["kind","task.name"])");
      live.push_back({next++, 0});
      continue;
    }
    Live& task = live[random() % live.size()];
    const std::string id = std::to_string(task.id);
    const bool told = destroyed == Destroyed::kTold;
    // Tokio polls only who was woken; what else would be entered is destroyed.
    if (!told && task.was_polled) use(task, "wake_by_ref");
    task.was_polled = true;
    line(R"("k":"enter","th":1,"id":)" + id);
    if (!one_in(3)) use(task, "clone"), ++task.wakers;
    if (one_in(6)) use(task, "wake_by_ref");
    line(R"("k":"exit","th":1,"id":)" + id);
    if (task.wakers > 0 && !one_in(5)) use(task, "wake"), --task.wakers;
    if (!one_in(4)) continue;
    const bool is_among_first = task.id < 25;
    if (destroyed != Destroyed::kNotMade && (destroyed != Destroyed::kMixed || is_among_first)) {
      line(R"("k":"enter","th":1,"id":)" + id + (told ? R"(,"destroy":true)" : ""));
      line(R"("k":"exit","th":1,"id":)" + id);
    }
    while (task.wakers > 0 && !one_in(3)) use(task, "drop"), --task.wakers;
    line(R"("k":"close","th":1,"id":)" + id +
         (!told       ? ""
          : one_in(5) ? R"(,"outcome":"cancelled")"
                      : R"(,"outcome":"completed")"));
    if (task.wakers > 0 || (lost && one_in(20))) gone.push_back(task);
    live.erase(live.begin() + (&task - live.data()));
    if (!gone.empty() && one_in(2)) {
      use(gone.front(), one_in(2) ? "drop" : "wake");
      for (int i = 0; gone.front().wakers == 0 && i < 40; ++i) use(gone.front(), "wake_by_ref");
      if (--gone.front().wakers <= 0) gone.erase(gone.begin());
    }
  }
}

TEST(Forgetting, ChangesNothingOfAnyCapture) {
  std::size_t logs = 0;
  for (const std::string& folder : test::capture_folders()) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      const std::string name = file.path().filename();
      if (name.find(".log") == std::string::npos && name.find(".jsonl") == std::string::npos)
        continue;
      if (name.starts_with("truth")) continue;  // no log
      if (++logs % 3 == 0) expect_the_same_through_a_pipe(file.path());
    }
  }
  EXPECT_GT(logs, 60U);
}

// Logs that once made the fold follow a link to something else, or to nothing; what is odd about
// each its name says.
TEST(Forgetting, TakesNoHarmFromOddLogs) {
  std::size_t logs = 0;
  for (const auto& file : std::filesystem::directory_iterator(ARI_TESTDATA "/odd")) {
    const std::string log = file.path();
    expect_the_same_through_a_pipe(log);
    for (const char* command :
         {"summary", "tasks", "lint", "dump", "tree", "waits", "resources", "ops"}) {
      EXPECT_LE(run_replay(std::string(command) + " " + log).exit_code, 1) << command << " " << log;
    }
    ++logs;
  }
  EXPECT_GE(logs, 6U);
}

// How many logs of each kind. What is printed of all of them, builds without sanitizers compare; with
// them, where each takes ten times as long, the same code has but to be run: each kind, and a log in
// which something is lost, which every third is.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::uint32_t kServerLogs = 4;
#else
constexpr std::uint32_t kServerLogs = 12;
#endif
#else
constexpr std::uint32_t kServerLogs = 12;
#endif

TEST(Forgetting, ChangesNothingOfAServersLog) {
  const test::TempDir dir;
  for (std::uint32_t seed = 1; seed <= kServerLogs; ++seed) {
    const std::string log = dir.path() + "/server.jsonl";
    for (const Destroyed destroyed :
         {Destroyed::kTold, Destroyed::kUntold, Destroyed::kNotMade, Destroyed::kMixed}) {
      SCOPED_TRACE(static_cast<int>(destroyed));
      write_server_log(log, seed, /*lost=*/seed % 3 == 0, destroyed);
      expect_the_same_through_a_pipe(log);
    }
  }
}

// How many KiB it takes to summarise or lint a log; `input`: as it is given.
long peak_memory(const std::string& command, const std::string& input) {
  // What was freed is not kept for AddressSanitizer's sake.
  const test::Ran ran = test::run("ASAN_OPTIONS=quarantine_size_mb=1 " ARI_BIN_DIR
                                  "/peak_memory " ARI_BIN_DIR "/ari-replay " +
                                  command + " " + input);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  return std::atol(ran.out.c_str());
}

// Else the tests above hold as well if nothing is ever forgotten.
TEST(Forgetting, TakesLittleMemoryForManyTasksThatAreOver) {
  constexpr long kTasks = 20'000;
  const test::TempDir dir;
  for (const bool told : {true, false}) {
    const std::string path = dir.path() + "/many.jsonl";
    {
      std::ofstream log(path);
      const auto line = [&](const std::string& rest) {
        log << R"({"at":"2026-11-24T01:21:10.000000000Z",)" << rest << "}\n";
      };
      line(header(told));
      for (long id = 1; id <= kTasks; ++id) {
        const std::string its = R"("th":1,"id":)" + std::to_string(id);
        line("\"k\":\"new\"," + its +
             R"(,"name":"runtime.spawn","target":"ari::task","fields":{"kind":"task"})");
        line("\"k\":\"enter\"," + its);
        line("\"k\":\"exit\"," + its);
        if (!told) line("\"k\":\"enter\"," + its);
        if (!told) line("\"k\":\"exit\"," + its);
        line("\"k\":\"close\"," + its + (told ? R"(,"outcome":"completed")" : ""));
      }
    }
    for (const char* command : {"summary", "lint"}) {
      const long forgotten = peak_memory(command, path);
      const long kept = peak_memory(command, "- < " + path);
      EXPECT_GT(forgotten, 0) << command;
      // In KiB: 300 bytes a task.
      EXPECT_GT(kept - forgotten, 300 * kTasks / 1024) << command << (told ? "" : ", not told");
    }
  }
}

}  // namespace
}  // namespace ari::replay
