// The same servers as in ari_server.cc, with Asio's coroutines: what ari is compared with.
//
//   asio-bench-server echo|http    listens on a free port of 127.0.0.1, whose number it prints
#include <asio.hpp>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "tests/bench/net/http_requests.h"

namespace {

using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t kBufferBytes = 4096;

awaitable<void> echo(tcp::socket socket) {
  char buffer[kBufferBytes];
  while (true) {
    const std::size_t got = co_await socket.async_read_some(asio::buffer(buffer), use_awaitable);
    co_await asio::async_write(socket, asio::buffer(buffer, got), use_awaitable);
  }
}

awaitable<void> http(tcp::socket socket) {
  ari::bench::HttpRequests requests;
  std::string answers;
  char buffer[kBufferBytes];
  while (requests.keeps_alive()) {
    const std::size_t got = co_await socket.async_read_some(asio::buffer(buffer), use_awaitable);
    answers.clear();
    for (int i = requests.feed({buffer, got}); i > 0; --i) answers += ari::bench::kHttpAnswer;
    co_await asio::async_write(socket, asio::buffer(answers), use_awaitable);
  }
}

using Serve = awaitable<void> (*)(tcp::socket);

awaitable<void> serve_until_lost(Serve serve, tcp::socket socket) {
  try {
    co_await serve(std::move(socket));
  } catch (const std::system_error&) {
    // The end of the stream comes as an exception too.
  }
}

awaitable<void> accept_all(tcp::acceptor acceptor, Serve serve) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), serve_until_lost(serve, std::move(socket)),
                   asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  asio::io_context context(1);  // one thread: Asio then takes no locks
  tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
  std::printf("%u\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::signal_set signals(context, SIGINT);
  signals.async_wait([&](std::error_code, int) { context.stop(); });
  const bool is_http = argc > 1 && std::strcmp(argv[1], "http") == 0;
  asio::co_spawn(context, accept_all(std::move(acceptor), is_http ? http : echo), asio::detached);
  context.run();
} catch (const std::exception& error) {
  std::fprintf(stderr, "asio-bench-server: %s\n", error.what());
  return 1;
}
