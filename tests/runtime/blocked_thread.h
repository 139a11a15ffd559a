// until_thread_waits: returns once a thread waits in a blocking_…() function of ari::sync.
//
//   std::thread other([&] { mutex.blocking_lock(); });
//   test::until_thread_waits("Mutex::lock");           // the op that dumps tell
#pragma once

#include <string_view>
#include <thread>

#include "runtime/ari.h"

namespace ari::test {

inline void until_thread_waits(std::string_view op) {
  const auto waits = [op] {
    return sync::outside_of_runtimes().dump().to_string().find(op) != std::string::npos;
  };
  while (!waits()) std::this_thread::yield();
}

}  // namespace ari::test
