// Sockets when there are no more descriptors to be had, and when there are thousands.
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "tests/runtime/flavours.h"
#include "tests/runtime/net/net_test.h"
#include "tests/runtime/net/no_more_files.h"

namespace ari {
namespace {

using net::TcpListener;
using net::TcpStream;
using net::UnixListener;
using net::UnixStream;
using test::error_of;
using test::NoMoreFiles;

const std::string kTooMany = ": Too many open files";

Task<void> accepts(TcpListener* listener) { auto stream = co_await listener->accept(); }
Task<void> connects(net::SocketAddr to) { auto stream = co_await TcpStream::connect(to); }
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
    const std::string at_connect = co_await error_of(connects(listener.local_addr()));
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

Task<void> reads_one(UnixStream* stream) {
  char byte[1];
  co_await stream->read(byte);
}
// Without a reactor nobody can wait; as soon as there are descriptors for one, somebody makes it.
Task<void> waits_without_a_reactor(UnixStream* here, UnixStream* there) {
  {
    const NoMoreFiles but_one(1);  // for the epoll instance, and none for its bell
    const std::string error = co_await error_of(reads_one(here));
    EXPECT_EQ(error, "UnixStream::read" + kTooMany);
    there->try_write("x");
    const std::string need_not_wait = co_await error_of(reads_one(here));
    EXPECT_EQ(need_not_wait, "");
  }
  auto waiting = spawn(error_of(reads_one(here)));
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

// ---- thousands

// As many pairs as the system allows, up to so many.
std::size_t pairs_up_to(std::size_t most) {
  rlimit files{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  return std::min<std::size_t>(most, (files.rlim_max - 100) / 2);
}

Task<int> reads_number(std::shared_ptr<UnixStream> stream) {
  int number = -1;
  co_await stream->read_exact({reinterpret_cast<char*>(&number), sizeof(number)});
  co_return number;
}

// All wait at once, half of them are aborted, which closes their sockets, and others take their
// numbers; then all are written to.
Task<void> thousands(int count) {
  std::vector<std::optional<UnixStream>> writers(static_cast<std::size_t>(count));
  std::vector<std::optional<JoinHandle<int>>> readers(writers.size());
  const auto begin = [&](std::size_t i) {
    auto [reader, writer] = UnixStream::pair();
    writers[i].emplace(std::move(writer));
    readers[i].emplace(spawn(reads_number(std::make_shared<UnixStream>(std::move(reader)))));
  };
  for (std::size_t i = 0; i < writers.size(); ++i) begin(i);
  co_await test::some_turns();
  for (std::size_t round = 0; round < 3; ++round) {
    for (std::size_t i = round % 2; i < writers.size(); i += 2) {
      readers[i]->abort();
      if (i % 3 == 0) writers[i].reset();
    }
    co_await test::some_turns();
    for (std::size_t i = round % 2; i < writers.size(); i += 2) begin(i);
    co_await test::some_turns();
  }
  for (std::size_t i = 0; i < writers.size(); ++i) {
    const int number = static_cast<int>(i);
    co_await writers[i]->write_all({reinterpret_cast<const char*>(&number), sizeof(number)});
  }
  for (std::size_t i = 0; i < writers.size(); ++i) {
    const int number = co_await *readers[i];
    EXPECT_EQ(number, static_cast<int>(i));
  }
}
TEST(ManySockets, EachIsToldItsOwnNewsWhoeverHadItsNumberBefore) {
  const int count = static_cast<int>(pairs_up_to(3000));
  Runtime().block_on(thousands(count));
  test::multi_thread(2).block_on(thousands(count));
}

}  // namespace
}  // namespace ari
