// WorkerParker: where one worker of several sleeps.
//
// The workers share one Driver, in which one at a time can sleep: the first to come does,
// and takes care of timers for all; the others sleep on their own. Either way unpark()
// finds the sleeper, and one that comes before the sleep is not lost. Each worker has one
// of these; it parks, any thread unparks.
#pragma once

#include <atomic>
#include <mutex>

#include "runtime/scheduler/driver.h"
#include "runtime/scheduler/parker.h"

namespace ari::scheduler {

// A Driver and whose turn it is in it.
struct SharedDriver {
  Driver driver;
  std::mutex turn;
};

class WorkerParker {
 public:
  // Sleeps until unpark(), or in the driver until that has something to do. May return
  // early. True: it was in the driver.
  bool park(SharedDriver& shared) noexcept;

  void unpark(SharedDriver& shared) noexcept;

 private:
  enum class Token : unsigned char {
    kNone,      // nobody sleeps, nobody called
    kInDriver,  // the worker sleeps there or is about to
    kAlone,     // it sleeps on its own or is about to
    kCalled,    // unpark() was called and park() has not answered
  };
  std::atomic<Token> token_{Token::kNone};
  Parker alone_;
};

}  // namespace ari::scheduler
