// Sockets that go while somebody waits for them, at the worst moments: what waits is cancelled,
// and does not look at the socket any more. The sanitizers see if it does.
#include <memory>
#include <optional>

#include "runtime/dump/dump.h"
#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::UnixStream;
using test::error_of;
using test::some_turns;

using Owned = std::unique_ptr<UnixStream>;

Task<void> reads_a_byte(UnixStream* stream) {
  char byte[1];
  co_await stream->read(byte);
}
Task<void> closes_when_told(UnixStream told, Owned* stream) {
  char byte[1];
  co_await told.read(byte);
  stream->reset();
}

// One turn of the reactor wakes both, first the one that destroys what the other reads from.
Task<std::string> woken_by_an_event() {
  auto [near, far] = UnixStream::pair();
  auto [told, tells] = UnixStream::pair();
  Owned stream = std::make_unique<UnixStream>(std::move(near));
  auto closer = spawn(closes_when_told(std::move(told), &stream));
  auto reader = spawn(error_of(reads_a_byte(stream.get())));
  co_await some_turns();
  tells.try_write("x");
  far.try_write("x");
  co_await closer;
  const std::string error = co_await reader;
  co_return error;
}
TEST(GoneSocket, CancelsWhoWasWokenAndNotYetPolled) {
  EXPECT_EQ(Runtime().block_on(woken_by_an_event()), "UnixStream::read: Operation canceled");
}

Task<std::string> dumped() {
  auto [near, far] = UnixStream::pair();
  Owned stream = std::make_unique<UnixStream>(std::move(near));
  auto reader = spawn(error_of(reads_a_byte(stream.get())));
  co_await some_turns();
  stream.reset();
  const std::string text = dump().to_string();
  co_await reader;
  co_return text;
}
TEST(GoneSocket, DumpTellsOfWhatStillWaitsForIt) {
  EXPECT_NE(Runtime().block_on(dumped()).find("waits for UnixStream::read"), std::string::npos);
}

}  // namespace
}  // namespace ari
