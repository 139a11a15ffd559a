// UdpSocket over loopback.
#include <memory>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::UdpSocket;
using test::error_of;
using test::some_turns;

Task<void> echoes_datagram(std::shared_ptr<UdpSocket> socket) {
  char buffer[100];
  auto got = co_await socket->recv_from(buffer);
  co_await socket->send_to({buffer, got.bytes}, got.from);
}
Task<void> ping() {
  auto server = std::make_shared<UdpSocket>(UdpSocket::bind("127.0.0.1:0"));
  auto client = UdpSocket::bind("127.0.0.1:0");
  auto echoing = spawn(echoes_datagram(server));
  co_await some_turns();
  const std::size_t sent = co_await client.send_to("ping", server->local_addr());
  EXPECT_EQ(sent, 4u);
  char buffer[100];
  auto answer = co_await client.recv_from(buffer);
  EXPECT_EQ(std::string(buffer, answer.bytes), "ping");
  EXPECT_EQ(answer.from, server->local_addr());
  EXPECT_FALSE(answer.truncated);
  co_await echoing;
}
TEST(Udp, DatagramsComeWithTheirSender) { Runtime().block_on(ping()); }

Task<void> truncates() {
  auto socket = UdpSocket::bind("127.0.0.1:0");
  co_await socket.send_to("0123456789", socket.local_addr());
  co_await socket.send_to("next", socket.local_addr());
  char buffer[4];
  auto cut = co_await socket.recv_from(buffer);
  EXPECT_EQ(std::string(buffer, cut.bytes), "0123");
  EXPECT_TRUE(cut.truncated);
  auto whole = co_await socket.recv_from(buffer);
  EXPECT_EQ(std::string(buffer, whole.bytes), "next");
  EXPECT_FALSE(whole.truncated);
}
TEST(Udp, WhatTheBufferHasNoRoomForIsLostAndSaidSo) { Runtime().block_on(truncates()); }

Task<void> connected() {
  auto server = UdpSocket::bind("[::1]:0");
  auto client = UdpSocket::bind("[::1]:0");
  client.connect(server.local_addr());
  server.connect(client.local_addr());
  EXPECT_EQ(client.peer_addr(), server.local_addr());
  co_await client.send("");  // an empty datagram is one
  co_await client.send("abc");
  char buffer[10];
  const std::size_t empty = co_await server.recv(buffer);
  EXPECT_EQ(empty, 0u);
  const std::size_t three = co_await server.recv(buffer);
  EXPECT_EQ(std::string(buffer, three), "abc");
}
TEST(Udp, ConnectedSocketsNeedNoAddress) { Runtime().block_on(connected()); }

Task<void> receives(std::shared_ptr<UdpSocket> socket) {
  char buffer[10];
  co_await socket->recv(buffer);
}
Task<void> nobody_there() {
  auto client = std::make_shared<UdpSocket>(UdpSocket::bind("127.0.0.1:0"));
  {
    const auto gone = UdpSocket::bind("127.0.0.1:0");
    client->connect(gone.local_addr());
  }
  auto receiving = spawn(error_of(receives(client)));
  co_await some_turns();
  co_await client->send("anybody?");
  const std::string error = co_await receiving;
  EXPECT_EQ(error, "UdpSocket::recv: Connection refused");

  auto again = spawn(receives(client));  // the error is told once, then waiting works again
  co_await some_turns();
  EXPECT_FALSE(again.is_finished());
}
TEST(Udp, RefusedDatagramIsThrownOnceFromTheReceiveThatWaits) {
  Runtime().block_on(nobody_there());
}

