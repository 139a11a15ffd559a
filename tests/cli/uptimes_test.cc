// Logs that tell how long since the program's start: tracing_subscriber::fmt with uptime().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/cli/cli.h"

namespace ari::replay {
namespace {

using testing::HasSubstr;

std::string log_of_uptimes() {
  const std::string path = testing::TempDir() + "uptimes.log";
  std::ofstream(path) << "   0.999999999s TRACE req{a=1}: app: new\n"
                         "   1.000000000s TRACE req{a=1}: app: enter\n"
                         "  12.500000001s TRACE req{a=1}: app: exit\n";
  return path;
}

TEST(Uptimes, AreShownAsTheyMayBeTypedBehindFrom) {
  const std::string log = log_of_uptimes();
  const test::Ran all = run_replay("show " + log);
  EXPECT_EQ(all.out,
            "+0.999999s TRACE req[1000000001]{a=1} new\n"
            "+1.000000s TRACE req[1000000001]{a=1} enter\n"
            "+12.500000s TRACE req[1000000001]{a=1} exit\n");
  EXPECT_EQ(all.err, "");
  EXPECT_EQ(run_replay("show --from +1.000000s --to +12.5s " + log).out,
            "+1.000000s TRACE req[1000000001]{a=1} enter\n");
  EXPECT_EQ(run_replay("show --grep '^.12' " + log).out,
            "+12.500000s TRACE req[1000000001]{a=1} exit\n");
}

// In a log of instants it would be one of 1970, before all there is.
TEST(Uptimes, AreRefusedForALogOfInstants) {
  const std::string& log = kFaultyLog;
  for (const std::string command : {"tasks --at +1s ", "ops --from +1s ", "show --from +1s ",
                                    "timeline --to +1s ", "metrics --at +1s ", "why --at +1s "}) {
    SCOPED_TRACE(command);
    const test::Ran ran = run_replay(command + log + (command == "why --at +1s " ? " 7" : ""));
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.err, HasSubstr("a time with a + is an uptime, and this log tells instants"));
  }
  EXPECT_EQ(run_replay("tasks --at 100ms " + log).exit_code, 0);
}

// What is a log again has instants, and so has what is shown beside a log that has some.
TEST(Uptimes, AreInstantsOf1970WhereLinesHaveToHaveInstants) {
  const std::string log = log_of_uptimes();
  const std::string other = testing::TempDir() + "instants.log";
  std::ofstream(other) << "2026-01-05T10:00:00.480038Z TRACE req{a=2}: app: new\n";
  for (const std::string& command :
       {"show --format json " + log, "convert --to text " + log, "show " + log + " " + other}) {
    SCOPED_TRACE(command);
    const test::Ran ran = run_replay(command);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_THAT(ran.out, HasSubstr("1970-01-01T00:00:12.500000"));
  }
  EXPECT_THAT(run_replay("convert --to text " + log).err,
              HasSubstr("its lines have times as if that was 1970-01-01T00:00:00Z\n"));
}

}  // namespace
}  // namespace ari::replay
