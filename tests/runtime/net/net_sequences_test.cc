// What sockets tell, call by call. Tokio's sockets tell nothing, so these sequences are
// ours; their shape is that of Tokio's other resources.
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>

#include "tests/runtime/net/net_test.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// The lines from `first` on, up to `last`, both included.
std::string between(const test::Recorder& recorder, const std::string& first,
                    const std::string& last) {
  std::string text;
  for (const std::string& line : recorder.lines()) {
    if (line == first || !text.empty()) text += line + "\n";
    if (!text.empty() && line == last) break;
  }
  return text;
}

Task<void> reads(net::UnixStream stream) {
  char buffer[8];
  co_await stream.read(buffer);
}
Task<void> writes_while_another_reads() {
  auto [here, there] = net::UnixStream::pair();
  auto reading = spawn(reads(std::move(there)));
  co_await task::yield_now();
  co_await here.write_all("hello");
  co_await reading;
}
TEST(NetSequence, ReadThatWaitsIsWokenFromOutsideAndWriteThatDoesNotIsReadyAtOnce) {
  test::Recorder recorder;
  Runtime().block_on(writes_while_another_reads());
  EXPECT_EQ(between(recorder, "R3 O5 | new", "T4 | close completed"),
            "R3 O5 | new\n"
            "R3 O5 | enter\n"
            "R3 O5 | clone(T4)\n"
            "R3 O5 | poll_op poll_read false\n"
            "R3 O5 | exit\n"
            "T4 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "R2 | state_update bytes_written=5 bytes_written.unit=\"B\" "
            "bytes_written.op=\"add\"\n"
            "T1 | clone(T1)\n"
            "T1 | joins JoinHandle T4\n"
            "T1 | exit\n"
            "- | wake(T4)\n"
            "T4 | enter\n"
            "R3 O5 | enter\n"
            "R3 O5 | state_update bytes_read=5 bytes_read.unit=\"B\" bytes_read.op=\"add\"\n"
            "R3 O5 | poll_op poll_read true\n"
            "R3 O5 | exit\n"
            "R3 O5 | close\n"
            "T4 | exit\n"
            "T4 | destroy\n"
            "R3 | close\n"
            "T4 | exit\n"
            "T4 | close completed\n");
  EXPECT_THAT(recorder.fields("R3"), StartsWith("concrete_type=\"UnixStream\" kind=\"Net\" "));
  EXPECT_EQ(recorder.fields("O5"), "source=\"UnixStream::read\"");
  EXPECT_EQ(recorder.target("R3"), "ari::net::unix_stream");
}

Task<void> aborts_reader() {
  auto [here, there] = net::UnixStream::pair();
  auto reading = spawn(reads(std::move(there)));
  co_await task::yield_now();
  reading.abort();
  co_await task::yield_now();
}
TEST(NetSequence, CancelledReadDropsItsWakerAfterItsSpansClosed) {
  test::Recorder recorder;
  Runtime().block_on(aborts_reader());
  EXPECT_EQ(between(recorder, "T4 | destroy", "T4 | close cancelled"),
            "T4 | destroy\n"
            "T4 | runtime::task: outcome=\"cancelled\"\n"
            "R3 O5 | close\n"
            "T4 | drop(T4)\n"
            "R3 | close\n"
            "T4 | exit\n"
            "T4 | close cancelled\n");
}

Task<void> reads_bytes(int count) {
  auto [here, there] = net::UnixStream::pair();
  co_await here.write_all(std::string(200, 'x'));
  char byte;
  for (int i = 0; i < count; ++i) co_await there.read(io::Buffer(&byte, 1));
}
// The write used one unit of 128; the 128th read has none left.
TEST(NetSequence, ReadBeyondTheBudgetIsPolledAgainAfterOthersHadTheirTurn) {
  test::Recorder recorder;
  Runtime().block_on(reads_bytes(128));
  const auto& lines = recorder.lines();
  const std::string read =
      "R3 | state_update bytes_read=1 bytes_read.unit=\"B\" bytes_read.op=\"add\"";
  EXPECT_EQ(std::count(lines.begin(), lines.end(), read), 128);
  // It waits for its turn, not for the socket.
  EXPECT_EQ(between(recorder, "T1 | clone(T1)", read),
            "T1 | clone(T1)\n"
            "T1 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n" +
                read + "\n");
}

Task<net::SocketAddr> connects() {
  auto listener = net::TcpListener::bind("127.0.0.1:0");
  auto client = co_await net::TcpStream::connect(listener.local_addr());
  auto server = co_await listener.accept();
  co_return listener.local_addr();
}
TEST(NetSequence, ConnectionIsAResourceOnEachSideWithTheAddressOfTheOther) {
  test::Recorder recorder;
  const net::SocketAddr address = Runtime().block_on(connects());
  EXPECT_EQ(between(recorder, "R3 | new", "R5 | new"),
            "R3 | new\n"
            "R3 O4 | new\n"
            "R3 O4 | enter\n"
            "R3 O4 | clone(T1)\n"
            "R3 O4 | poll_op poll_connect false\n"
            "R3 O4 | exit\n"
            "T1 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "R3 O4 | enter\n"
            "R3 O4 | poll_op poll_connect true\n"
            "R3 O4 | exit\n"
            "R3 O4 | close\n"
            "R2 | state_update accepted=1 accepted.op=\"add\"\n"
            "R5 | new\n");
  EXPECT_EQ(recorder.fields("O4"), "source=\"TcpStream::connect\"");
  std::string shown = "\"";
  shown.append(address.to_string()).append("\"");
  EXPECT_THAT(recorder.fields("R2"), StartsWith("concrete_type=\"TcpListener\" kind=\"Net\""));
  EXPECT_THAT(recorder.fields("R2"), EndsWith(" local.addr=" + shown));
  EXPECT_THAT(recorder.fields("R3"), StartsWith("concrete_type=\"TcpStream\" kind=\"Net\""));
  EXPECT_THAT(recorder.fields("R3"), EndsWith(" peer.addr=" + shown));
  EXPECT_THAT(recorder.fields("R5"), HasSubstr(" peer.addr=\"127.0.0.1:"));
}

Task<void> waits_for_ctrl_c() { co_await signal::ctrl_c(); }
Task<void> is_interrupted() {
  auto waiting = spawn(waits_for_ctrl_c());
  co_await task::yield_now();
  ::raise(SIGINT);
  co_await waiting;
}
TEST(NetSequence, CtrlCIsAResourceOfItsOwn) {
  test::Recorder recorder;
  Runtime().block_on(is_interrupted());
  EXPECT_EQ(between(recorder, "R3 | new", "R3 O4 | exit"),
            "R3 | new\n"
            "R3 O4 | new\n"
            "R3 O4 | enter\n"
            "R3 O4 | clone(T2)\n"
            "R3 O4 | poll_op poll_recv false\n"
            "R3 O4 | exit\n");
  EXPECT_THAT(recorder.fields("R3"), StartsWith("concrete_type=\"Signal\" kind=\"Signal\" "));
  EXPECT_EQ(recorder.fields("O4"), "source=\"signal::ctrl_c\"");
}

}  // namespace
}  // namespace ari
