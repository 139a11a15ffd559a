// ServiceThread: a thread of ari's own, such as the one that writes the log, which is no part of
// the program and does not keep it alive.
//
//   void run() {
//     const trace::ServiceThread service;
//     while (…) {
//       …
//       if (trace::ServiceThread::are_all_that_is_left()) …    // nobody is left to be served
//     }
//   }
//
// A main() that ends in pthread_exit() lets its threads go on, and the process is to end with the
// last of them. Ours have to see by themselves that it has come to that.
#pragma once

namespace ari::trace {

class ServiceThread {
 public:
  // While one lives, the calling thread counts as one.
  ServiceThread() noexcept;
  ~ServiceThread();
  ServiceThread(const ServiceThread&) = delete;
  ServiceThread& operator=(const ServiceThread&) = delete;

  // True if main()'s thread has ended and only such threads run. False too where the system does
  // not say, for want of a /proc. Opens no descriptor: some programs count on which number comes
  // next. A microsecond or two. Any thread.
  static bool are_all_that_is_left() noexcept;
};

}  // namespace ari::trace
