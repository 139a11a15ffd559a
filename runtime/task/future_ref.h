// FutureRef: a future whatever its type, as the stack of frames that waits for it sees it.
//
// Two pointers: the future, and a table of what can be asked of its type. Beside polling
// that is one question: what is it made of? A select, say, runs coroutines beside one
// another inside of one task, each on a stack of its own (branch.h); whoever shows where a
// task waits goes from a stack, through the future it waits for, into the stacks of the
// branches. A future that has branches, or is made of futures that may, says so by a
// function
//
//   void visit_branches(BranchVisitor& visitor) const;   // visit_branches_of() each part
//
// and one that is not, what it waits for (wait.h).
#pragma once

#include "runtime/task/future.h"
#include "runtime/task/wait.h"

namespace ari::task {

class FrameStack;

class BranchVisitor {
 public:
  // Called for each branch that has not ended. The stack is not running.
  virtual void visit(const FrameStack& branch) = 0;

  // Called for those parts that are no coroutines and have no parts, ready or not, that it asks
  // for: to find out what they wait for takes some of them a while.
  virtual void visit_leaf(const Wait&) {}

  enum class Leaves : unsigned char { kNone, kJoins, kAll };
  bool wants(bool is_join) const noexcept {
    return leaves_ == Leaves::kAll || (is_join && leaves_ == Leaves::kJoins);
  }

 protected:
  explicit BranchVisitor(Leaves leaves = Leaves::kNone) noexcept : leaves_(leaves) {}
  ~BranchVisitor() = default;

 private:
  const Leaves leaves_;
};

// Shows the visitor the branches of this future, or the future itself if it can have none.
template <class F>
void visit_branches_of(const F& future, BranchVisitor& visitor) {
  if constexpr (requires { future.visit_branches(visitor); }) {
    future.visit_branches(visitor);
  } else {
    if (visitor.wants(kIsJoin<F>)) visitor.visit_leaf(wait_of(future));
  }
}

class FutureRef {
 public:
  FutureRef() noexcept = default;
  template <Future F>
  explicit FutureRef(F& future) noexcept : future_(&future), type_(&kTypeOf<F>) {}

  // False for one that refers to nothing. The others require true.
  explicit operator bool() const noexcept { return future_ != nullptr; }

  Poll poll(Context& cx) noexcept { return type_->poll(future_, cx); }
  void visit_branches(BranchVisitor& visitor) const { type_->visit_branches(future_, visitor); }

 private:
  struct Type {
    Poll (*poll)(void* future, Context& cx) noexcept;
    void (*visit_branches)(const void* future, BranchVisitor& visitor);
  };
  template <class F>
  static constexpr Type kTypeOf = {
      [](void* future, Context& cx) noexcept { return static_cast<F*>(future)->poll(cx); },
      [](const void* future, BranchVisitor& visitor) {
        visit_branches_of(*static_cast<const F*>(future), visitor);
      }};

  void* future_ = nullptr;
  const Type* type_ = nullptr;
};

}  // namespace ari::task
