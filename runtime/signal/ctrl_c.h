// ctrl_c: waits until somebody presses Ctrl-C (SIGINT), which then no longer ends the
// program.
//
//   co_await ari::signal::ctrl_c();
//   // … stop accepting, let requests end …
//
// The first call takes over SIGINT for the life of the process; a handler that the program
// had installed before is called as well, one that is installed later replaces ours. Each
// wait counts from the call of ctrl_c() and is ended by the next signal, whichever thread
// or runtime it is in, all those that wait at once. A signal that nobody waits for is lost:
// to be able to press Ctrl-C twice, wait twice. A child made by fork() has its own count;
// exec() gives SIGINT its default back. Other signals: unix.h. In logs it is a resource "Signal"
// with one async op "signal::ctrl_c".
#pragma once

#include <source_location>

#include "runtime/net/operation.h"
#include "runtime/net/own_socket.h"

namespace ari::signal {

// A Future. Its co_await throws std::system_error if the process has no descriptor left.
class [[nodiscard("does nothing until it is co_awaited")]] CtrlC final : private net::OwnSocket,
                                                                         public net::Operation {
 public:
  explicit CtrlC(std::source_location at) noexcept;
  void result() const { throw_if_failed(); }

 private:
  CtrlC(std::source_location at, std::error_code error) noexcept;
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;

  const std::error_code error_;
  const std::uint64_t before_;  // how many signals there had been
};

inline CtrlC ctrl_c(std::source_location at = std::source_location::current()) noexcept {
  return CtrlC(at);
}

}  // namespace ari::signal
