#include "runtime/scheduler/runtime.h"

#include "runtime/scheduler/builder.h"

namespace ari {

Runtime::Runtime() : Runtime(Builder::current_thread().build()) {}

Runtime::~Runtime() {
  if (scheduler_ != nullptr) scheduler_->shut_down();
}

}  // namespace ari
