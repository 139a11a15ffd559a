#include "tests/runtime/stress/dice.h"

#include <chrono>
#include <thread>

namespace ari::stress {

Task<void> gives_way(Dice& dice) {
  unsigned turns = 0;
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
      turns = 1;
      break;
    case 3:
      turns = 1 + dice.below(4);
      break;
    case 4:
      std::this_thread::yield();
      break;
    case 5:
      if (dice.one_in(16)) co_await time::sleep(std::chrono::milliseconds(1));
      break;
    default:
      break;
  }
  for (; turns > 0; --turns) co_await task::yield_now();
}

}  // namespace ari::stress
