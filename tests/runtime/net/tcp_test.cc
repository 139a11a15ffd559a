// TcpListener and TcpStream over loopback: what arrives, and what is thrown if it does not.
#include <dirent.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::TcpListener;
using net::TcpStream;
using test::error_of;
using test::many;
using test::pings;
using test::some_turns;
using test::tcp_pair;

// Text in which a byte that is lost, doubled or moved shows.
std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 256);
  return text;
}

Task<void> echoes_one(std::shared_ptr<TcpListener> listener) {
  auto stream = co_await listener->accept();
  co_await io::copy(stream, stream);
}

Task<void> writes_and_shuts_down(net::OwnedWriteHalf writer, std::string text) {
  co_await writer.write_all(text);
}

Task<std::string> echo(std::string text) {
  auto listener = std::make_shared<TcpListener>(TcpListener::bind("127.0.0.1:0"));
  auto serving = spawn(echoes_one(listener));
  auto stream = co_await TcpStream::connect(listener->local_addr());
  auto [reader, writer] = std::move(stream).into_split();
  auto writing = spawn(writes_and_shuts_down(std::move(writer), text));
  std::string answer;
  co_await io::read_to_end(reader, answer);
  co_await writing;
  co_await serving;
  co_return answer;
}
TEST(Tcp, EchoesWhatFitsAndWhatDoesNotFitIntoTheSocketsBuffers) {
  Runtime runtime;
  for (const std::size_t size : {0, 1, 8192, 8193, 8'000'000}) {
    SCOPED_TRACE(size);
    const std::string text = pattern(size);
    EXPECT_TRUE(runtime.block_on(echo(text)) == text);
  }
}

// Connected streams that hold much less than kTooMuch between them. (With room for less than
// a few of loopback's segments of 64 KiB, TCP would wait for timers.)
constexpr std::size_t kTooMuch = 4'000'000;
Task<test::TcpPair> small_tcp_pair() {
  auto pair = co_await tcp_pair();
  const int bytes = 256 * 1024;
  EXPECT_EQ(::setsockopt(pair.client.native_handle(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)),
            0);
  EXPECT_EQ(::setsockopt(pair.server.native_handle(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)),
            0);
  co_return pair;
}

