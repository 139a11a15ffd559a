// A program that closes descriptors which are not its own, as closefrom(3) does: the runtime's
// epoll among them. Whatever waits for a socket fails, all else goes on.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

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

}  // namespace
}  // namespace ari
