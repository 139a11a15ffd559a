#include "runtime/dump/stack_trace.h"

#include <algorithm>
#include <cstdint>

#include "runtime/task/frame.h"
#include "runtime/trace/function_name.h"

namespace ari {

std::string_view StackTrace::Frame::function() const noexcept {
  return waits_in.line() == 0 ? std::string_view() : trace::function_name(waits_in.function_name());
}

StackTrace::StackTrace(const task::FrameStack& stack) {
  for (const task::Frame* frame = stack.top(); frame != nullptr; frame = frame->below) {
    frames_.push_back({frame->waits_in, frame->handle.address(), frame->size_bytes()});
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

bool StackTrace::holds(const void* object) const noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(object);
  return std::any_of(frames_.begin(), frames_.end(),
                     [&](const Frame& frame) {
                       const auto begin = reinterpret_cast<std::uintptr_t>(frame.begin);
                       return at >= begin && at - begin < frame.size_bytes;
                     }) ||
         std::any_of(branches_.begin(), branches_.end(),
                     [&](const StackTrace& branch) { return branch.holds(object); });
}

}  // namespace ari
