// Streams, TCP and Unix: no byte is lost, doubled or out of its place, whichever way it is read
// and written and whoever gives up in the middle; and no descriptor is left behind.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/net/net_test.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/open_sockets.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using net::OwnedReadHalf;
using net::OwnedWriteHalf;
using net::TcpListener;
using net::TcpStream;
using net::UnixStream;
using std::chrono::milliseconds;
using test::Belonging;
using test::boxed;
using test::poll_once;

using Bytes = std::array<char, 600>;

// What is written at one place of a stream. Other places have other bytes, but for those that
// are far apart.
char byte_at(std::size_t place) { return static_cast<char>(place * 37 + place / 251); }

void expect_from(std::size_t place, const Bytes& bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(bytes[i], byte_at(place + i)) << "the byte at " << place + i;
  }
}

// A read is over: nothing if it gave up, else how many bytes it got, 0 at the end.
using Count = std::optional<std::size_t>;

// One read of up to `room` bytes, in one of the ways that may be given up.
template <class Half>
Task<Count> reads_some(Half& half, io::Buffer room, Dice& dice) {
  Count got;
  switch (dice.below(6)) {
    case 0: {
      auto read = boxed([&] { return half.read(room); });
      const bool ready = co_await poll_once(*read);
      if (ready) got = read->result();
      break;
    }
    case 1: {
      auto in_time = co_await time::timeout(milliseconds(dice.below(2)), half.read(room));
      if (in_time) got = *in_time;
      break;
    }
    case 2: {
      auto first = co_await select(half.read(room), task::yield_now());
      if (first.index() == 0) got = std::get<0>(first);
      break;
    }
    case 3: {
      co_await half.readable();
      got = half.try_read(room);
      break;
    }
    case 4:
      got = half.try_read(room);
      break;
    default:
      got = co_await half.read(room);
  }
  co_return got;
}

// In up to three buffers.
std::vector<io::Bytes> cut(io::Bytes bytes, Dice& dice) {
  std::vector<io::Bytes> buffers;
  for (int i = 0; i < 2; ++i) {
    const std::size_t size = dice.below(static_cast<unsigned>(bytes.size()) + 1);
    buffers.emplace_back(bytes.data(), size);
    bytes = bytes.after(size);
  }
  buffers.push_back(bytes);
  return buffers;
}

// The same for writing.
template <class Half>
Task<std::size_t> writes_some(Half& half, io::Bytes bytes, Dice& dice) {
  std::size_t written = 0;
  const std::vector<io::Bytes> buffers = cut(bytes, dice);
  switch (dice.below(8)) {
    case 0: {
      auto write = boxed([&] { return half.write(bytes); });
      const bool ready = co_await poll_once(*write);
      if (ready) written = write->result();
      break;
    }
    case 1: {
      auto in_time = co_await time::timeout(milliseconds(dice.below(2)), half.write(bytes));
      if (in_time) written = *in_time;
      break;
    }
    case 2: {
      auto first = co_await select(half.write(bytes), task::yield_now());
      if (first.index() == 0) written = std::get<0>(first);
      break;
    }
    case 3: {
      co_await half.writable();
      written = half.try_write(bytes).value_or(0);
      break;
    }
    case 6: {
      auto in_time =
          co_await time::timeout(milliseconds(dice.below(2)), half.write_vectored(buffers));
      if (in_time) written = *in_time;
      break;
    }
    case 7: {
      co_await half.write_all_vectored(buffers);
      written = bytes.size();
      break;
    }
    case 4: {
      co_await half.write_all(bytes);
      written = bytes.size();
      break;
    }
    default:
      written = co_await half.write(bytes);
  }
  co_return written;
}

// Reads to the end. With `whole`, that is after `total` bytes; else whoever writes may die.
template <class Half>
Task<void> reads_all(Half half, std::size_t total, bool whole, Dice dice) {
  Bytes bytes;
  std::size_t place = 0;
  while (true) {
    co_await gives_way(dice);
    const std::size_t room = 1 + dice.below(bytes.size());
    if (whole && place < total && dice.one_in(4)) {
      const std::size_t count = std::min(room, total - place);
      co_await half.read_exact({bytes.data(), count});
      expect_from(place, bytes, count);
      place += count;
      continue;
    }
    const Count got = co_await reads_some(half, {bytes.data(), room}, dice);
    if (!got) continue;
    if (*got == 0) break;
    expect_from(place, bytes, *got);
    place += *got;
    if (testing::Test::HasFailure()) co_return;
  }
  EXPECT_LE(place, total);
  EXPECT_TRUE(!whole || place == total) << "the end came at " << place;
}

