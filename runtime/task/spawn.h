// spawn: lets a task run beside the one that calls.
//
//   auto handle = ari::spawn(work());
//   auto named = ari::task::Builder().name("worker").spawn(work());
//
// The task belongs to the runtime that polls the caller, runs from its next turn on, and
// whoever wants its result keeps the JoinHandle. Called where no runtime is running,
// spawn throws std::logic_error; Runtime::spawn works from outside.
#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <string_view>

#include "runtime/scheduler/scheduler.h"
#include "runtime/task/join_handle.h"

namespace ari {

namespace task {

// Says what a task is called before it is spawned.
class Builder {
 public:
  // What logs show as task.name.
  Builder name(std::string_view name) && {
    name_ = name;
    return std::move(*this);
  }
  std::string_view name() const noexcept { return name_; }

  template <class T>
  JoinHandle<T> spawn(Task<T> task,
                      std::source_location at = std::source_location::current()) const {
    return spawn_on(scheduler::Scheduler::current(), std::move(task), at);
  }

  // On this scheduler, whoever calls.
  template <class T>
  JoinHandle<T> spawn_on(std::shared_ptr<scheduler::Scheduler> scheduler, Task<T> task,
                         std::source_location at, std::string_view kind = "task") const {
    auto* cell = new Cell<T>(std::move(task), scheduler, kind, name_, at);
    JoinHandle<T> handle(*cell);
    scheduler->start(*cell);
    return handle;
  }

 private:
  std::string name_;
};

}  // namespace task

template <class T>
JoinHandle<T> spawn(Task<T> task, std::source_location at = std::source_location::current()) {
  return task::Builder().spawn(std::move(task), at);
}

}  // namespace ari
