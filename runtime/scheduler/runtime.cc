#include "runtime/scheduler/runtime.h"

namespace ari {

Runtime::Runtime() : scheduler_(std::make_shared<scheduler::CurrentThread>()) {}

Runtime::~Runtime() {
  const scheduler::Scheduler::Running running(scheduler_, /*may_nest=*/true);
  scheduler_->shut_down();
}

}  // namespace ari
