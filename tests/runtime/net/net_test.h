// What the tests of sockets share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "runtime/ari.h"

namespace ari::test {

// Long enough for every task that can run to have run.
inline Task<void> some_turns() {
  for (int i = 0; i < 5; ++i) co_await task::yield_now();
}

struct TcpPair {
  net::TcpStream client;
  net::TcpStream server;
};
inline Task<TcpPair> tcp_pair() {
  auto listener = net::TcpListener::bind("127.0.0.1:0");
  auto client = co_await net::TcpStream::connect(listener.local_addr());
  auto server = co_await listener.accept();
  co_return TcpPair{std::move(client), std::move(server)};
}

// Waits for the task; gives what was thrown, as text, or "" if nothing.
template <class T>
Task<std::string> error_of(Task<T> task) {
  std::string what;
  try {
    co_await std::move(task);
  } catch (const std::system_error& error) {
    what = error.what();
  }
  co_return what;
}

inline Task<std::string> reads_all(net::TcpStream& stream) {
  std::string text;
  co_await io::read_to_end(stream, text);
  co_return text;
}

// An echo server for so many connections.
inline Task<void> echoes(net::TcpStream stream) { co_await io::copy(stream, stream); }
inline Task<void> echoes_all(std::shared_ptr<net::TcpListener> listener, int connections) {
  std::vector<JoinHandle<void>> serving;
  for (int i = 0; i < connections; ++i) {
    auto stream = co_await listener->accept();
    serving.push_back(spawn(echoes(std::move(stream))));
  }
  for (auto& each : serving) co_await each;
}

// A client of it; gives how many answers were right.
inline Task<int> pings(net::SocketAddr to, int rounds, int number) {
  auto stream = co_await net::TcpStream::connect(to);
  int right = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = std::to_string(number * rounds + i);
    std::string answer(text.size(), '\0');
    co_await stream.write_all(text);
    co_await stream.read_exact(answer);
    right += answer == text ? 1 : 0;
  }
  co_return right;
}

// Both, with all connections at once.
inline Task<int> many(int connections, int rounds) {
  auto listener = std::make_shared<net::TcpListener>(net::TcpListener::bind("127.0.0.1:0"));
  auto serving = spawn(echoes_all(listener, connections));
  std::vector<JoinHandle<int>> clients;
  for (int i = 0; i < connections; ++i) {
    clients.push_back(spawn(pings(listener->local_addr(), rounds, i)));
  }
  int right = 0;
  for (auto& client : clients) {
    const int answers = co_await client;
    right += answers;
  }
  co_await serving;
  co_return right;
}

}  // namespace ari::test
