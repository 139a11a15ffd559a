// LastThread: whether the drain's thread is all that is left of the program.
//
// A main() that ends in pthread_exit() lets its threads go on, and the process is to end with the
// last of them. The drain's thread has to see by itself that nobody is left to record.
#pragma once

namespace ari::subscriber {

// True if main()'s thread has ended and no other runs but the caller's. False too where the
// system does not say, for want of a /proc. Opens no descriptor: some programs count on which
// number comes next. A microsecond or two.
bool is_last_thread() noexcept;

}  // namespace ari::subscriber
