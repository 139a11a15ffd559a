// Streams against a model of what is under way between their ends: reads and writes of any number
// of tasks, polled and given up in any order, while ends are shut down, closed under those who wait
// for them, and made anew, with the numbers of descriptors that have just been closed.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/net/net_test.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using net::TcpStream;
using net::UnixStream;
using test::boxed;
using test::take_any;

// Waits until the kernel has told of all that happened before: events come in their order.
class LastNews {
 public:
  Task<void> come() { co_await join(hears(), says()); }

 private:
  Task<void> hears() {
    char byte[1];
    co_await ends_.first.read(byte);
  }
  Task<void> says() { co_await ends_.second.write_all("x"); }

  std::pair<UnixStream, UnixStream> ends_ = UnixStream::pair();
};

// kOrphans: an end may be closed under those who wait for it. Their ops, in the record, then
// outlive the resource that they are of.
template <class Stream, bool kOrphans>
class StreamsRun {
 public:
  explicit StreamsRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger*) {
    for (int step = 0; step < 250; ++step) {
      if (links_.empty() || (links_.size() < 5 && chances_.one_in(12))) co_await connects();
      Link& link = *links_[chances_.below(links_.size())];
      const std::size_t side = chances_.below(2);
      const std::size_t what = chances_.below(100);
      if (what < 55) {
        co_await operates(link.ends[side]);
      } else if (what < 60) {
        if (link.ends[side].stream) shuts_down(link, side);
      } else if (what < 66) {
        if (link.ends[side].stream) closes(link, side);
      } else if (what < 75 && !link.ends[side].ops.empty()) {
        take_any(link.ends[side].ops, chances_);
      }
      std::erase_if(links_, [](const auto& each) { return each->is_over(); });
      co_await news_.come();
      co_await check();
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  // The kernel's part of Unix streams is done when a call returns; TCP's some time later.
  static constexpr bool kIsExact = std::is_same_v<Stream, UnixStream>;

  using Read = std::unique_ptr<net::Read>;
  using Write = std::unique_ptr<net::Write>;
  using Ready = std::unique_ptr<net::Ready>;
  struct Op {
    std::variant<Read, Write, Ready> future;
    bool is_read;  // or a wait for what could be read
    std::string bytes{};
    test::Alarm alarm{};
    bool waits = false;
    bool is_orphan = false;  // its stream has gone while it waited
  };
  struct End {
    std::unique_ptr<Stream> stream;  // none once closed
    std::deque<char> incoming{};     // to be read from it
    bool is_ended = false;           // and that is all that comes
    bool is_reset = false;           // the other end went with something unread
    bool is_shut = false;            // it writes no more
    bool peer_is_closed = false;
    std::vector<std::unique_ptr<Op>> ops{};
    End* peer = nullptr;

    bool can_read() const { return !incoming.empty() || is_ended; }
    // Some room may be there before; then there is.
    bool can_write() const { return peer->incoming.empty() || peer_is_closed; }
  };
  struct Link {
    std::array<End, 2> ends;
    bool is_over() const {
      return std::ranges::all_of(ends, [](const End& e) { return !e.stream && e.ops.empty(); });
    }
  };

  Task<void> connects() {
    auto link = std::make_unique<Link>();
    if constexpr (kIsExact) {
      auto ends = UnixStream::pair();
      link->ends[0].stream = std::make_unique<UnixStream>(std::move(ends.first));
      link->ends[1].stream = std::make_unique<UnixStream>(std::move(ends.second));
    } else {
      auto ends = co_await test::tcp_pair();
      ends.client.set_nodelay(true);
      ends.server.set_nodelay(true);
      link->ends[0].stream = std::make_unique<TcpStream>(std::move(ends.client));
      link->ends[1].stream = std::make_unique<TcpStream>(std::move(ends.server));
    }
    link->ends[0].peer = &link->ends[1];
    link->ends[1].peer = &link->ends[0];
    for (const End& end : link->ends) {
      const int bytes = 1;  // the system makes that its least
      EXPECT_EQ(
          ::setsockopt(end.stream->native_handle(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)),
          0);
    }
    links_.push_back(std::move(link));
  }

  Task<void> operates(End& end) {
    if (end.stream && (end.ops.empty() || (end.ops.size() < 5 && chances_.one_in(3)))) begins(end);
    if (!end.ops.empty()) co_await polls(end, *end.ops[chances_.below(end.ops.size())]);
  }
  void begins(End& end) {
    auto op = std::unique_ptr<Op>(new Op{Read(), chances_.one_in(2)});
    if (chances_.one_in(5)) {
      op->future =
          boxed([&] { return op->is_read ? end.stream->readable() : end.stream->writable(); });
    } else {
      op->bytes.resize(1 + chances_.below(chances_.one_in(2) ? 10 : 5000));
      if (op->is_read) {
        op->future = boxed([&] { return end.stream->read(op->bytes); });
      } else {
        for (char& byte : op->bytes) byte = static_cast<char>(chances_.below(256));
        op->future = boxed([&] { return end.stream->write(op->bytes); });
      }
    }
    end.ops.push_back(std::move(op));
  }

  Task<void> polls(End& end, Op& op) {
    const bool starved = chances_.one_in(8);
    bool told = false;
    if (auto* read = std::get_if<Read>(&op.future)) {
      told = co_await test::poll_with(**read, op.alarm, starved);
    } else if (auto* write = std::get_if<Write>(&op.future)) {
      told = co_await test::poll_with(**write, op.alarm, starved);
    } else {
      told = co_await test::poll_with(*std::get<Ready>(op.future), op.alarm, starved);
    }
    if (op.is_orphan) {
      EXPECT_TRUE(told);
    } else if (starved) {
      EXPECT_FALSE(told);
    } else if (kIsExact && op.is_read) {
      EXPECT_EQ(told, end.can_read());
    } else if (kIsExact && end.can_write()) {
      EXPECT_TRUE(told);
    }
    if (!told) {
      op.waits = op.waits || !starved;
      co_return;
    }
    const auto ended = std::ranges::find_if(end.ops, [&](const auto& e) { return e.get() == &op; });
    const std::unique_ptr<Op> owned = std::move(*ended);
    end.ops.erase(ended);
    finish(end, op);
  }
  void finish(End& end, Op& op) {
    std::error_code error;
    std::size_t count = 0;
    try {
      if (auto* read = std::get_if<Read>(&op.future)) {
        count = (*read)->result();
      } else if (auto* write = std::get_if<Write>(&op.future)) {
        count = (*write)->result();
      } else {
        std::get<Ready>(op.future)->result();
      }
    } catch (const std::system_error& thrown) {
      error = thrown.code();
    }
    if (op.is_orphan) {
      EXPECT_EQ(error, std::errc::operation_canceled);
    } else if (std::holds_alternative<Ready>(op.future)) {
      EXPECT_FALSE(error) << error.message();
    } else {
      op.is_read ? has_read(end, op, count, error) : has_written(end, op, count, error);
    }
  }
  void has_read(End& end, const Op& op, std::size_t count, std::error_code error) {
    if (end.incoming.empty() && std::exchange(end.is_reset, false)) {
      EXPECT_EQ(error, std::errc::connection_reset);
      return;
    }
    EXPECT_FALSE(error) << error.message();
    const std::size_t most = std::min(op.bytes.size(), end.incoming.size());
    EXPECT_LE(count, most);
    EXPECT_TRUE(!kIsExact || count == most);
    EXPECT_TRUE(count > 0 || end.is_ended);
    if (count == 0 || count > most) return;
    EXPECT_TRUE(std::equal(op.bytes.begin(), op.bytes.begin() + static_cast<std::ptrdiff_t>(count),
                           end.incoming.begin()));
    end.incoming.erase(end.incoming.begin(),
                       end.incoming.begin() + static_cast<std::ptrdiff_t>(count));
  }
  void has_written(End& end, const Op& op, std::size_t count, std::error_code error) {
    if (end.is_shut || end.peer_is_closed) {
      EXPECT_EQ(error, std::errc::broken_pipe);
      return;
    }
    EXPECT_FALSE(error) << error.message();
    EXPECT_GT(count, 0u);
    for (std::size_t i = 0; i < count; ++i) end.peer->incoming.push_back(op.bytes[i]);
  }

  void shuts_down(Link& link, std::size_t side) {
    link.ends[side].stream->shutdown();
    link.ends[side].is_shut = link.ends[1 - side].is_ended = true;
  }
  void closes(Link& link, std::size_t side) {
    End& end = link.ends[side];
    // A TCP stream that goes with something unread takes away what the other has to read, too; and
    // who writes to one that has gone hears of it later, or never. The kernel's part is not ours.
    if (!kIsExact && (!end.incoming.empty() || !end.is_ended)) return;
    std::erase_if(end.ops, [](const auto& op) { return !kOrphans || !op->waits; });
    for (const auto& op : end.ops) op->is_orphan = true;
    end.stream.reset();
    End& peer = link.ends[1 - side];
    peer.is_reset = !end.incoming.empty() && peer.stream;
    peer.is_ended = peer.peer_is_closed = true;
    end.incoming.clear();
  }

  // Whoever waits and could get on is told; of TCP some time later.
  bool is_told(const End& end, const Op& op) const {
    const bool could = op.is_orphan || (op.is_read ? end.can_read() : end.can_write());
    return !op.waits || !could || op.alarm.has_rung();
  }
  Task<void> check() {
    int patience = kIsExact ? 0 : 2000;
    for (const auto& link : links_) {
      for (const End& end : link->ends) {
        for (std::size_t i = 0; i < end.ops.size(); ++i) {
          for (; patience > 0 && !is_told(end, *end.ops[i]); --patience) {
            co_await time::sleep(std::chrono::milliseconds(1));
          }
          EXPECT_TRUE(is_told(end, *end.ops[i])) << (end.ops[i]->is_read ? "a read" : "a write");
        }
      }
    }
  }

  test::Chances chances_;
  LastNews news_;
  std::vector<std::unique_ptr<Link>> links_;
};

TEST(StreamsModel, UnixStreamsReadAndWriteWhatTheModelSays) {
  test::runs<StreamsRun<UnixStream, /*kOrphans=*/false>>(60);
}

TEST(StreamsModel, UnixStreamsMayGoUnderThoseWhoWait) {
  test::runs_unheard<StreamsRun<UnixStream, /*kOrphans=*/true>>(100);
}

TEST(StreamsModel, TcpStreamsReadAndWriteWhatTheModelSays) {
  test::runs_unheard<StreamsRun<TcpStream, /*kOrphans=*/true>>(50);
}

}  // namespace
}  // namespace ari