Task<void> writes_all(std::shared_ptr<TcpStream> stream, std::string text) {
  co_await stream->write_all(text);
  stream->shutdown();
}
Task<void> full_buffer() {
  auto pair = co_await small_tcp_pair();
  auto client = std::make_shared<TcpStream>(std::move(pair.client));
  const std::string chunk = pattern(100'000);
  std::string sent;
  while (auto bytes = client->try_write(chunk)) sent.append(chunk, 0, *bytes);
  EXPECT_LT(sent.size(), kTooMuch);

  const std::string rest = pattern(kTooMuch);
  auto writing = spawn(writes_all(client, rest));
  co_await some_turns();
  EXPECT_FALSE(writing.is_finished());
  const std::string got = co_await test::reads_all(pair.server);
  co_await writing;
  EXPECT_TRUE(got == sent + rest);
}
TEST(Tcp, WriteAllWaitsForRoomAndGoesOnWhereItWas) { Runtime().block_on(full_buffer()); }

Task<int> writes_in_parts(std::shared_ptr<TcpStream> stream, std::string text) {
  int parts = 0;
  for (std::size_t at = 0; at < text.size(); ++parts) {
    const std::size_t written = co_await stream->write({text.data() + at, text.size() - at});
    at += written;
  }
  stream->shutdown();
  co_return parts;
}
Task<void> write_is_partial() {
  auto pair = co_await small_tcp_pair();
  const std::string text = pattern(kTooMuch);
  auto writing = spawn(writes_in_parts(std::make_shared<TcpStream>(std::move(pair.client)), text));
  co_await some_turns();
  EXPECT_FALSE(writing.is_finished());
  const std::string got = co_await test::reads_all(pair.server);
  EXPECT_TRUE(got == text);
  const int parts = co_await writing;
  EXPECT_GT(parts, 1);
}
TEST(Tcp, WriteTakesWhatThereIsRoomForAndWaitsIfThereIsNone) {
  Runtime().block_on(write_is_partial());
}

Task<void> read_exact(TcpStream& stream, std::string& into) { co_await stream.read_exact(into); }
Task<void> exactly() {
  auto pair = co_await tcp_pair();
  std::string got(3, '\0');
  co_await pair.client.write_all("abcde");
  co_await pair.server.read_exact(got);
  EXPECT_EQ(got, "abc");
  pair.client.shutdown();
  const std::string error = co_await error_of(read_exact(pair.server, got));
  EXPECT_EQ(error, "TcpStream::read_exact: unexpected end of the stream");
  EXPECT_EQ(got.substr(0, 2), "de");
  co_await pair.server.read_exact(io::Buffer(got.data(), 0));  // nothing is always there
}
TEST(Tcp, ReadExactFillsTheBufferOrSaysThatTheStreamEnded) { Runtime().block_on(exactly()); }

Task<std::size_t> reads(std::shared_ptr<TcpStream> stream, std::shared_ptr<std::string> into) {
  const std::size_t got = co_await stream->read(*into);
  co_return got;
}
Task<void> writes(TcpStream& stream) { co_await stream.write_all("x"); }

// Closing with unread or unsent data thrown away is what a reset looks like from outside.
void reset(TcpStream stream) {
  const linger at_once{1, 0};
  ASSERT_EQ(::setsockopt(stream.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)),
            0);
}
Task<void> peer_resets() {
  auto pair = co_await tcp_pair();
  auto server = std::make_shared<TcpStream>(std::move(pair.server));
  auto into = std::make_shared<std::string>(10, '\0');
  auto reading = spawn(error_of(reads(server, into)));
  co_await some_turns();
  reset(std::move(pair.client));
  const std::string read_error = co_await reading;
  EXPECT_EQ(read_error, "TcpStream::read: Connection reset by peer");
  const std::string write_error = co_await error_of(writes(*server));
  EXPECT_EQ(write_error, "TcpStream::write_all: Broken pipe");  // and no SIGPIPE
}
TEST(Tcp, ResetByThePeerIsThrownFromTheReadThatWaits) { Runtime().block_on(peer_resets()); }

Task<void> cancels() {
  auto pair = co_await tcp_pair();
  auto server = std::make_shared<TcpStream>(std::move(pair.server));
  auto into = std::make_shared<std::string>(10, '\0');
  auto first = spawn(reads(server, into));
  co_await some_turns();
  first.abort();
  co_await some_turns();
  EXPECT_TRUE(first.is_finished());
  co_await pair.client.write_all("hello");
  const std::size_t got = co_await reads(server, into);
  EXPECT_EQ(into->substr(0, got), "hello");
}
TEST(Tcp, ReadThatWasCancelledTookNothing) { Runtime().block_on(cancels()); }

Task<void> selects() {
  auto pair = co_await tcp_pair();
  char lost[10], got[10];
  auto first = co_await select(pair.server.read(lost), task::yield_now());
  EXPECT_EQ(first.index(), 1u);
  co_await pair.client.write_all("hello");
  const std::size_t bytes = co_await pair.server.read(got);
  EXPECT_EQ(std::string(got, bytes), "hello");
}
TEST(Tcp, ReadThatLosesASelectTookNothing) { Runtime().block_on(selects()); }

Task<void> owns_and_reads(TcpStream stream) {
  char byte;
  co_await stream.read(io::Buffer(&byte, 1));
}
Task<std::string> aborts_owner() {
  auto pair = co_await tcp_pair();
  auto reading = spawn(owns_and_reads(std::move(pair.server)));
  co_await some_turns();
  reading.abort();
  std::string rest = co_await test::reads_all(pair.client);
  co_return rest;
}
TEST(Tcp, TaskThatIsAbortedInAReadClosesItsStream) {
  EXPECT_EQ(Runtime().block_on(aborts_owner()), "");
}

