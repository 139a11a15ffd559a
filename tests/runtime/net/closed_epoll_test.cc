// A program that closes descriptors which are not its own, as closefrom(3) does: the runtime's
// epoll among them. Whatever waits for a socket fails, all else goes on.
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <thread>

#include "tests/runtime/forks.h"
#include "tests/runtime/net/net_test.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using net::UnixStream;
using std::chrono::milliseconds;

std::vector<int> open_epolls() {
  std::vector<int> fds;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the one that reads the folder itself
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (target == "anon_inode:[eventpoll]")
      fds.push_back(std::atoi(entry.path().filename().c_str()));
  }
  return fds;
}

Task<void> reads_one(UnixStream* stream) {
  char byte[1];
  co_await stream->read(byte);
}

Task<void> closes_epoll() {
  const std::vector<int> others = open_epolls();
  auto [near, far] = UnixStream::pair();
  auto reader = spawn(test::error_of(reads_one(&near)));
  co_await test::some_turns();
  for (const int fd : open_epolls()) {
    if (std::find(others.begin(), others.end(), fd) == others.end()) ::close(fd);
  }
  auto error = co_await reader;
  EXPECT_EQ(error, "UnixStream::read: Operation canceled");
  error = co_await test::error_of(reads_one(&far));
  EXPECT_EQ(error, "UnixStream::read: Operation canceled") << "nobody tells of new ones either";
  // Sleeps and calls from other threads are as before, and do not burn the processor.
  const std::clock_t before = std::clock();
  co_await time::sleep(milliseconds(200));
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 10);
  auto blocking = spawn_blocking([] { return 7; });
  auto seven = co_await blocking;
  EXPECT_EQ(seven, 7);
}
TEST(ClosedEpoll, CancelsWhatWaitsForSocketsAndNothingElse) {
  test::Recorder recorder;
  Runtime().block_on(closes_epoll());
  EXPECT_THAT(recorder.text(),
              testing::HasSubstr("runtime::driver: op=\"broken\" error=\"Bad file descriptor\"\n"));
}

Task<int> gives_seven() { co_return 7; }

// In a process of its own. The worker sleeps in an epoll that no descriptor leads to any more,
// while all the numbers are files of the program.
int closes_all_under_a_sleeper() {
  ::alarm(30);  // rather than for ever
  std::optional<Runtime> runtime(Runtime::Builder::multi_thread().worker_threads(1).build());
  auto [near, far] = UnixStream::pair();
  auto reading = runtime->spawn(test::error_of(reads_one(&near)));
  std::this_thread::sleep_for(milliseconds(100));
  ::closefrom(3);
  std::vector<int> files;
  for (int i = 0; i < 16; ++i) files.push_back(::memfd_create("file", MFD_CLOEXEC));
  auto seven = runtime->spawn(gives_seven());
  while (!seven.is_finished() || !reading.is_finished()) std::this_thread::yield();
  if (seven.result() != 7) return 1;
  if (reading.result().empty()) return 2;  // its number is a file by now
  runtime.reset();
  for (const int file : files) {
    if (::lseek(file, 0, SEEK_END) != 0) return 3;
  }
  return 0;
}
TEST(ClosedEpoll, RousesWhoSleepsInItAndWritesToNoFileOfTheProgram) {
  if (!test::kCanFork) GTEST_SKIP() << "not under a sanitizer";
  const pid_t child = ::fork();
  if (child == 0) ::_exit(closes_all_under_a_sleeper());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace ari