template <class Half>
Task<void> writes_all(Half half, std::size_t total, Dice dice) {
  Bytes bytes;
  for (std::size_t place = 0; place < total;) {
    co_await gives_way(dice);
    const std::size_t count = std::min<std::size_t>(1 + dice.below(bytes.size()), total - place);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = byte_at(place + i);
    const std::size_t written = co_await writes_some(half, {bytes.data(), count}, dice);
    place += written;
  }
  half.shutdown();
}

// Whose peer may die: with what it had not read, the connection is reset.
Task<void> until_reset(Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::system_error& error) {
    EXPECT_TRUE(error.code() == std::errc::broken_pipe ||
                error.code() == std::errc::connection_reset ||
                error.code() == std::errc::not_connected)
        << error.what();
  }
}

// Room for a few writes only, so that those who write have to wait.
void make_narrow(int fd) {
  const int bytes = 1;  // the system makes that its least
  ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)), 0);
}

template <class Reader, class Writer>
Task<void> reads_and_writes(Reader reader, Writer writer, std::size_t total, bool whole,
                            Dice dice) {
  co_await join(reads_all(std::move(reader), total, whole, dice.fork()),
                writes_all(std::move(writer), total, dice.fork()));
}

// Both directions of a connection at once: by four tasks, or by two, one for each end, that may
// die with it.
template <class Stream>
void transfer(World& world, std::pair<Stream, Stream> ends, std::size_t total) {
  auto [reader, writer] = std::move(ends.first).into_split();
  auto [there_reader, there_writer] = std::move(ends.second).into_split();
  std::array readers{std::move(reader), std::move(there_reader)};
  std::array writers{std::move(writer), std::move(there_writer)};
  if (world.dice().one_in(3)) {
    world.mortal_crowd(2, [&](int number, Dice dice) {
      const auto end = static_cast<std::size_t>(number);
      return until_reset(reads_and_writes(std::move(readers[end]), std::move(writers[end]), total,
                                          /*whole=*/false, dice));
    });
    return;
  }
  world.crowd(4, [&](int number, Dice dice) {
    const auto end = static_cast<std::size_t>(number) % 2;
    return number < 2 ? reads_all(std::move(readers[end]), total, /*whole=*/true, dice)
                      : writes_all(std::move(writers[end]), total, dice);
  });
}

TEST(StreamsStress, UnixStreamBringsEveryByteOnceInItsPlace) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    {
      auto ends = UnixStream::pair();
      make_narrow(ends.first.native_handle());
      if (world.dice().one_in(2)) make_narrow(ends.second.native_handle());
      transfer(world, std::move(ends), 4000);
    }
    EXPECT_EQ(open_sockets(), before);
  });
}

TEST(StreamsStress, TcpStreamBringsEveryByteOnceInItsPlace) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    {
      auto both = world.run(test::tcp_pair());
      transfer(world, std::pair(std::move(both.client), std::move(both.server)), 4000);
    }
    EXPECT_EQ(open_sockets(), before);
  });
}

// The same by halves that are borrowed.
Task<void> exchanges(UnixStream stream, std::size_t total, Dice dice) {
  auto halves = stream.split();
  co_await reads_and_writes(halves.first, halves.second, total, /*whole=*/true, dice);
}

TEST(StreamsStress, OneTaskReadsAndWritesAtOnce) {
  on_each_seed([](World& world) {
    auto ends = UnixStream::pair();
    make_narrow(ends.first.native_handle());
    make_narrow(ends.second.native_handle());
    std::array streams{std::move(ends.first), std::move(ends.second)};
    world.crowd(2, [&](int number, Dice dice) {
      return exchanges(std::move(streams[static_cast<std::size_t>(number)]), 3000, dice);
    });
  });
}

// ---- no news is lost

// Waits for as long as it takes: nothing else comes that would help if this was forgotten.
template <class Stream>
Task<std::size_t> waits_for_some(Stream& stream, io::Buffer room, Dice& dice) {
  if (dice.one_in(3)) {
    auto given_up = boxed([&] { return stream.read(room); });
    const bool ready = co_await poll_once(*given_up);
    if (ready) co_return given_up->result();
  } else if (dice.one_in(3)) {
    co_await stream.readable();
    const Count got = stream.try_read(room);
    if (got) co_return *got;
  }
  const std::size_t got = co_await stream.read(room);
  co_return got;
}

