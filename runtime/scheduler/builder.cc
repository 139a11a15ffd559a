#include "runtime/scheduler/builder.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "runtime/dump/on_signal.h"
#include "runtime/dump/runtimes.h"
#include "runtime/scheduler/current_thread.h"
#include "runtime/scheduler/multi_thread.h"

namespace ari {

namespace {

std::size_t at_least_one(const char* what, std::size_t count) {
  if (count == 0) throw std::invalid_argument(std::string("ari: ") + what + " must be at least 1");
  return count;
}

}  // namespace

Runtime::Builder Runtime::Builder::multi_thread() {
  Builder builder;
  // 0 where the system does not tell.
  builder.config_.worker_threads = std::max(1u, std::thread::hardware_concurrency());
  return builder;
}

Runtime::Builder& Runtime::Builder::worker_threads(std::size_t count) {
  at_least_one("worker_threads", count);
  if (config_.worker_threads > 0) config_.worker_threads = count;
  return *this;
}

Runtime::Builder& Runtime::Builder::max_blocking_threads(std::size_t count) {
  config_.max_blocking_threads = at_least_one("max_blocking_threads", count);
  return *this;
}

Runtime Runtime::Builder::build() const {
  scheduler::obey_dump_signal_variable();
  if (config_.worker_threads == 0) {
    auto scheduler = std::make_shared<scheduler::CurrentThread>(config_);
    scheduler::Runtimes::add(scheduler);
    scheduler->launch();
    return Runtime(std::move(scheduler));
  }
  if (config_.start_paused) {
    throw std::invalid_argument("ari: only the clock of a current-thread runtime can be paused");
  }
  auto scheduler = std::make_shared<scheduler::MultiThread>(config_);
  Runtime runtime(scheduler);  // whose end is that of the threads, if there are too few
  scheduler->launch();
  scheduler::Runtimes::add(scheduler);
  return runtime;
}

}  // namespace ari