Task<void> reads_of(std::shared_ptr<std::unique_ptr<TcpStream>> stream) {
  char byte;
  co_await (*stream)->read(io::Buffer(&byte, 1));
}
Task<std::string> stream_goes() {
  auto pair = co_await tcp_pair();
  auto stream = std::make_shared<std::unique_ptr<TcpStream>>(
      std::make_unique<TcpStream>(std::move(pair.server)));
  auto reading = spawn(error_of(reads_of(stream)));
  co_await some_turns();
  stream->reset();
  std::string error = co_await reading;
  co_return error;
}
TEST(Tcp, OperationWhoseStreamGoesWhileItWaitsIsCancelled) {
  EXPECT_EQ(Runtime().block_on(stream_goes()), "TcpStream::read: Operation canceled");
}

Task<std::string> reads_bytes(std::shared_ptr<TcpStream> stream, std::size_t count) {
  std::string text;
  char buffer[100];
  while (text.size() < count) {
    const std::size_t got = co_await stream->read(buffer);
    if (got == 0) break;
    text.append(buffer, got);
  }
  co_return text;
}
Task<std::string> sends_urgent_data() {
  auto pair = co_await tcp_pair();
  auto reader = std::make_shared<TcpStream>(std::move(pair.server));
  auto reading = spawn(reads_bytes(reader, 8));
  co_await some_turns();  // registered by now: what is left after a read is not told again
  const int fd = pair.client.native_handle();
  EXPECT_EQ(::send(fd, "abc", 3, MSG_NOSIGNAL), 3);
  EXPECT_EQ(::send(fd, "!", 1, MSG_NOSIGNAL | MSG_OOB), 1);
  EXPECT_EQ(::send(fd, "defgh", 5, MSG_NOSIGNAL), 5);
  auto got = co_await time::timeout(std::chrono::seconds(30), reading);
  co_return got ? *got : "waits in vain";
}
TEST(Tcp, ReadThatStopsAtUrgentDataIsNotTakenForTheLast) {
  EXPECT_EQ(Runtime().block_on(sends_urgent_data()), "abcdefgh");
}

Task<void> reads_nothing() {
  auto pair = co_await tcp_pair();
  char byte;
  const io::Buffer empty(&byte, 0);
  EXPECT_EQ(pair.server.try_read(empty), 0u);
  auto got = co_await time::timeout(std::chrono::seconds(30), pair.server.read(empty));
  EXPECT_EQ(got.has_value() ? *got : 1u, 0u);
}
TEST(Tcp, ReadOfAnEmptyBufferDoesNotWait) { Runtime().block_on(reads_nothing()); }

Task<void> accepts(TcpListener listener) { co_await listener.accept(); }
Task<void> connects(net::SocketAddr to) { co_await TcpStream::connect(to); }
Task<std::string> drops_listener() {
  auto listener = TcpListener::bind("127.0.0.1:0");
  const net::SocketAddr address = listener.local_addr();
  auto accepting = spawn(accepts(std::move(listener)));
  co_await some_turns();
  accepting.abort();
  co_await some_turns();
  std::string error = co_await error_of(connects(address));
  co_return error;
}
TEST(Tcp, ListenerThatIsDroppedWhileAcceptingRefusesConnections) {
  EXPECT_EQ(Runtime().block_on(drops_listener()), "TcpStream::connect: Connection refused");
}

// More than one collection of events holds.
TEST(Tcp, ManyConnectionsAtOnce) { EXPECT_EQ(Runtime().block_on(many(300, 10)), 3000); }

Task<int> two_acceptors() {
  auto listener = std::make_shared<TcpListener>(TcpListener::bind("127.0.0.1:0"));
  auto first = spawn(echoes_one(listener));
  auto second = spawn(echoes_one(listener));
  co_await some_turns();
  int right = 0;
  for (int i = 0; i < 2; ++i) {
    const int answers = co_await pings(listener->local_addr(), 1, i);
    right += answers;
  }
  co_await first;
  co_await second;
  co_return right;
}
TEST(Tcp, EachConnectionGoesToOneOfThoseWhoAccept) {
  EXPECT_EQ(Runtime().block_on(two_acceptors()), 2);
}

