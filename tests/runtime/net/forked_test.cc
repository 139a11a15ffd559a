// A child made by fork() has its parent's sockets, and the very epoll that tells of them: whatever
// it does with its copies of the runtime's objects, the parent hears of its sockets as before.
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::UnixStream;

// What a child does, and gives as its exit code.
int in_child(const std::function<int()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);  // rather than for ever
    ::_exit(act());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << status;
  return WEXITSTATUS(status);
}

Task<void> reads_one(std::shared_ptr<UnixStream> from) {
  char byte;
  co_await from->read_exact(io::Buffer(&byte, 1));
}

// A task that waits for a byte, in a runtime of this thread.
class ForkedChild : public testing::Test {
 protected:
  ForkedChild() {
    auto [near, far] = UnixStream::pair();
    stream_ = std::make_shared<UnixStream>(std::move(near));
    far_.emplace(std::move(far));
    reading_.emplace(runtime_->spawn(test::error_of(reads_one(stream_))));
    runtime_->block_on(test::some_turns());
  }

  static Task<std::string> awaits(JoinHandle<std::string>* reading) {
    auto error = co_await time::timeout(std::chrono::seconds(10), *reading);
    co_return error ? *error : "is not woken";
  }
  std::string reads() { return runtime_->block_on(awaits(&*reading_)); }

  std::optional<Runtime> runtime_ = Runtime();
  std::shared_ptr<UnixStream> stream_;
  std::optional<UnixStream> far_;
  std::optional<JoinHandle<std::string>> reading_;
};

TEST_F(ForkedChild, MayEndItsCopyOfTheRuntime) {
  EXPECT_EQ(in_child([&] {
              stream_ = nullptr;  // its task has the last one
              runtime_.reset();
              return 7;
            }),
            7);
  far_->try_write("x");
  EXPECT_EQ(reads(), "");
}

TEST_F(ForkedChild, MayEndItsCopyOfASocket) {
  EXPECT_EQ(in_child([&] {
              stream_->~UnixStream();
              return 7;
            }),
            7);
  far_->try_write("x");
  EXPECT_EQ(reads(), "");
}

TEST_F(ForkedChild, WaitsForNoSocketInARuntimeOfItsParent) {
  EXPECT_EQ(in_child([&] {
              if (reads() != "UnixStream::read_exact: Operation canceled") return 1;
              auto [near, far] = UnixStream::pair();
              const auto own = std::make_shared<UnixStream>(std::move(near));
              const std::string error = runtime_->block_on(test::error_of(reads_one(own)));
              return error == "UnixStream::read_exact: Operation canceled" ? 7 : 2;
            }),
            7);
  far_->try_write("x");
  EXPECT_EQ(reads(), "");
}

// The kernel tells them once only.
Task<std::string> hears_of(int fd) {
  net::AsyncFd bell(fd);
  static_cast<void>(co_await bell.readable());
  co_return "";
}
TEST_F(ForkedChild, CollectsNoNewsOfItsParent) {
  const net::Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  auto hearing = runtime_->spawn(hears_of(bell.get()));
  runtime_->block_on(test::some_turns());
  ::eventfd_write(bell.get(), 1);
  EXPECT_EQ(in_child([&] {
              runtime_->block_on(test::some_turns());
              return 7;
            }),
            7);
  EXPECT_EQ(runtime_->block_on(awaits(&hearing)), "");
}

Task<std::string> reads_what_is_written() {
  auto [near, far] = UnixStream::pair();
  const auto own = std::make_shared<UnixStream>(std::move(near));
  auto reading = spawn(test::error_of(reads_one(own)));
  co_await test::some_turns();
  far.try_write("x");
  auto error = co_await reading;
  co_return error;
}
TEST_F(ForkedChild, WaitsForSocketsInARuntimeOfItsOwn) {
  EXPECT_EQ(in_child([] { return Runtime().block_on(reads_what_is_written()).empty() ? 7 : 1; }),
            7);
  far_->try_write("x");
  EXPECT_EQ(reads(), "");
}

}  // namespace
}  // namespace ari
