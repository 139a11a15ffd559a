// Sockets when there are no more descriptors to be had.
#include "tests/runtime/net/no_more_files.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::TcpListener;
using net::TcpStream;
using net::UnixStream;
using test::error_of;
using test::NoMoreFiles;

const std::string kTooMany = ": Too many open files";

Task<void> accepts(TcpListener* listener) { auto stream = co_await listener->accept(); }
Task<void> connects_in_vain(net::SocketAddr to) { auto stream = co_await TcpStream::connect(to); }
Task<void> connects_unix() { auto stream = co_await UnixStream::connect("/none"); }

template <class Make>
std::string error_in(Make make) {
  try {
    static_cast<void>(make());
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}

// The connection that came while it was refused is there for the next that accepts.
Task<void> refused() {
  auto listener = TcpListener::bind("127.0.0.1:0");
  auto waiting = spawn(error_of(accepts(&listener)));
  co_await test::some_turns();
  auto made = net::TcpSocket::new_v4();
  {
    const NoMoreFiles none;
    const std::string at_connect = co_await error_of(connects_in_vain(listener.local_addr()));
    const std::string at_unix_connect = co_await error_of(connects_unix());
    EXPECT_EQ(at_connect, "TcpStream::connect" + kTooMany);
    EXPECT_EQ(at_unix_connect, "UnixStream::connect" + kTooMany);
    EXPECT_EQ(error_in([] { return UnixStream::pair(); }), "UnixStream::pair" + kTooMany);
    EXPECT_EQ(error_in([] { return TcpListener::bind("127.0.0.1:0"); }),
              "TcpListener::bind" + kTooMany);
    EXPECT_EQ(error_in([] { return net::UdpSocket::bind("127.0.0.1:0"); }),
              "UdpSocket::bind" + kTooMany);
    EXPECT_EQ(error_in([] { return net::TcpSocket::new_v4(); }), "TcpSocket" + kTooMany);
    auto client = co_await std::move(made).connect(listener.local_addr());
    const std::string at_accept = co_await waiting;
    const std::string again = co_await error_of(accepts(&listener));
    EXPECT_EQ(at_accept, "TcpListener::accept" + kTooMany);
    EXPECT_EQ(again, at_accept);
    co_await client.write_all("still there");
  }
  auto server = co_await listener.accept();
  const std::string text = co_await test::reads_all(server);
  EXPECT_EQ(text, "still there");
}
TEST(NoMoreFiles, AreAnErrorOfEachCallAndLoseNoConnection) { Runtime().block_on(refused()); }

Task<void> reads_what_comes(UnixStream* stream) {
  char byte[1];
  co_await stream->read(byte);
}
// Without a reactor nobody can wait; as soon as there are descriptors for one, somebody makes it.
Task<void> waits_without_a_reactor(UnixStream* here, UnixStream* there) {
  {
    const NoMoreFiles but_one(1);  // for the epoll instance, and none for its bell
    const std::string error = co_await error_of(reads_what_comes(here));
    EXPECT_EQ(error, "UnixStream::read" + kTooMany);
    there->try_write("x");
    const std::string need_not_wait = co_await error_of(reads_what_comes(here));
    EXPECT_EQ(need_not_wait, "");
  }
  auto waiting = spawn(error_of(reads_what_comes(here)));
  co_await test::some_turns();
  there->try_write("x");
  const std::string error = co_await waiting;
  EXPECT_EQ(error, "");
}
TEST(NoMoreFiles, ForTheReactorAreAnErrorOfThoseWhoWait) {
  for (const std::size_t workers : {0, 2}) {
    auto [here, there] = UnixStream::pair();
    auto runtime = workers == 0 ? Runtime() : test::multi_thread(workers);
    runtime.block_on(waits_without_a_reactor(&here, &there));
  }
}

}  // namespace
}  // namespace ari
