#include "runtime/dump/stack_trace.h"

#include "runtime/task/frame.h"
#include "runtime/trace/function_name.h"

namespace ari {

std::string_view StackTrace::Frame::function() const noexcept {
  return waits_in.line() == 0 ? std::string_view() : trace::function_name(waits_in.function_name());
}

StackTrace::StackTrace(const task::FrameStack& stack) {
  for (const task::Frame* frame = stack.top(); frame != nullptr; frame = frame->below) {
    frames_.push_back({frame->waits_in});
  }
  struct Visitor final : task::BranchVisitor {
    explicit Visitor(std::vector<StackTrace>& all) : BranchVisitor(Leaves::kAll), parts(all) {}
    void visit(const task::FrameStack& branch) override { parts.emplace_back(branch); }
    void visit_leaf(const task::Wait& wait) override { parts.emplace_back(wait); }
    std::vector<StackTrace>& parts;
  };
  Visitor visitor(branches_);
  stack.visit_awaited(visitor);
  if (branches_.size() == 1 && branches_.front().frames_.empty()) {
    wait_ = branches_.front().wait_;
    branches_.clear();
  }
}

}  // namespace ari
