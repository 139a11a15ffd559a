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

}  // namespace
}  // namespace ari