Task<void> half_close() {
  auto pair = co_await tcp_pair();
  pair.client.shutdown();
  const std::string got = co_await test::reads_all(pair.server);
  EXPECT_EQ(got, "");
  co_await pair.server.write_all("still here");
  pair.server.shutdown();
  const std::string answer = co_await test::reads_all(pair.client);
  EXPECT_EQ(answer, "still here");
  pair.client.shutdown();  // once more does no harm, nor when both sides are closed
}
TEST(Tcp, SideThatIsShutDownEndsAloneAndTheOtherGoesOn) { Runtime().block_on(half_close()); }

Task<void> halves() {
  auto pair = co_await tcp_pair();
  auto [borrowed_reader, borrowed_writer] = pair.client.split();
  co_await borrowed_writer.write_all("ab");
  auto [reader, writer] = std::move(pair.server).into_split();
  std::string got(2, '\0');
  co_await reader.read_exact(got);
  EXPECT_EQ(got, "ab");
  { const auto gone = std::move(writer); }
  const std::size_t at_end = co_await borrowed_reader.read(got);
  EXPECT_EQ(at_end, 0u);
  co_await borrowed_writer.write_all("cd");
  co_await reader.read_exact(got);
  EXPECT_EQ(got, "cd");
}
TEST(Tcp, WritingHalfThatGoesEndsItsSideOnly) { Runtime().block_on(halves()); }

