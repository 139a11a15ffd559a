#include "runtime/scheduler/worker_parker.h"

namespace ari::scheduler {

bool WorkerParker::park(SharedDriver& shared) noexcept {
  const std::unique_lock turn(shared.turn, std::try_to_lock);
  const bool in_driver = turn.owns_lock();
  Token token = Token::kNone;
  // acquire, here and below: pairs with the release in unpark(), so that what was done
  // before it is seen.
  if (token_.compare_exchange_strong(token, in_driver ? Token::kInDriver : Token::kAlone,
                                     std::memory_order_acquire)) {
    if (in_driver) {
      shared.driver.park();
    } else {
      alone_.park(std::nullopt);
    }
  }
  token_.exchange(Token::kNone, std::memory_order_acquire);
  return in_driver;
}

void WorkerParker::unpark(SharedDriver& shared) noexcept {
  // release: pairs with the acquire in park().
  switch (token_.exchange(Token::kCalled, std::memory_order_release)) {
    case Token::kInDriver:
      shared.driver.unpark();  // or, if it has just left, whoever sleeps there next: once more
      break;
    case Token::kAlone:
      alone_.unpark();
      break;
    case Token::kNone:
    case Token::kCalled:
      break;
  }
}

}  // namespace ari::scheduler
