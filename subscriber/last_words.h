// Last words: a signal that kills the program lets the log be completed first.
//
// Of SIGTERM, SIGINT, SIGHUP and SIGQUIT where nobody had a handler and nobody ignored them,
// and of crashes (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, which std::terminate raises) also
// where somebody had: their handler runs afterwards, as if nothing had been in between. Else
// the program dies of the signal, as its parent then sees. SIGKILL and _exit() cannot be helped; a
// ring file can (environment.h).
#pragma once

namespace ari::subscriber {

// Has `flush` called on the thread that gets such a signal. It must be async-signal-safe.
// To be called once. Handlers that the program sets later take the place of ours. One that
// calls ours as the handler before goes on afterwards, unless the signal is a crash; one that
// puts ours back and raises the signal again dies of it, with last words.
void call_before_death(void (*flush)());

}  // namespace ari::subscriber
