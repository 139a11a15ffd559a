// What the compiler says of a program that drops what it must not. Not built: clang checks that it
// warns in these lines and in no other (CMakeLists.txt).
#include "runtime/ari.h"

namespace {

using namespace ari::sync;

ari::Task<void> drops_results(mpsc::Sender<int> tx, watch::Receiver<int> rx,
                              ari::net::TcpStream s) {
  co_await tx.send(1);              // expected-warning {{it may tell of a failure}}
  co_await tx.reserve();            // expected-warning {{it may tell of a failure}}
  co_await tx.reserve_many(2);      // expected-warning {{it may tell of a failure}}
  co_await rx.changed();            // expected-warning {{it may tell of a failure}}
  co_await s.write("part of it");   // expected-warning {{it may tell of a failure}}
  co_await tx.send_timeout(1, {});  // expected-warning {{it may tell of a failure}}
  auto send = tx.send(1);
  co_await send;  // expected-warning {{it may tell of a failure}}

  static_cast<void>(co_await tx.send(1));  // says that it is meant
  const auto back = co_await tx.send(1);
  static_cast<void>(back);
  co_await s.write_all("all of it");  // throws
}

void drops_values(const mpsc::Sender<int>& tx, const mpsc::UnboundedSender<int>& unbounded,
                  const watch::Sender<int>& config, oneshot::Sender<int> answer) {
  tx.try_send(1);       // expected-warning {{the value, if it was not sent}}
  tx.blocking_send(1);  // expected-warning {{the value, if it was not sent}}
  unbounded.send(1);    // expected-warning {{the value, if it was not sent}}
  config.send(1);       // expected-warning {{the value, if it was not sent}}
  answer.send(1);       // expected-warning {{the value, if it was not sent}}
}

ari::Task<void> awaits_nothing(mpsc::Sender<int> tx, mpsc::Receiver<int> rx, Notify& news) {
  tx.send(1);                                 // expected-warning {{until it is co_awaited}}
  rx.recv();                                  // expected-warning {{until it is co_awaited}}
  news.notified();                            // expected-warning {{until it is co_awaited}}
  ari::time::sleep(std::chrono::seconds(1));  // expected-warning {{until it is co_awaited}}
  ari::task::yield_now();                     // expected-warning {{until it is co_awaited}}
  ari::net::TcpStream::connect("[::1]:1");    // expected-warning {{until it is co_awaited}}
  co_return;
}

}  // namespace
