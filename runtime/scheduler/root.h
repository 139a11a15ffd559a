// Root: runs the task of a block_on on the thread that called it, and nothing else.
//
// For a runtime whose other tasks run elsewhere: a multi-thread one, or any that is
// reached through a Handle. The task is one of the runtime's: listed there, with its
// timers, and cancelled when it shuts down. Only its turns are taken here, between which
// the thread sleeps.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "runtime/scheduler/engine.h"
#include "runtime/scheduler/parker.h"
#include "runtime/task/waker.h"

namespace ari::scheduler {

class Root final : public Scheduler, public Runner {
 public:
  explicit Root(std::shared_ptr<Engine> runtime) noexcept : runtime_(std::move(runtime)) {}

  std::shared_ptr<Scheduler> scheduler() override { return shared_from_this(); }
  void run_until_complete(task::Header& root) noexcept override;

  bool own(task::Header& task) noexcept override { return runtime_->own(task); }
  void schedule(task::Header& task) noexcept override;
  bool release(task::Header& task) noexcept override;
  void defer(const Waker& waker) noexcept override { deferred_.push_back(waker); }
  Driver& driver() noexcept override { return runtime_->driver(); }

 private:
  // A queue for the one task.
  //
  //             schedule()             run_until_complete()
  //     kEmpty ────────────▶ kRunnable ────────────────────▶ kEmpty
  //        └──────────────────────┴─ root is complete ──▶ kClosed
  enum class Queue : unsigned char { kEmpty, kRunnable, kClosed };

  const std::shared_ptr<Engine> runtime_;
  std::atomic<Queue> queue_{Queue::kEmpty};
  Parker parker_;
  std::vector<Waker> deferred_;
};

}  // namespace ari::scheduler