Task<void> sends_too_much(std::shared_ptr<UdpSocket> socket) {
  const std::string text(100'000, 'x');
  co_await socket->send_to(text, socket->local_addr());
}
TEST(Udp, DatagramThatIsTooLargeIsThrown) {
  auto socket = std::make_shared<UdpSocket>(UdpSocket::bind("127.0.0.1:0"));
  EXPECT_EQ(Runtime().block_on(error_of(sends_too_much(socket))),
            "UdpSocket::send_to: Message too long");
}

Task<void> peeks() {
  auto socket = UdpSocket::bind("127.0.0.1:0");
  co_await socket.send_to("0123456789", socket.local_addr());
  char buffer[4];
  for (int i = 0; i < 3; ++i) {
    auto seen = co_await socket.peek_from(buffer);
    EXPECT_EQ(std::string(buffer, seen.bytes), "0123");
    EXPECT_TRUE(seen.truncated);
    EXPECT_EQ(seen.from, socket.local_addr());
  }
  char large[20];
  auto got = co_await socket.recv_from(large);
  EXPECT_EQ(std::string(large, got.bytes), "0123456789") << "peeking took nothing of it";
  EXPECT_FALSE(socket.try_recv_from(large));
}
TEST(Udp, PeekingLeavesTheDatagram) { Runtime().block_on(peeks()); }

Task<void> waits_until_readable(std::shared_ptr<UdpSocket> socket) { co_await socket->readable(); }
Task<void> tries() {
  auto socket = std::make_shared<UdpSocket>(UdpSocket::bind("127.0.0.1:0"));
  auto peer = UdpSocket::bind("127.0.0.1:0");
  char buffer[10];
  EXPECT_FALSE(socket->try_recv_from(buffer));
  auto waiting = spawn(waits_until_readable(socket));
  co_await some_turns();
  EXPECT_FALSE(waiting.is_finished());
  co_await peer.writable();
  EXPECT_EQ(peer.try_send_to("ping", socket->local_addr()), 4u);
  co_await waiting;
  const auto got = socket->try_recv_from(buffer);
  EXPECT_EQ(std::string(buffer, got.value().bytes), "ping");
  EXPECT_EQ(got->from, peer.local_addr());
  auto again = spawn(waits_until_readable(socket));  // what was received no longer counts
  co_await some_turns();
  EXPECT_FALSE(again.is_finished());
  peer.connect(socket->local_addr());
  EXPECT_EQ(peer.try_send("pong"), 4u);
  co_await again;
  EXPECT_EQ(socket->try_recv(buffer), 4u);
  EXPECT_EQ(socket->try_recv(buffer), std::nullopt);
}
TEST(Udp, TriesDoNotWaitAndReadableDoes) { Runtime().block_on(tries()); }

TEST(Udp, TriesThrowWhatTheSystemSays) {
  auto socket = UdpSocket::bind("127.0.0.1:0");
  EXPECT_THROW(static_cast<void>(socket.try_send("nobody")), std::system_error);
  EXPECT_THROW(
      static_cast<void>(socket.try_send_to(std::string(100'000, 'x'), socket.local_addr())),
      std::system_error);
}

TEST(Udp, OptionsAreThoseOfTheSocket) {
  auto socket = UdpSocket::bind("127.0.0.1:0");
  EXPECT_FALSE(socket.broadcast());
  EXPECT_THROW(static_cast<void>(socket.try_send_to("all", "255.255.255.255:9")), std::system_error)
      << "nobody has allowed it";
  socket.set_broadcast(true);
  EXPECT_TRUE(socket.broadcast());
  socket.set_ttl(3);
  EXPECT_EQ(socket.ttl(), 3u);
  auto v6 = UdpSocket::bind("[::1]:0");
  v6.set_ttl(4);
  EXPECT_EQ(v6.ttl(), 4u);
  // The system takes -1 for "what it was".
  EXPECT_THROW(socket.set_ttl(0xffff'ffff), std::system_error);
  EXPECT_THROW(v6.set_ttl(0xffff'ffff), std::system_error);
  EXPECT_EQ(socket.ttl(), 3u);
  EXPECT_EQ(v6.ttl(), 4u);
}

}  // namespace
}  // namespace ari
