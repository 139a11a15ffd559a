#include "runtime/scheduler/builder.h"

#include "runtime/scheduler/current_thread.h"

namespace ari {

Runtime Runtime::Builder::build() const {
  return Runtime(std::make_shared<scheduler::CurrentThread>(config_));
}

}  // namespace ari