Task<void> writes_often(net::OwnedWriteHalf writer, int times) {
  for (int i = 0; i < times; ++i) co_await writer.write_all("0123456789");
}
Task<std::size_t> counts(net::OwnedReadHalf reader) {
  std::string text;
  const std::size_t bytes = co_await io::read_to_end(reader, text);
  co_return bytes;
}
// Which of the two runtimes the stream belongs to is decided by who has to wait first.
TEST(Tcp, HalvesRunInTwoRuntimesOnTwoThreads) {
  for (int round = 0; round < 20; ++round) {
    Runtime runtime;
    auto pair = runtime.block_on(tcp_pair());
    auto [here_reader, here_writer] = std::move(pair.client).into_split();
    auto [there_reader, there_writer] = std::move(pair.server).into_split();
    auto echo = [](net::OwnedReadHalf reader, net::OwnedWriteHalf writer) -> Task<void> {
      co_await io::copy(reader, writer);
    };
    auto echoing = runtime.spawn(echo(std::move(there_reader), std::move(there_writer)));
    std::thread other([&] { Runtime().block_on(writes_often(std::move(here_writer), 2000)); });
    EXPECT_EQ(runtime.block_on(counts(std::move(here_reader))), 20'000u);
    other.join();
  }
}

Task<void> notes(std::shared_ptr<bool> was_run) {
  *was_run = true;
  co_return;
}
Task<bool> greedy() {
  auto pair = co_await tcp_pair();
  co_await pair.client.write_all(pattern(1000));
  auto was_run = std::make_shared<bool>(false);
  auto noting = spawn(notes(was_run));
  char byte;
  for (int i = 0; i < 200; ++i) co_await pair.server.read_exact(io::Buffer(&byte, 1));
  const bool seen = *was_run;
  co_await noting;
  co_return seen;
}
TEST(Tcp, ReadsThatNeverWaitLetOthersRunNowAndThen) { EXPECT_TRUE(Runtime().block_on(greedy())); }

Task<void> waits_until_readable(std::shared_ptr<TcpStream> stream) { co_await stream->readable(); }
Task<void> ready() {
  auto pair = co_await tcp_pair();
  auto server = std::make_shared<TcpStream>(std::move(pair.server));
  std::string got(10, '\0');
  EXPECT_EQ(server->try_read(got), std::nullopt);
  co_await server->writable();
  auto waiting = spawn(waits_until_readable(server));
  co_await some_turns();
  EXPECT_FALSE(waiting.is_finished());
  co_await pair.client.write_all("now");
  co_await waiting;
  EXPECT_EQ(server->try_read(got), 3u);
  EXPECT_EQ(server->try_read(got), std::nullopt);
  auto again = spawn(waits_until_readable(server));  // what was read no longer counts
  co_await some_turns();
  EXPECT_FALSE(again.is_finished());
  pair.client.shutdown();
  co_await again;  // the end can be read
  EXPECT_EQ(server->try_read(got), 0u);
}
TEST(Tcp, ReadableWaitsUntilThereIsSomethingToRead) { Runtime().block_on(ready()); }

Task<void> addresses() {
  auto listener = TcpListener::bind("[::1]:0");
  auto client = co_await TcpStream::connect(listener.local_addr());
  auto server = co_await listener.accept();
  EXPECT_EQ(listener.local_addr().ip(), "::1");
  EXPECT_NE(listener.local_addr().port(), 0);
  EXPECT_EQ(client.peer_addr(), listener.local_addr());
  EXPECT_EQ(server.peer_addr(), client.local_addr());
  client.set_nodelay(true);
}
TEST(Tcp, BothEndsKnowEachOthersAddress) { Runtime().block_on(addresses()); }

TEST(Tcp, BindSaysWhyNot) {
  const auto listener = TcpListener::bind("127.0.0.1:0");
  try {
    TcpListener::bind(listener.local_addr());
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_STREQ(error.what(), "TcpListener::bind: Address already in use");
  }
}

TEST(Tcp, StreamOfARuntimeThatIsGoneCannotWait) {
  auto into = std::make_shared<std::string>(1, '\0');
  auto first = std::make_unique<Runtime>();
  auto pair = first->block_on(tcp_pair());
  auto server = std::make_shared<TcpStream>(std::move(pair.server));
  auto waiting_in_first = first->spawn(reads(server, into));
  first->block_on(some_turns());  // the stream belongs to the first from here on

  Runtime second;
  auto waiting = second.spawn(error_of(reads(server, into)));
  second.block_on(some_turns());
  first = nullptr;
  auto joins = [](JoinHandle<std::string> handle) -> Task<std::string> {
    std::string error = co_await handle;
    co_return error;
  };
  EXPECT_EQ(second.block_on(joins(std::move(waiting))), "TcpStream::read: Operation canceled");
  EXPECT_EQ(second.block_on(error_of(reads(server, into))), "TcpStream::read: Operation canceled");
  auto writes_byte = [](std::shared_ptr<TcpStream> stream) -> Task<void> {
    co_await stream->write_all("x");  // needs not wait
  };
  second.block_on(writes_byte(server));
}

long descriptors_of_epoll() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return std::count_if(begin(open), end(open), [](const auto& entry) {
    std::error_code closed_meanwhile;
    return std::filesystem::read_symlink(entry.path(), closed_meanwhile) ==
           "anon_inode:[eventpoll]";
  });
}
Task<long> uses_sockets(bool waits) {
  auto [here, there] = net::UnixStream::pair();
  char byte;
  auto read = [](net::UnixStream& stream) -> Task<void> {
    char got;
    co_await stream.read(io::Buffer(&got, 1));
  };
  if (waits) {
    auto reading = spawn(read(there));
    co_await some_turns();
    co_await here.write_all("x");
    co_await reading;
  } else {
    co_await here.write_all("x");
    co_await there.read(io::Buffer(&byte, 1));
  }
  co_return descriptors_of_epoll();
}
TEST(Tcp, RuntimeAsksForNoEpollBeforeASocketHasToWait) {
  const long before = descriptors_of_epoll();
  Runtime runtime;
  EXPECT_EQ(runtime.block_on(uses_sockets(false)), before);
  EXPECT_EQ(runtime.block_on(uses_sockets(true)), before + 1);
  EXPECT_EQ(runtime.block_on(uses_sockets(true)), before + 1);
}

}  // namespace
}  // namespace ari
