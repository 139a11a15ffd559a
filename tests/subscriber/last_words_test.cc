// A recorded program that handles a signal itself goes on as it would without recording, and
// its log is complete, whoever set which handler first.
#include "subscriber/last_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <string.h>

#include "tests/subscriber/recorded_program.h"

namespace ari::subscriber {
namespace {

constexpr int kRequests[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

class LastWordsTest : public test::RecordedProgram {
 protected:
  test::Ran run(int signal, const std::string& how) {
    // Sanitizers leave the program its faults.
    const std::string faults = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0";
    return shell("ASAN_OPTIONS=" + faults + " TSAN_OPTIONS=" + faults +
                 " ARI=jsonl:run.jsonl " ARI_BIN_DIR "/signalled_program " +
                 std::to_string(signal) + " " + how);
  }
  bool log_has_an_end() { return file("run.jsonl").find("\"k\":\"end\"") != std::string::npos; }
};

TEST_F(LastWordsTest, AreNotOfAProgramThatHandlesTheSignal) {
  for (const char* how : {"runtime", "runtime-before-init", "chains", "chains-before-init",
                          "chains-to-the-runtime"}) {
    for (const int signal : kRequests) {
      SCOPED_TRACE(std::string(how) + " " + strsignal(signal));
      EXPECT_EQ(run(signal, how).exit_code, 0);
      EXPECT_TRUE(log_has_an_end());
    }
  }
}

TEST_F(LastWordsTest, AreNotOfAProgramThatAwaitsCtrlC) {
  EXPECT_EQ(run(SIGINT, "ctrl_c").exit_code, 0);
  EXPECT_TRUE(log_has_an_end());
}

TEST_F(LastWordsTest, LetAHandlerThatPutsTheOneBeforeBackDieOfTheSignal) {
  for (const int signal : kRequests) {
    SCOPED_TRACE(strsignal(signal));
    EXPECT_EQ(run(signal, "restores").exit_code, 128 + signal);
    EXPECT_FALSE(log_has_an_end());
  }
}

TEST_F(LastWordsTest, FollowAHandlerThatIsToBeCalledOnce) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    SCOPED_TRACE(strsignal(signal));
    EXPECT_EQ(run(signal, "once-before-init").exit_code, 128 + signal);
    EXPECT_FALSE(log_has_an_end());
  }
}

}  // namespace
}  // namespace ari::subscriber
