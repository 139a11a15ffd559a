// StackProbe: the native stack of another thread, taken while it runs or sleeps.
//
//   watcher                                 the thread
//   state: kIdle → kAsked, signal ────────▶ handler: kAsked → kAnswering
//   waits for at most kPatience             backtrace(), look()
//   kAnswered → kIdle          ◀──────────  kAnswered, sem_post
//
// The signal is a real-time one that the program does not use: the last free one when the
// first probe is taken. It interrupts what the thread sleeps in, as any signal does: calls
// that can be restarted are. The handler allocates nothing and takes no lock: backtrace()
// was called once before, which loads what it needs, and finds frames without a lock
// (_dl_find_object, glibc 2.35 and later). Names are looked up by whoever asked.
#pragma once

#include <pthread.h>

#include <string>
#include <vector>

namespace ari::scheduler {

// The addresses of the calls that `thread` is in, the innermost first, as return addresses
// but for the first. `look(of)` is called on the thread in the signal's handler, for what is
// to be read there: it must be safe in one. False: there is no signal to be had, or the thread
// did not answer within 100 ms (it blocks the signal, or is deep in the kernel); `look` may
// or may not have been called. Requires: the thread does not end meanwhile. One at a time in
// the process; others wait.
[[nodiscard]] bool probe_stack(pthread_t thread, void (*look)(void* of) noexcept, void* of,
                               std::vector<void*>& calls);

// The same as text, a line for each call: NAME+0x1f, or MODULE+0x1234 where the dynamic
// linker knows no name (link the program with -rdynamic, or ask addr2line). At most as many
// as fit into what a log keeps of a text.
std::string stack_text(const std::vector<void*>& calls);

}  // namespace ari::scheduler
