// What sockets tell, call by call. Tokio's sockets tell nothing, so these sequences are
// ours; their shape is that of Tokio's other resources.
#include <gmock/gmock.h>

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
            "R3 O5 P6 | new\n"
            "R3 | enter\n"
            "R3 O5 | enter\n"
            "R3 O5 P6 | enter\n"
            "R3 O5 P6 | clone(T4)\n"
            "R3 O5 P6 | poll_op poll_read false\n"
            "R3 O5 P6 | exit\n"
            "R3 O5 | exit\n"
            "R3 | exit\n"
            "T4 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "R2 O7 | new\n"
            "R2 O7 P8 | new\n"
            "R2 | enter\n"
            "R2 O7 | enter\n"
            "R2 O7 P8 | enter\n"
            "R2 O7 P8 | state_update bytes_written=5 bytes_written.unit=\"B\" "
            "bytes_written.op=\"add\"\n"
            "R2 O7 P8 | poll_op poll_write true\n"
            "R2 O7 P8 | exit\n"
            "R2 O7 | exit\n"
            "R2 | exit\n"
            "R2 O7 P8 | close\n"
            "R2 O7 | close\n"
            "T1 | clone(T1)\n"
            "T1 | exit\n"
            "- | wake(T4)\n"
            "T4 | enter\n"
            "R3 | enter\n"
            "R3 O5 | enter\n"
            "R3 O5 P6 | enter\n"
            "R3 O5 P6 | state_update bytes_read=5 bytes_read.unit=\"B\" bytes_read.op=\"add\"\n"
            "R3 O5 P6 | poll_op poll_read true\n"
            "R3 O5 P6 | exit\n"
            "R3 O5 | exit\n"
            "R3 | exit\n"
            "R3 O5 P6 | close\n"
            "R3 O5 | close\n"
            "T4 | exit\n"
            "T4 | destroy\n"
            "R3 | close\n"
            "T4 | exit\n"
            "T4 | close completed\n");
  EXPECT_THAT(recorder.fields("R3"), StartsWith("concrete_type=\"UnixStream\" kind=\"Net\" "));
  EXPECT_EQ(recorder.fields("O5"), "source=\"UnixStream::read\"");
  EXPECT_EQ(recorder.fields("O7"), "source=\"UnixStream::write_all\"");
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
            "R3 O5 P6 | close\n"
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
  EXPECT_EQ(between(recorder, "R3 O260 | new", "R3 O260 | close"),
            "R3 O260 | new\n"
            "R3 O260 P261 | new\n"
            "R3 | enter\n"
            "R3 O260 | enter\n"
            "R3 O260 P261 | enter\n"
            "R3 O260 P261 | clone(T1)\n"
            "R3 O260 P261 | poll_op poll_read false\n"
            "R3 O260 P261 | exit\n"
            "R3 O260 | exit\n"
            "R3 | exit\n"
            "T1 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "R3 | enter\n"
            "R3 O260 | enter\n"
            "R3 O260 P261 | enter\n"
            "R3 O260 P261 | state_update bytes_read=1 bytes_read.unit=\"B\" bytes_read.op=\"add\"\n"
            "R3 O260 P261 | poll_op poll_read true\n"
            "R3 O260 P261 | exit\n"
            "R3 O260 | exit\n"
            "R3 | exit\n"
            "R3 O260 P261 | close\n"
            "R3 O260 | close\n");
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
  EXPECT_EQ(between(recorder, "R2 O6 | new", "R2 O6 | close"),
            "R2 O6 | new\n"
            "R2 O6 P7 | new\n"
            "R2 | enter\n"
            "R2 O6 | enter\n"
            "R2 O6 P7 | enter\n"
            "R2 O6 P7 | state_update accepted=1 accepted.op=\"add\"\n"
            "R2 O6 P7 | poll_op poll_accept true\n"
            "R2 O6 P7 | exit\n"
            "R2 O6 | exit\n"
            "R2 | exit\n"
            "R8 | new\n"
            "R2 O6 P7 | close\n"
            "R2 O6 | close\n");
  EXPECT_EQ(recorder.fields("O4"), "source=\"TcpStream::connect\"");
  std::string shown = "\"";
  shown.append(address.to_string()).append("\"");
  EXPECT_THAT(recorder.fields("R2"), StartsWith("concrete_type=\"TcpListener\" kind=\"Net\""));
  EXPECT_THAT(recorder.fields("R2"), EndsWith(" local.addr=" + shown));
  EXPECT_THAT(recorder.fields("R3"), StartsWith("concrete_type=\"TcpStream\" kind=\"Net\""));
  EXPECT_THAT(recorder.fields("R3"), EndsWith(" peer.addr=" + shown));
  EXPECT_THAT(recorder.fields("R8"), HasSubstr(" peer.addr=\"127.0.0.1:"));
}

Task<void> is_interrupted() {
  auto interrupted = signal::ctrl_c();
  ::raise(SIGINT);
  co_await interrupted;
}
TEST(NetSequence, CtrlCIsAResourceOfItsOwn) {
  test::Recorder recorder;
  Runtime().block_on(is_interrupted());
  EXPECT_EQ(between(recorder, "R2 | new", "R2 | close"),
            "R2 | new\n"
            "R2 O3 | new\n"
            "R2 O3 P4 | new\n"
            "R2 | enter\n"
            "R2 O3 | enter\n"
            "R2 O3 P4 | enter\n"
            "R2 O3 P4 | poll_op poll_recv true\n"
            "R2 O3 P4 | exit\n"
            "R2 O3 | exit\n"
            "R2 | exit\n"
            "R2 O3 P4 | close\n"
            "R2 O3 | close\n"
            "R2 | close\n");
  EXPECT_THAT(recorder.fields("R2"), StartsWith("concrete_type=\"Signal\" kind=\"Signal\" "));
  EXPECT_EQ(recorder.fields("O3"), "source=\"signal::ctrl_c\"");
}

}  // namespace
}  // namespace ari
