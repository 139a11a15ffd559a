// AsyncFd: waits for descriptors of others, and keeps what it knows of them until told otherwise.
#include "runtime/net/async_fd.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "tests/runtime/net/net_test.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using net::AsyncFd;
using net::Descriptor;
using test::boxed;
using test::error_of;
using test::poll_once;
using test::some_turns;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    out = Descriptor(ends[0]);
    in = Descriptor(ends[1]);
  }
  void put(char c) const { EXPECT_EQ(::write(in.get(), &c, 1), 1); }

  Descriptor out, in;
};

std::optional<ssize_t> read_byte(net::AsyncFdReadyGuard& guard, char& byte) {
  return guard.try_io([&](int fd) { return ::read(fd, &byte, 1); });
}

Task<void> reads_a_pipe() {
  const Pipe pipe;
  AsyncFd out(pipe.out.get());
  auto waiting = boxed([&] { return out.readable(); });
  const bool at_once = co_await poll_once(*waiting);
  EXPECT_FALSE(at_once);
  pipe.put('a');
  auto guard = co_await *waiting;
  char byte = 0;
  EXPECT_EQ(read_byte(guard, byte), 1);
  EXPECT_EQ(byte, 'a');

  // Nobody has said that it is empty: it still counts as readable, until the next read.
  auto again = co_await out.readable();
  EXPECT_EQ(read_byte(again, byte), std::nullopt);
  auto waits = boxed([&] { return out.readable(); });
  const bool is_ready = co_await poll_once(*waits);
  EXPECT_FALSE(is_ready);
  pipe.put('b');
  auto last = co_await *waits;
  EXPECT_EQ(read_byte(last, byte), 1);
  EXPECT_EQ(byte, 'b');
}
TEST(AsyncFd, IsReadyUntilSomebodyHasFoundThatItIsNot) { Runtime().block_on(reads_a_pipe()); }

// News between the guard and its clear_ready() are kept: else they would never be told again.
Task<void> clears_late() {
  const Pipe pipe;
  AsyncFd out(pipe.out.get());
  pipe.put('a');
  auto guard = co_await out.readable();
  char byte = 0;
  EXPECT_EQ(read_byte(guard, byte), 1);
  pipe.put('b');
  for (int i = 0; i < 300; ++i) co_await task::yield_now();  // until the driver has looked
  guard.clear_ready();
  auto news = co_await out.readable();
  EXPECT_EQ(read_byte(news, byte), 1);
  EXPECT_EQ(byte, 'b');
  news.clear_ready();
  news.clear_ready();
  auto waits = boxed([&] { return out.readable(); });
  const bool is_ready = co_await poll_once(*waits);
  EXPECT_FALSE(is_ready);
}
TEST(AsyncFd, ClearReadyForgetsNoNews) { Runtime().block_on(clears_late()); }

Task<void> both_directions() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const Descriptor here(ends[0]), there(ends[1]);
  AsyncFd socket(here.get());
  const std::string chunk(100'000, 'x');
  while (true) {
    auto guard = co_await socket.writable();
    const auto put = guard.try_io([&](int fd) { return ::write(fd, chunk.data(), chunk.size()); });
    if (!put) break;
  }
  auto writable = boxed([&] { return socket.writable(); });
  auto readable = boxed([&] { return socket.readable(); });
  const bool has_room = co_await poll_once(*writable);
  EXPECT_FALSE(has_room);
  const bool has_bytes = co_await poll_once(*readable);
  EXPECT_FALSE(has_bytes);
  std::string sink(1'000'000, '\0');
  while (::read(there.get(), sink.data(), sink.size()) > 0) {
  }
  static_cast<void>(co_await *writable);
  const bool still_none = co_await poll_once(*readable);
  EXPECT_FALSE(still_none);
  EXPECT_EQ(::shutdown(there.get(), SHUT_WR), 0);
  auto end = co_await *readable;
  char byte = 0;
  EXPECT_EQ(read_byte(end, byte), 0);
}
TEST(AsyncFd, DirectionsAreApartAndTheEndIsReadable) { Runtime().block_on(both_directions()); }

