// Signals of Unix other than Ctrl-C: SIGTERM to end, SIGHUP to read the configuration again.
//
//   auto hangup = ari::signal::Signal(ari::signal::SignalKind::hangup());
//   while (true) {
//     co_await hangup.recv();
//     reload();
//   }
//
// The first Signal of a kind takes that signal over for the life of the process: it no longer
// ends the program, as most do by default. A handler that the program had installed before is
// called as well, one that is installed later replaces ours. Each Signal counts from its making,
// and no signal is missed between two recv(); but several that come before one of them are one,
// as the system counts them too. Every Signal of the kind is told, whichever thread or runtime it
// is in. A child made by fork() has its own count. In logs it is a resource "Signal" with an async
// op "Signal::recv" for each recv() that waits.
#pragma once

#include <csignal>
#include <cstdint>
#include <source_location>

#include "runtime/net/operation.h"

namespace ari::signal {

class SignalKind {
 public:
  static constexpr SignalKind alarm() noexcept { return SignalKind(SIGALRM); }
  static constexpr SignalKind child() noexcept { return SignalKind(SIGCHLD); }
  static constexpr SignalKind hangup() noexcept { return SignalKind(SIGHUP); }
  static constexpr SignalKind interrupt() noexcept { return SignalKind(SIGINT); }
  static constexpr SignalKind pipe() noexcept { return SignalKind(SIGPIPE); }
  static constexpr SignalKind quit() noexcept { return SignalKind(SIGQUIT); }
  static constexpr SignalKind terminate() noexcept { return SignalKind(SIGTERM); }
  static constexpr SignalKind user_defined1() noexcept { return SignalKind(SIGUSR1); }
  static constexpr SignalKind user_defined2() noexcept { return SignalKind(SIGUSR2); }
  static constexpr SignalKind window_change() noexcept { return SignalKind(SIGWINCH); }

  // Any signal that can be caught.
  static constexpr SignalKind from_raw(int number) noexcept { return SignalKind(number); }
  constexpr int raw() const noexcept { return number_; }

  friend constexpr bool operator==(SignalKind, SignalKind) noexcept = default;

 private:
  explicit constexpr SignalKind(int number) noexcept : number_(number) {}

  int number_;
};

class SignalRecv;

class Signal {
 public:
  // Throws std::system_error if the signal cannot be caught, as SIGKILL, if catching it would
  // leave a fault unanswered, as SIGSEGV, or if the process has no descriptor left.
  explicit Signal(SignalKind kind, std::source_location at = std::source_location::current());

  // A Future that is ready once the signal came since the last one was. Cancel safe. One at a
  // time; the Signal stays where it is meanwhile.
  SignalRecv recv() noexcept;

 private:
  friend class SignalRecv;
  Signal(SignalKind kind, std::source_location at, std::error_code error);

  net::Socket socket_;
  const int number_;
  std::uint64_t seen_;  // of those that came
};

class [[nodiscard("does nothing until it is co_awaited")]] SignalRecv final
    : public net::Operation {
 public:
  explicit SignalRecv(Signal& signal) noexcept;
  void result() const { throw_if_failed(); }

 private:
  Attempt attempt(int fd, std::uint64_t& progress) noexcept override;

  Signal& signal_;
};

inline SignalRecv Signal::recv() noexcept { return SignalRecv(*this); }

}  // namespace ari::signal
