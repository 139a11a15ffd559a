#include "runtime/task/task_local.h"

#include <stdexcept>
#include <utility>

namespace ari::task {

namespace {
// The innermost scope. Read and written in this file only, in functions that never suspend:
// a poll takes the same way out that it came in by.
constinit thread_local LocalScope* t_innermost = nullptr;
}  // namespace

LocalScope::Inside::Inside(LocalScope& scope) noexcept : scope_(scope) {
  scope.outer_ = t_innermost;
  t_innermost = &scope;
}

LocalScope::Inside::~Inside() { t_innermost = scope_.outer_; }

LocalScope::Hidden::Hidden() noexcept : before_(std::exchange(t_innermost, nullptr)) {}

LocalScope::Hidden::~Hidden() { t_innermost = before_; }

void* LocalScope::find(const void* local) noexcept {
  for (LocalScope* scope = t_innermost; scope != nullptr; scope = scope->outer_) {
    if (scope->local_ == local) return scope->value_;
  }
  return nullptr;
}

void* LocalScope::get(const void* local) {
  if (void* value = find(local)) return value;
  throw std::logic_error(
      "ari: a TaskLocal was read outside of its scope (tasks that are spawned inside do not "
      "inherit it: give them a scope of their own)");
}

}  // namespace ari::task
