// An echo server: gives back what it gets until Ctrl-C, then waits for its clients to end;
// a second Ctrl-C does not wait for them.
//
//   ARI=jsonl:echo.jsonl build/release/bin/ari-example-echo 127.0.0.1:7000
#include <cstdio>
#include <exception>
#include <memory>
#include <system_error>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using ari::Task;
using ari::net::TcpListener;
using ari::net::TcpStream;

struct Clients {
  int count = 0;
  ari::sync::Notify gone;  // one of them
};

Task<void> serve(TcpStream stream, std::shared_ptr<Clients> clients) {
  ++clients->count;
  try {
    const std::uint64_t bytes = co_await ari::io::copy(stream, stream);
    ARI_INFO("client has gone", ("bytes", bytes));
  } catch (const std::system_error& error) {
    ARI_WARN("client was lost", ("why", error.what()));
  }
  --clients->count;
  clients->gone.notify_one();
}

Task<void> accept_all(TcpListener listener, std::shared_ptr<Clients> clients) {
  while (true) {
    auto stream = co_await listener.accept();
    ari::task::Builder().name("client").spawn(serve(std::move(stream), clients));
  }
}

Task<void> server(TcpListener listener) {
  auto clients = std::make_shared<Clients>();
  auto accepting =
      ari::task::Builder().name("accept").spawn(accept_all(std::move(listener), clients));
  co_await ari::signal::ctrl_c();
  accepting.abort();
  while (clients->count > 0) {
    ARI_INFO("waiting for clients", ("count", clients->count));
    auto first = co_await ari::select(clients->gone.notified(), ari::signal::ctrl_c());
    if (first.index() == 1) co_return;
  }
}

}  // namespace

int main(int argc, char** argv) try {
  ari::subscriber::init();
  auto listener = TcpListener::bind(argc > 1 ? argv[1] : "127.0.0.1:7000");
  std::fprintf(stderr, "echo: listening on %s\n", listener.local_addr().to_string().c_str());
  ari::Runtime().block_on(server(std::move(listener)));
} catch (const std::exception& error) {
  std::fprintf(stderr, "echo: %s\n", error.what());
  return 1;
}
