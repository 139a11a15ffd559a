// Files that are missing between those of one log, by their names and times.
#include "replay/input/skipped_names.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "replay/input/followed_logs.h"
#include "tests/support/run.h"

namespace ari::replay {
namespace {

TEST(SkippedNames, StepsAreThoseOfTheNumberOrTheDate) {
  struct Case {
    const char* a;
    const char* b;
    std::uint64_t want;
  };
  constexpr Case kCases[] = {
      {"app.log.2026-11-20", "app.log.2026-11-21", 1},
      {"app.log.2026-11-30", "app.log.2026-12-01", 1},
      {"app.log.2026-12-31", "app.log.2027-01-02", 2},
      {"app.log.2024-02-28", "app.log.2024-03-01", 2},  // a leap year
      {"app.2026-11-30-23", "app.2026-12-01-00", 1},
      {"app.2026-11-30-23", "app.2026-12-01-02", 3},
      {"app.2026-11-30-23-59", "app.2026-12-01-00-00", 1},
      {"app.2026-11-30.log", "app.2026-12-02.log", 2},
      {"app.log.9", "app.log.12", 3},
      {"app.log.2026-11-30", "web.log.2026-12-01", 0},
      {"app.2026-11-30.1", "app.2026-12-01.2", 0},  // two numbers differ
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(std::string(c.a) + " " + c.b);
    EXPECT_EQ(steps_between(c.a, c.b), c.want);
    EXPECT_EQ(steps_between(c.b, c.a), c.want);
  }
}

struct Nobody final : Follow {
  void goes_on() override {}
  bool wait() override { return false; }
  void remark(const std::string&) override {}
};

TEST(SkippedNames, AreNoticedOfLogsThatAreFollowedToo) {
  const test::TempDir folder;
  const auto write = [&](const std::string& day, const std::string& name) {
    const std::string path = folder.path() + "/app.log.2026-" + day;
    std::ofstream(path) << "2026-" << day << "T00:00:01Z TRACE a[1]{} " << name << "\n"
                        << "2026-" << day << "T23:59:59Z TRACE a[1]{} enter\n"
                        << "2026-" << day << "T23:59:59Z TRACE a[1]{} exit\n";
    return path;
  };
  struct Nothing final : RecordSink {
    void record(const subscriber::Record&, const Line&) override {}
  };
  const auto skipped = [&](const std::vector<std::string>& paths) {
    Nobody nobody;
    FollowedLogs logs = FollowedLogs::open(paths, nobody).value();
    Nothing nothing;
    const std::vector<RecordSink*> sinks(logs.size(), &nothing);
    EXPECT_EQ(logs.size(), 1U);
    EXPECT_FALSE(logs.read(sinks).has_value());
    const Coverage coverage = logs.coverage();
    EXPECT_EQ(coverage.lacks_lines(), coverage.names_skipped > 0);
    return coverage.names_skipped;
  };
  const std::string a = write("11-29", "new"), b = write("11-30", "enter"),
                    c = write("12-01", "enter"), d = write("12-04", "enter");
  EXPECT_EQ(skipped({a, b, c}), 0U);
  EXPECT_EQ(skipped({a, b, c, d}), 2U);
}

}  // namespace
}  // namespace ari::replay
