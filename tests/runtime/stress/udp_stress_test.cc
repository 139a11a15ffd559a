// UDP: each datagram whole and once, with several who send and receive on one socket, some of
// whom give up.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <optional>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/open_sockets.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using net::UdpSocket;
using std::chrono::milliseconds;
using test::Belonging;
using test::boxed;
using test::poll_once;

// Few enough for the kernel's buffer to hold them all: so over loopback none is dropped.
constexpr int kSenders = 3, kOfEach = 20;
constexpr int kDatagrams = kSenders * kOfEach;
constexpr int kEnd = -1;

// A number, many times over; how many says the number too.
using Datagram = std::array<int, 16>;
std::size_t size_of(int number) {
  return sizeof(int) * static_cast<std::size_t>(1 + (number + 16) % 16);
}

struct Post {
  UdpSocket to = UdpSocket::bind("127.0.0.1:0");
  UdpSocket from = UdpSocket::bind("127.0.0.1:0");
  std::array<std::atomic<int>, kDatagrams> received{};
};

Task<void> sends(Post* post, int number, Dice& dice) {
  Datagram datagram;
  datagram.fill(number);
  const io::Bytes bytes(datagram.data(), size_of(number));
  const auto to = post->to.local_addr();
  std::size_t sent = 0;
  while (sent == 0) {
    if (dice.one_in(4)) {
      auto in_time = co_await time::timeout(milliseconds(0), post->from.send_to(bytes, to));
      if (in_time) sent = *in_time;
    } else {
      sent = co_await post->from.send_to(bytes, to);
    }
  }
  EXPECT_EQ(sent, bytes.size());
}

Task<void> sends_its_own(Post* post, int sender, Dice dice) {
  for (int i = 0; i < kOfEach; ++i) {
    co_await gives_way(dice);
    co_await sends(post, sender * kOfEach + i, dice);
  }
}

// Gives the number, if one came.
Task<std::optional<int>> receives_one(Post* post, Dice& dice) {
  Datagram datagram;
  const io::Buffer room(datagram.data(), sizeof(datagram));
  std::optional<std::size_t> got;
  switch (dice.below(6)) {
    case 0: {
      auto receive = boxed([&] { return post->to.recv(room); });
      const bool ready = co_await poll_once(*receive);
      if (ready) got = receive->result();
      break;
    }
    case 1: {
      auto in_time = co_await time::timeout(milliseconds(dice.below(2)), post->to.recv(room));
      if (in_time) got = *in_time;
      break;
    }
    case 2: {
      auto first = co_await select(post->to.recv(room), task::yield_now());
      if (first.index() == 0) got = std::get<0>(first);
      break;
    }
    case 3: {
      co_await post->to.readable();
      auto from = post->to.try_recv_from(room);
      if (from) got = from->bytes;
      break;
    }
    case 4: {
      // Whoever receives it then gets it whole, this task or another.
      Datagram seen;
      auto from = co_await time::timeout(milliseconds(dice.below(2)),
                                         post->to.peek_from({seen.data(), sizeof(seen)}));
      EXPECT_TRUE(!from || from->bytes == size_of(seen[0]));
      break;
    }
    default: {
      auto from = co_await post->to.recv_from(room);
      EXPECT_FALSE(from.truncated);
      EXPECT_EQ(from.from.port(), post->from.local_addr().port());
      got = from.bytes;
    }
  }
  if (!got) co_return std::nullopt;
  const int number = datagram[0];
  EXPECT_EQ(*got, size_of(number));
  for (std::size_t i = 0; i < *got / sizeof(int); ++i) EXPECT_EQ(datagram[i], number);
  co_return number;
}

Task<void> receives(Post* post, [[maybe_unused]] Belonging belonging, Dice dice) {
  while (true) {
    co_await gives_way(dice);
    const std::optional<int> number = co_await receives_one(post, dice);
    if (!number) continue;
    if (*number == kEnd) co_return;
    post->received[static_cast<std::size_t>(*number)].fetch_add(1);
  }
}

Task<void> aborts_some(std::vector<JoinHandle<void>>* receivers, Dice dice) {
  for (JoinHandle<void>& receiver : *receivers) {
    co_await gives_way(dice);
    if (dice.one_in(2)) receiver.abort();
  }
}

Task<void> sends_the_end(Post* post, Dice dice) { co_await sends(post, kEnd, dice); }

TEST(UdpStress, EachDatagramComesWholeAndOnce) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    int alive = 0;
    {
      Post post;
      auto immortal = world.runtime().spawn(receives(&post, Belonging(alive), world.dice().fork()));
      std::vector<JoinHandle<void>> mortals;
      for (int i = 0; i < 3; ++i) {
        mortals.push_back(
            world.runtime().spawn(receives(&post, Belonging(alive), world.dice().fork())));
      }
      world.crowd(kSenders + 1, [&](int number, Dice dice) {
        return number < kSenders ? sends_its_own(&post, number, dice) : aborts_some(&mortals, dice);
      });
      // One end for each that may be there still; the last comes after all that counts.
      for (int i = 0; i < 4; ++i) world.run(sends_the_end(&post, world.dice().fork()));
      world.run(joins(std::move(immortal)));
      world.end();
      for (int i = 0; i < kDatagrams; ++i) {
        EXPECT_EQ(post.received[static_cast<std::size_t>(i)], 1) << "number " << i;
      }
    }
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(open_sockets(), before);
  });
}

}  // namespace
}  // namespace ari::stress
