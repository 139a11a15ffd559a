// JoinedFields: how an event tells of tasks that are joined: runtime::join and runtime::dump.
//
//   task=7 tasks=3 others="8 9" all=true aborted=true        those that say nothing are left out
#pragma once

#include <array>

#include "runtime/task/joined.h"
#include "runtime/trace/value.h"

namespace ari::task {

class JoinedFields {
 public:
  static constexpr std::size_t kCount = 5;

  explicit JoinedFields(const Joined& tasks) noexcept;
  JoinedFields(const JoinedFields&) = delete;
  JoinedFields& operator=(const JoinedFields&) = delete;

  // task, tasks, others, all, aborted. They refer to this object.
  const std::array<trace::Value, kCount>& values() const noexcept { return values_; }

 private:
  char others_[Joined::kMost * 21];  // a number has 20 digits at most, and a blank follows
  std::array<trace::Value, kCount> values_;
};

}  // namespace ari::task
