// WriteSignalsHeld: for files that are written on the program's own threads.
#pragma once

#include <signal.h>

namespace ari::subscriber {

// While alive, a write of the calling thread that fails is an error and no signal: neither a closed
// pipe's SIGPIPE nor the SIGXFSZ of a file that may not grow (`ulimit -f`), both of which kill a
// program that does not expect them. Those that were raised meanwhile are taken back.
class WriteSignalsHeld {
 public:
  WriteSignalsHeld() noexcept;
  // Keeps errno.
  ~WriteSignalsHeld();
  WriteSignalsHeld(const WriteSignalsHeld&) = delete;
  WriteSignalsHeld& operator=(const WriteSignalsHeld&) = delete;

 private:
  sigset_t ours_;  // that were not pending before
  sigset_t before_;
};

// SIGPIPE and SIGXFSZ.
sigset_t write_signals() noexcept;

}  // namespace ari::subscriber