// A few bytes this way, each by itself, then a few that way.
template <class Stream>
Task<void> takes_turns(Stream stream, bool writes_first, Dice dice) {
  Bytes bytes{};
  for (std::size_t turn = 0; turn < 30; ++turn) {
    const std::size_t count = 1 + turn % 4;
    if (writes_first == (turn % 2 == 0)) {
      for (std::size_t i = 0; i < count; ++i) {
        if (dice.one_in(4)) co_await gives_way(dice);
        co_await stream.write_all({&bytes[i], 1});
      }
      continue;
    }
    for (std::size_t got = 0; got < count;) {
      const std::size_t more = co_await waits_for_some(stream, bytes, dice);
      EXPECT_GT(more, 0u);
      got += more;
    }
  }
}

template <class Stream>
void take_turns(World& world, std::pair<Stream, Stream> ends) {
  world.crowd(2, [&](int number, Dice dice) {
    return takes_turns(std::move(number == 0 ? ends.first : ends.second), number == 0, dice);
  });
}

TEST(StreamsStress, NoNewsOfAUnixStreamIsLost) {
  on_each_seed([](World& world) { take_turns(world, UnixStream::pair()); });
}

TEST(StreamsStress, NoNewsOfATcpStreamIsLost) {
  on_each_seed([](World& world) {
    auto both = world.run(test::tcp_pair());
    both.client.set_nodelay(true);
    both.server.set_nodelay(true);
    take_turns(world, std::pair(std::move(both.client), std::move(both.server)));
  });
}

// ---- several tasks on one stream

// Each byte is a number of its own, so that it can be told who got it.
constexpr std::size_t kNumbers = 150;

struct SharedStream {
  explicit SharedStream(UnixStream s) : stream(std::move(s)) {}
  UnixStream stream;
  std::array<std::atomic<int>, kNumbers> got{};
};

Task<void> takes_numbers(SharedStream* shared, [[maybe_unused]] Belonging belonging, Dice dice) {
  Bytes bytes;
  int last = -1;
  while (true) {
    co_await gives_way(dice);
    const Count got = co_await reads_some(shared->stream, {bytes.data(), 1 + dice.below(3)}, dice);
    if (!got) continue;
    if (*got == 0) co_return;
    for (std::size_t i = 0; i < *got; ++i) {
      const int number = static_cast<unsigned char>(bytes[i]);
      EXPECT_GT(number, last) << "the bytes have changed places";
      last = number;
      shared->got[static_cast<std::size_t>(number)].fetch_add(1);
    }
  }
}

Task<void> gives_numbers(UnixStream stream, Dice dice) {
  Bytes bytes;
  for (std::size_t next = 0; next < kNumbers;) {
    co_await gives_way(dice);
    const std::size_t count = std::min<std::size_t>(1 + dice.below(4), kNumbers - next);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(next + i);
    const std::size_t written = co_await writes_some(stream, {bytes.data(), count}, dice);
    next += written;
  }
}

TEST(StreamsStress, EachByteGoesToOneOfThoseWhoReadIt) {
  on_each_seed([](World& world) {
    int alive = 0;
    auto ends = UnixStream::pair();
    SharedStream shared(std::move(ends.first));
    // One who is aborted has taken nothing that nobody knows of; and one never is.
    auto immortal =
        world.runtime().spawn(takes_numbers(&shared, Belonging(alive), world.dice().fork()));
    auto giving = world.runtime().spawn(gives_numbers(std::move(ends.second), world.dice().fork()));
    world.mortal_crowd(
        3, [&](int, Dice dice) { return takes_numbers(&shared, Belonging(alive), dice); });
    struct Joins {
      static Task<void> both(JoinHandle<void> a, JoinHandle<void> b) {
        co_await a;
        co_await b;
      }
    };
    world.run(Joins::both(std::move(giving), std::move(immortal)));
    for (std::size_t i = 0; i < kNumbers; ++i) EXPECT_EQ(shared.got[i], 1) << "number " << i;
    EXPECT_EQ(alive, 0);
  });
}

// ---- connections

// Several accept, some of whom give up; each connection goes to one of them.
Task<void> echoes_until_the_end(TcpStream stream) {
  Bytes bytes;
  while (true) {
    const std::size_t got = co_await stream.read(bytes);
    if (got == 0) co_return;
    co_await stream.write_all({bytes.data(), got});
  }
}
Task<void> serves(TcpListener* listener, std::atomic<int>* accepted, Dice dice) {
  JoinSet<void> serving;
  while (true) {
    co_await gives_way(dice);
    std::optional<TcpStream> stream;
    if (dice.one_in(3)) {
      auto in_time = co_await time::timeout(milliseconds(dice.below(2)), listener->accept());
      if (in_time) stream = std::move(*in_time);
    } else {
      auto accepted_now = co_await listener->accept();
      stream = std::move(accepted_now);
    }
    if (!stream) continue;
    accepted->fetch_add(1);
    serving.spawn(until_reset(echoes_until_the_end(*std::move(stream))));
  }
}

