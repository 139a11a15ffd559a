// copy_bidirectional: a proxy brings every byte both ways, each end, and each error.
#include "runtime/io/copy_bidirectional.h"

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::TcpStream;
using test::error_of;
using test::some_turns;
using test::tcp_pair;

using Counts = std::pair<std::uint64_t, std::uint64_t>;

Task<Counts> relays(TcpStream a, TcpStream b) {
  auto counts = co_await io::copy_bidirectional(a, b);
  co_return counts;
}
Task<void> writes_and_ends(TcpStream* stream, std::string text) {
  co_await stream->write_all(text);
  stream->shutdown();
}

// client ⇄ [relay] ⇄ server, each of which sends and reads at the same time.
Task<void> goes_both_ways() {
  auto left = co_await tcp_pair();
  auto right = co_await tcp_pair();
  auto relaying = spawn(relays(std::move(left.server), std::move(right.client)));
  const std::string up(3'000'000, 'u'), down(2'000'000, 'd');
  auto sending_up = spawn(writes_and_ends(&left.client, up));
  auto sending_down = spawn(writes_and_ends(&right.server, down));
  auto got = co_await join(test::reads_all(left.client), test::reads_all(right.server));
  EXPECT_TRUE(std::get<0>(got) == down);
  EXPECT_TRUE(std::get<1>(got) == up);
  co_await sending_up;
  co_await sending_down;
  const Counts counts = co_await relaying;
  EXPECT_EQ(counts, Counts(up.size(), down.size()));
}
TEST(CopyBidirectional, BringsEveryByteBothWays) { Runtime().block_on(goes_both_ways()); }

// One side ends; the other goes on until it does too.
Task<void> ends_one_by_one() {
  auto left = co_await tcp_pair();
  auto right = co_await tcp_pair();
  auto relaying = spawn(relays(std::move(left.server), std::move(right.client)));
  co_await left.client.write_all("question");
  left.client.shutdown();
  const std::string question = co_await test::reads_all(right.server);
  EXPECT_EQ(question, "question");
  EXPECT_FALSE(relaying.is_finished());
  co_await right.server.write_all("answer");
  right.server.shutdown();
  const std::string answer = co_await test::reads_all(left.client);
  EXPECT_EQ(answer, "answer");
  const Counts counts = co_await relaying;
  EXPECT_EQ(counts, Counts(8, 6));
}
TEST(CopyBidirectional, EachEndIsPassedOnAndTheOtherWayGoesOn) {
  Runtime().block_on(ends_one_by_one());
}

Task<Counts> joins(JoinHandle<Counts> handle) {
  const Counts counts = co_await handle;
  co_return counts;
}
// A reset from one side ends the relay, which waits for the other for ever otherwise.
Task<void> is_reset() {
  auto left = co_await tcp_pair();
  auto right = co_await tcp_pair();
  auto relaying = spawn(relays(std::move(left.server), std::move(right.client)));
  co_await some_turns();
  left.client.set_linger(std::chrono::seconds(0));
  { const TcpStream gone = std::move(left.client); }
  const std::string error = co_await error_of(joins(std::move(relaying)));
  EXPECT_EQ(error, "TcpStream::read: Connection reset by peer");
  const std::string rest = co_await test::reads_all(right.server);
  EXPECT_EQ(rest, "") << "the relay has closed the other side too";
}
TEST(CopyBidirectional, ErrorOfOneSideEndsBoth) { Runtime().block_on(is_reset()); }

}  // namespace
}  // namespace ari
