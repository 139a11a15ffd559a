// The echo server of the examples, from outside: clients, signals, and what its log tells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/run.h"

namespace ari {
namespace {

// Starts the server, sets $server and $port; client N is descriptor N.
const std::string kStart = R"(
  ARI=jsonl:echo.jsonl )" ARI_BIN_DIR R"(/ari-example-echo 127.0.0.1:0 2>said &
  server=$!
  until grep -q listening said; do kill -0 $server; done
  port=$(sed 's/.*://' said)
  exec 3<>/dev/tcp/127.0.0.1/$port
  echo hello >&3; read -r answer <&3; echo "$answer"
)";

test::Ran run_in_bash(const test::TempDir& dir, const std::string& script) {
  std::ofstream(dir.path() + "/script") << kStart << script;
  return test::run("bash -eu script", dir.path());
}

TEST(Echo, WaitsForItsClientsAfterCtrlC) {
  const test::TempDir dir;
  const test::Ran ran = run_in_bash(dir, R"(
    kill -INT $server
    # It accepts no more once the signal has come through.
    while (exec 4<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do :; done
    echo again >&3; read -r answer <&3; echo "$answer"
    exec 3>&-
    wait $server
  )");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "hello\nagain\n");
  const test::Ran log =
      test::run(ARI_BIN_DIR "/ari-replay show --color never echo.jsonl", dir.path());
  EXPECT_THAT(log.out, testing::HasSubstr("client has gone"));
  EXPECT_THAT(log.out, testing::HasSubstr("concrete_type=\"TcpStream\""));
}

TEST(Echo, SecondCtrlCDoesNotWait) {
  const test::TempDir dir;
  const test::Ran ran = run_in_bash(dir, R"(
    kill -INT $server
    while (exec 4<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do :; done
    kill -INT $server
    wait $server
  )");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const test::Ran tasks =
      test::run(ARI_BIN_DIR "/ari-replay tasks --format json echo.jsonl | jq -r '.tasks[].state'",
                dir.path());
  EXPECT_THAT(tasks.out, testing::Not(testing::HasSubstr("idle"))) << "all are ended in order";
}

TEST(Echo, AddressThatIsNoneIsSaid) {
  const test::Ran ran = test::run(ARI_BIN_DIR "/ari-example-echo localhost:7000");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.err,
            "echo: ari: not a socket address: \"localhost:7000\" (expected 127.0.0.1:80 or "
            "[::1]:80; names are not looked up)\n");
}

}  // namespace
}  // namespace ari