Task<void> asks(net::SocketAddr to, Dice dice) {
  co_await gives_way(dice);
  if (dice.one_in(4)) {
    auto given_up = boxed([&] { return TcpStream::connect(to); });
    static_cast<void>(co_await poll_once(*given_up));
    co_await gives_way(dice);
  }
  auto stream = co_await TcpStream::connect(to);
  stream.set_nodelay(true);
  for (std::size_t place = 0; place < 4; ++place) {
    co_await gives_way(dice);
    const char question = byte_at(place);
    char answer = 0;
    co_await stream.write_all({&question, 1});
    co_await stream.read_exact({&answer, 1});
    EXPECT_EQ(answer, question);
  }
}

TEST(StreamsStress, EveryConnectionIsAcceptedOnceAndServed) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    std::atomic<int> accepted{0};
    constexpr int kClients = 5;
    {
      auto listener = TcpListener::bind("127.0.0.1:0");
      std::vector<JoinHandle<void>> servers;
      for (int i = 0; i < 3; ++i) {
        servers.push_back(world.runtime().spawn(serves(&listener, &accepted, world.dice().fork())));
      }
      const auto address = listener.local_addr();
      world.crowd(kClients, [&](int, Dice dice) { return asks(address, dice); });
      world.end();
      for (const auto& server : servers) EXPECT_TRUE(server.is_finished());
    }
    EXPECT_GE(accepted, kClients);
    EXPECT_EQ(open_sockets(), before);
  });
}

// ---- the runtime's end

struct Ends {
  explicit Ends(std::pair<UnixStream, UnixStream> ends)
      : here(std::move(ends.first)), there(std::move(ends.second)) {}
  UnixStream here, there;
};

Task<void> reads_and_writes_for_ever(Ends* shared, [[maybe_unused]] Belonging belonging,
                                     Dice dice) {
  // One connection of its own, and one that outlives it.
  Ends own(UnixStream::pair());
  Bytes bytes{};
  while (true) {
    co_await gives_way(dice);
    Ends& ends = dice.one_in(2) ? own : *shared;
    UnixStream& stream = dice.one_in(2) ? ends.here : ends.there;
    const std::size_t count = 1 + dice.below(bytes.size());
    if (dice.one_in(2)) {
      static_cast<void>(
          co_await time::timeout(milliseconds(1), stream.read_exact({bytes.data(), count})));
    } else {
      static_cast<void>(
          co_await time::timeout(milliseconds(1), stream.write_all({bytes.data(), count})));
    }
  }
}

// A socket stays with the runtime in which it first waited.
Task<void> reads_until_cancelled(UnixStream* stream) {
  Bytes bytes;
  try {
    std::size_t got = 1;
    while (got > 0) got = co_await stream->read(bytes);
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::operation_canceled);
  }
}

TEST(StreamsStress, TheRuntimesEndClosesWhatItsTasksHaveAndCancelsTheRest) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    int alive = 0;
    {
      Ends shared(UnixStream::pair());
      make_narrow(shared.here.native_handle());
      std::vector<JoinHandle<void>> handles;
      for (int i = 0; i < 5; ++i) {
        handles.push_back(world.runtime().spawn(
            reads_and_writes_for_ever(&shared, Belonging(alive), world.dice().fork())));
      }
      Ends quiet(UnixStream::pair());  // waits in this runtime for sure
      struct Waits {
        static Task<void> once(UnixStream* stream) {
          Bytes bytes;
          auto read = boxed([&] { return stream->read(bytes); });
          static_cast<void>(co_await poll_once(*read));
        }
        static Task<void> a_while(Dice dice) {
          for (unsigned turns = dice.below(10); turns > 0; --turns) co_await gives_way(dice);
        }
      };
      world.run(Waits::once(&quiet.here));
      world.run(Waits::a_while(world.dice().fork()));
      world.end();
      EXPECT_EQ(Belonging::count(alive), 0);
      Runtime().block_on(reads_until_cancelled(&quiet.here));
    }
    EXPECT_EQ(open_sockets(), before);
  });
}

}  // namespace
}  // namespace ari::stress