Task<void> waits_for(AsyncFd* fd) { static_cast<void>(co_await fd->readable()); }
Task<void> says_what_went_wrong() {
  const Descriptor file(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
  AsyncFd never(file.get());
  const std::string error = co_await error_of(waits_for(&never));
  EXPECT_EQ(error, "AsyncFd::readable: Operation not permitted");

  const Pipe pipe;
  AsyncFd first(pipe.out.get()), second(pipe.out.get());
  auto waiting = spawn(waits_for(&first));
  co_await some_turns();
  const std::string twice = co_await error_of(waits_for(&second));
  EXPECT_EQ(twice, "AsyncFd::readable: File exists");

  pipe.put('a');
  co_await waiting;
  auto guard = co_await first.readable();
  const auto fails = [](int) -> int {
    errno = EIO;
    return -1;
  };
  EXPECT_THROW(guard.try_io(fails), std::system_error);
  int calls = 0;
  const auto is_interrupted = [&](int) {
    errno = EINTR;
    return ++calls < 3 ? -1 : calls;
  };
  EXPECT_EQ(guard.try_io(is_interrupted), 3);
}
TEST(AsyncFd, SaysWhatWentWrong) { Runtime().block_on(says_what_went_wrong()); }

// The descriptor stays the caller's, and can be watched anew.
Task<void> comes_and_goes() {
  const Pipe pipe;
  for (int i = 0; i < 3; ++i) {
    AsyncFd out(pipe.out.get());
    auto waiting = boxed([&] { return out.readable(); });
    const bool is_ready = co_await poll_once(*waiting);
    EXPECT_FALSE(is_ready);
    pipe.put('a');
    auto guard = co_await *waiting;
    char byte = 0;
    EXPECT_EQ(read_byte(guard, byte), 1);
    AsyncFd moved = std::move(out);
    pipe.put('b');
    auto through_moved = co_await moved.readable();
    EXPECT_EQ(read_byte(through_moved, byte), 1);
    const Pipe other;
    AsyncFd assigned(other.out.get());
    assigned = std::move(moved);
    EXPECT_EQ(assigned.native_handle(), pipe.out.get());
    EXPECT_NE(::fcntl(other.out.get(), F_GETFD), -1) << "was closed by an AsyncFd";
  }
  EXPECT_NE(::fcntl(pipe.out.get(), F_GETFD), -1);
}
TEST(AsyncFd, LeavesTheDescriptorOpen) { Runtime().block_on(comes_and_goes()); }

Task<void> outlives_its_wait() {
  const Pipe pipe;
  auto out = std::make_unique<AsyncFd>(pipe.out.get());
  auto waiting = spawn(error_of(waits_for(out.get())));
  co_await some_turns();
  out.reset();
  const std::string error = co_await waiting;
  EXPECT_EQ(error, "AsyncFd::readable: Operation canceled");
}
TEST(AsyncFd, WaitForOneThatGoesIsCancelled) { Runtime().block_on(outlives_its_wait()); }

// A counter that a thread of some library adds to, and a task takes from.
Task<std::uint64_t> takes_all(AsyncFd* counter, std::uint64_t until) {
  std::uint64_t sum = 0;
  while (sum < until) {
    auto guard = co_await counter->readable();
    std::uint64_t got = 0;
    if (guard.try_io([&](int fd) { return ::read(fd, &got, sizeof(got)); })) sum += got;
  }
  co_return sum;
}
TEST(AsyncFd, NoNewsFromAnotherThreadAreLost) {
  const Descriptor counter(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  AsyncFd watched(counter.get());
  constexpr std::uint64_t kTimes = 3000;
  std::thread library([&] {
    for (std::uint64_t i = 0; i < kTimes; ++i) {
      EXPECT_EQ(::eventfd_write(counter.get(), 1), 0);
      if (i % 7 == 0) std::this_thread::yield();
    }
  });
  Runtime runtime = Runtime::Builder::multi_thread().worker_threads(2).build();
  EXPECT_EQ(runtime.block_on(takes_all(&watched, kTimes)), kTimes);
  library.join();
}

Task<void> waits_on_record(AsyncFd* fd, const Pipe* pipe) {
  auto waiting = spawn(waits_for(fd));
  co_await some_turns();
  pipe->put('a');
  co_await waiting;
}
TEST(AsyncFd, IsAResourceAndItsWaitAnOp) {
  const test::Recorder recorder;
  const Pipe pipe;
  AsyncFd out(pipe.out.get());
  Runtime().block_on(waits_on_record(&out, &pipe));
  EXPECT_THAT(recorder.fields("R1"), testing::StartsWith("concrete_type=\"AsyncFd\" kind=\"Net\""));
  EXPECT_EQ(recorder.fields("O4"), "source=\"AsyncFd::readable\"");
}

}  // namespace
}  // namespace ari
