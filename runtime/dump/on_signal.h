// dump_on_signal: shows what every task is doing when somebody sends the process a signal.
//
//   ari::dump_on_signal(SIGUSR1);              // then, from a shell: kill -USR1 PID
//
// or without a change to the program, ARI_DUMP_SIGNAL=USR1 in its environment, which is
// looked at when its first runtime is made; ARI_DUMP_SIGNAL=USR1:stderr writes to stderr
// also where there is a log.
//
// The signal's handler only rings a bell. A thread that the first call starts, and that
// belongs to no runtime, takes the dumps: so they come also while every worker is stuck.
// Signals that come faster than dumps are taken share one. The handler stays for the life
// of the process and replaces what the program had installed for that signal; a child made
// by fork() has no such thread, and is not dumped.
#pragma once

#include <string_view>

namespace ari {

// From now on each signal of this number makes a dump of each runtime in the process, or of those
// that have tasks if any has: into the log if there is one, else as text to stderr. Throws
// std::system_error if the number is no signal's or that of a fault (SIGSEGV, SIGBUS, SIGFPE,
// SIGILL, SIGABRT, SIGTRAP, SIGSYS), or the system gives no thread or descriptor. Any thread.
void dump_on_signal(int signal);

// The same, as text to this descriptor in any case. It is not owned, and one for all
// signals, the last one given.
void dump_on_signal(int signal, int text_fd);

namespace scheduler {

// Does what ARI_DUMP_SIGNAL asks for, the first time that it is called. What it does not
// understand it says on stderr, and goes on.
void obey_dump_signal_variable() noexcept;

// The number of "USR1", "SIGUSR1" or "10"; 0 for what is none.
int signal_number(std::string_view name) noexcept;

}  // namespace scheduler
}  // namespace ari
