// TcpSocket and the options of streams: what is set is what the socket says, and does.
#include "runtime/net/tcp_socket.h"

#include <sys/socket.h>

#include <functional>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::SocketAddr;
using net::TcpListener;
using net::TcpSocket;
using net::TcpStream;
using std::chrono::seconds;
using test::error_of;
using test::tcp_pair;

void expect_options(TcpSocket socket) {
  EXPECT_FALSE(socket.reuseaddr());
  EXPECT_FALSE(socket.reuseport());
  EXPECT_FALSE(socket.keepalive());
  EXPECT_FALSE(socket.nodelay());
  EXPECT_EQ(socket.linger(), std::nullopt);
  for (const bool on : {true, false}) {
    socket.set_reuseaddr(on);
    EXPECT_EQ(socket.reuseaddr(), on);
    socket.set_reuseport(on);
    EXPECT_EQ(socket.reuseport(), on);
    socket.set_keepalive(on);
    EXPECT_EQ(socket.keepalive(), on);
    socket.set_nodelay(on);
    EXPECT_EQ(socket.nodelay(), on);
    socket.set_linger(on ? std::optional(seconds(3)) : std::nullopt);
    EXPECT_EQ(socket.linger(), on ? std::optional(seconds(3)) : std::nullopt);
  }
  socket.set_send_buffer_size(20'000);
  EXPECT_EQ(socket.send_buffer_size(), 40'000u);
  socket.set_recv_buffer_size(30'000);
  EXPECT_EQ(socket.recv_buffer_size(), 60'000u);
}
TEST(TcpSocket, SaysWhatWasSet) {
  expect_options(TcpSocket::new_v4());
  expect_options(TcpSocket::new_v6());
}

Task<void> connects_from(SocketAddr any) {
  auto bound = any.is_v4() ? TcpSocket::new_v4() : TcpSocket::new_v6();
  bound.bind(any);
  auto listener = std::move(bound).listen(16);
  auto from = any.is_v4() ? TcpSocket::new_v4() : TcpSocket::new_v6();
  from.set_nodelay(true);
  from.bind(any);
  const SocketAddr local = from.local_addr();
  auto stream = co_await std::move(from).connect(listener.local_addr());
  auto accepted = co_await listener.accept();
  EXPECT_EQ(stream.local_addr(), local);
  EXPECT_EQ(accepted.peer_addr(), local);
  EXPECT_TRUE(stream.nodelay()) << "what was set before holds on";
  co_await stream.write_all("hello");
  std::string got(5, '\0');
  co_await accepted.read_exact(got);
  EXPECT_EQ(got, "hello");
}
TEST(TcpSocket, ListensAndConnectsAsTheRestDoes) {
  Runtime().block_on(connects_from("127.0.0.1:0"));
  Runtime().block_on(connects_from("[::1]:0"));
}

TcpListener share(const SocketAddr& address, bool reuseport) {
  auto socket = TcpSocket::new_v4();
  socket.set_reuseport(reuseport);
  socket.bind(address);
  return std::move(socket).listen(16);
}
// All connections reach one of those who share the port.
Task<void> accepts_from_both(TcpListener* first, TcpListener* second) {
  for (int i = 0; i < 20; ++i) {
    auto client = co_await TcpStream::connect(first->local_addr());
    auto accepted = co_await select(first->accept(), second->accept());
    const TcpStream& server = accepted.index() == 0 ? std::get<0>(accepted) : std::get<1>(accepted);
    EXPECT_EQ(server.peer_addr(), client.local_addr());
  }
}
TEST(TcpSocket, PortIsSharedByThoseWhoSaySo) {
  auto first = share("127.0.0.1:0", true);
  auto second = share(first.local_addr(), true);
  EXPECT_EQ(first.local_addr(), second.local_addr());
  Runtime().block_on(accepts_from_both(&first, &second));
  EXPECT_THROW(share(first.local_addr(), false), std::system_error);
}

std::string what_it_throws(const std::function<void()>& function) {
  try {
    function();
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "nothing";
}
Task<void> connects(TcpSocket socket, SocketAddr to) {
  const auto stream = co_await std::move(socket).connect(to);
}
TEST(TcpSocket, SaysWhatWentWrong) {
  const auto taken = TcpListener::bind("127.0.0.1:0");
  const SocketAddr address = taken.local_addr();
  EXPECT_EQ(what_it_throws([&] { TcpSocket::new_v4().bind(address); }),
            "TcpSocket::bind: Address already in use");
  EXPECT_EQ(what_it_throws([] { TcpSocket::new_v4().bind("[::1]:0"); }),
            "TcpSocket::bind: Address family not supported by protocol");
  EXPECT_EQ(Runtime().block_on(error_of(connects(TcpSocket::new_v6(), address))),
            "TcpStream::connect: Invalid argument");
}

Task<void> sets_options_of_streams() {
  auto pair = co_await tcp_pair();
  TcpStream& stream = pair.client;
  EXPECT_FALSE(stream.nodelay());
  stream.set_nodelay(true);
  EXPECT_TRUE(stream.nodelay());
  stream.set_ttl(17);
  EXPECT_EQ(stream.ttl(), 17u);
  EXPECT_EQ(what_it_throws([&] { stream.set_ttl(300); }), "set_ttl: Invalid argument");
  EXPECT_EQ(stream.linger(), std::nullopt);
  stream.set_linger(seconds(0));
  EXPECT_EQ(stream.linger(), seconds(0));
  { const TcpStream gone = std::move(pair.client); }
  // With no time to linger the end is a reset.
  const std::string error = co_await error_of(test::reads_all(pair.server));
  EXPECT_EQ(error, "TcpStream::read: Connection reset by peer");
}
TEST(TcpStream, OptionsAreThoseOfTheSocket) { Runtime().block_on(sets_options_of_streams()); }

}  // namespace
}  // namespace ari
