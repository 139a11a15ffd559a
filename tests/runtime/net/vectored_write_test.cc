// Writes of several buffers: every byte in its place, however many buffers and however little room.
#include "runtime/net/vectored_write.h"

#include <sys/socket.h>

#include <array>
#include <random>

#include "tests/runtime/net/net_test.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using net::UnixStream;
using test::some_turns;

using Parts = std::vector<std::string>;

std::vector<io::Bytes> bytes_of(const Parts& parts) {
  std::vector<io::Bytes> buffers;
  for (const std::string& part : parts) buffers.emplace_back(part);
  return buffers;
}
std::string joined(const Parts& parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

// Some of them empty, some larger than the socket has room for.
Parts random_parts(unsigned seed) {
  std::mt19937 random(seed);
  Parts parts(random() % 200);
  char next = 'a';
  for (std::string& part : parts) {
    part.resize(random() % 8 == 0 ? 0 : random() % (random() % 16 == 0 ? 20'000 : 40));
    for (char& c : part) c = next = next == 'z' ? 'a' : static_cast<char>(next + 1);
  }
  return parts;
}

Task<void> writes_all(UnixStream stream, Parts parts) {
  const std::vector<io::Bytes> buffers = bytes_of(parts);
  co_await stream.write_all_vectored(buffers);
}
Task<std::string> reads_all(UnixStream stream) {
  std::string text;
  co_await io::read_to_end(stream, text);
  co_return text;
}
Task<void> through_a_narrow_stream(unsigned seed) {
  auto ends = UnixStream::pair();
  const int bytes = 1;  // the system makes that its least
  EXPECT_EQ(::setsockopt(ends.first.native_handle(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)),
            0);
  const Parts parts = random_parts(seed);
  auto writing = spawn(writes_all(std::move(ends.first), parts));
  const std::string got = co_await reads_all(std::move(ends.second));
  co_await writing;
  EXPECT_TRUE(got == joined(parts));
}
TEST(VectoredWrite, AllOfThemIsEveryByteInItsPlace) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Runtime().block_on(through_a_narrow_stream(seed));
  }
}

Task<void> writes_what_fits() {
  auto ends = UnixStream::pair();
  const std::array<io::Bytes, 3> parts{"head", "", "body"};
  const std::size_t all = co_await ends.first.write_vectored(parts);
  EXPECT_EQ(all, 8u);
  const std::size_t none = co_await ends.first.write_vectored({});
  EXPECT_EQ(none, 0u);
  co_await ends.first.write_all_vectored({});
  const std::string large(1'000'000, 'x');
  const std::array<io::Bytes, 2> too_much{large, large};
  const std::size_t some = co_await ends.first.write_vectored(too_much);
  EXPECT_GT(some, 0u);
  EXPECT_LT(some, 2 * large.size());
  ends.first.shutdown();
  const std::string got = co_await reads_all(std::move(ends.second));
  EXPECT_TRUE(got == "headbody" + std::string(some, 'x'));
}
TEST(VectoredWrite, OneOfThemIsWhatThereIsRoomFor) { Runtime().block_on(writes_what_fits()); }

Task<void> halves_write() {
  auto pair = co_await test::tcp_pair();
  auto halves = std::move(pair.client).into_split();
  const std::array<io::Bytes, 2> parts{"a", "b"};
  const std::size_t written = co_await halves.second.write_vectored(parts);
  EXPECT_EQ(written, 2u);
  co_await halves.second.write_all_vectored(parts);
  halves.second.shutdown();
  const std::string got = co_await test::reads_all(pair.server);
  EXPECT_EQ(got, "abab");
}
TEST(VectoredWrite, HalvesHaveThemToo) { Runtime().block_on(halves_write()); }

// It waits as any other operation does, and can be given up.
Task<void> waits_for_room() {
  auto ends = UnixStream::pair();
  const std::string chunk(100'000, 'x');
  while (ends.first.try_write(chunk)) {
  }
  const std::array<io::Bytes, 2> parts{"a", "b"};
  auto first = co_await select_biased(ends.first.write_vectored(parts), task::yield_now());
  EXPECT_EQ(first.index(), 1u);
}
TEST(VectoredWrite, WaitIsOnRecordUnderItsName) {
  const test::Recorder recorder;
  Runtime().block_on(waits_for_room());
  const auto& lines = recorder.lines();
  const auto waits = [](const std::string& line) {
    return line.ends_with("| poll_op poll_write false");
  };
  const auto op = std::find_if(lines.begin(), lines.end(), waits);
  ASSERT_NE(op, lines.end());
  EXPECT_EQ(recorder.fields(op->substr(op->find('O'), op->find(" |") - op->find('O'))),
            "source=\"UnixStream::write_vectored\"");
}

}  // namespace
}  // namespace ari
