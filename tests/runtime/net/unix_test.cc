// UnixListener and UnixStream: names, and where they are not like TCP.
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "tests/runtime/net/net_test.h"
#include "tests/support/run.h"

namespace ari {
namespace {

using net::UnixListener;
using net::UnixStream;
using test::error_of;
using test::some_turns;

Task<void> echoes_one(std::shared_ptr<UnixListener> listener) {
  auto stream = co_await listener->accept();
  co_await io::copy(stream, stream);
}
Task<std::string> echo_of_hello(std::string name) {
  auto listener = std::make_shared<UnixListener>(UnixListener::bind(name));
  auto serving = spawn(echoes_one(listener));
  auto stream = co_await UnixStream::connect(name);
  co_await stream.write_all("hello");
  stream.shutdown();
  std::string answer;
  co_await io::read_to_end(stream, answer);
  co_await serving;
  co_return answer;
}
TEST(Unix, EchoesOverAPathAndAnAbstractName) {
  const test::TempDir dir;
  EXPECT_EQ(Runtime().block_on(echo_of_hello(dir.path() + "/socket")), "hello");
  const std::string abstract = std::string(1, '\0') + "ari-test-" + std::to_string(::getpid());
  EXPECT_EQ(Runtime().block_on(echo_of_hello(abstract)), "hello");
}

std::string bind_error(const std::string& name) {
  try {
    UnixListener::bind(name);
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}
Task<void> connects_by_name(std::string name) { co_await UnixStream::connect(name); }

TEST(Unix, NamesThatCannotBeAreThrown) {
  const test::TempDir dir;
  const std::string path = dir.path() + "/socket";
  const auto listener = UnixListener::bind(path);
  EXPECT_EQ(bind_error(path), "UnixListener::bind: Address already in use");
  EXPECT_EQ(bind_error(""), "UnixListener::bind: Invalid argument");
  EXPECT_EQ(bind_error(std::string("a\0b", 3)), "UnixListener::bind: Invalid argument");
  EXPECT_EQ(bind_error(std::string(107, 'x') + "y"), "UnixListener::bind: File name too long");
  Runtime runtime;
  EXPECT_EQ(runtime.block_on(error_of(connects_by_name(""))),
            "UnixStream::connect: Invalid argument");
  EXPECT_EQ(runtime.block_on(error_of(connects_by_name(std::string(108, 'x')))),
            "UnixStream::connect: File name too long");
  EXPECT_EQ(runtime.block_on(error_of(connects_by_name(path + "-not"))),
            "UnixStream::connect: No such file or directory");
}

// A byte with a descriptor beside it, which ends every read that meets it.
void send_with_descriptor(const UnixStream& stream, char byte) {
  iovec one{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &one;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int passed = STDIN_FILENO;
  std::memcpy(CMSG_DATA(header), &passed, sizeof(passed));
  ASSERT_EQ(::sendmsg(stream.native_handle(), &message, MSG_NOSIGNAL), 1);
}
Task<std::string> reads_bytes(std::shared_ptr<UnixStream> stream, std::size_t count) {
  std::string text;
  char buffer[100];
  while (text.size() < count) {
    const std::size_t got = co_await stream->read(buffer);
    if (got == 0) break;
    text.append(buffer, got);
  }
  co_return text;
}
Task<std::string> passes_descriptors() {
  auto [here, there] = UnixStream::pair();
  auto reader = std::make_shared<UnixStream>(std::move(there));
  auto reading = spawn(reads_bytes(reader, 7));
  co_await some_turns();  // registered by now: what is left after a read is not told again
  send_with_descriptor(here, 'a');
  send_with_descriptor(here, 'b');
  co_await here.write_all("cdefg");
  std::string got = co_await reading;
  co_return got;
}
TEST(Unix, ReadThatStopsAtAPassedDescriptorIsNotTakenForTheLast) {
  EXPECT_EQ(Runtime().block_on(passes_descriptors()), "abcdefg");
}

}  // namespace
}  // namespace ari
