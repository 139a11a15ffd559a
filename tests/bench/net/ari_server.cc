// The servers that are measured, on ari: echo and a small HTTP/1.1, on one thread.
//
//   ari-bench-server echo|http    listens on a free port of 127.0.0.1, whose number it prints
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <system_error>

#include "runtime/ari.h"
#include "subscriber/init.h"
#include "tests/bench/net/http_requests.h"

namespace {

using ari::Task;
using ari::net::TcpListener;
using ari::net::TcpStream;

constexpr std::size_t kBufferBytes = 4096;

Task<void> echo(TcpStream stream) {
  char buffer[kBufferBytes];
  while (true) {
    const std::size_t got = co_await stream.read(buffer);
    if (got == 0) co_return;
    co_await stream.write_all({buffer, got});
  }
}

Task<void> http(TcpStream stream) {
  ari::bench::HttpRequests requests;
  std::string answers;
  char buffer[kBufferBytes];
  while (requests.keeps_alive()) {
    const std::size_t got = co_await stream.read(buffer);
    if (got == 0) co_return;
    answers.clear();
    for (int i = requests.feed({buffer, got}); i > 0; --i) answers += ari::bench::kHttpAnswer;
    co_await stream.write_all(answers);
  }
}

using Serve = Task<void> (*)(TcpStream);

Task<void> serve_until_lost(Serve serve, TcpStream stream) {
  try {
    co_await serve(std::move(stream));
  } catch (const std::system_error&) {
    // A client that was stopped resets its connections.
  }
}

Task<void> accept_all(TcpListener listener, Serve serve) {
  while (true) {
    auto stream = co_await listener.accept();
    stream.set_nodelay(true);
    ari::spawn(serve_until_lost(serve, std::move(stream)));
  }
}

Task<void> run(TcpListener listener, Serve serve) {
  auto accepting = ari::spawn(accept_all(std::move(listener), serve));
  co_await ari::signal::ctrl_c();
}

}  // namespace

int main(int argc, char** argv) try {
  ari::subscriber::init();
  auto listener = TcpListener::bind("127.0.0.1:0");
  std::printf("%u\n", listener.local_addr().port());
  std::fflush(stdout);
  const bool is_http = argc > 1 && std::strcmp(argv[1], "http") == 0;
  ari::Runtime().block_on(run(std::move(listener), is_http ? http : echo));
} catch (const std::exception& error) {
  std::fprintf(stderr, "ari-bench-server: %s\n", error.what());
  return 1;
}
