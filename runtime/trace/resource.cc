#include "runtime/trace/resource.h"

namespace ari::trace {

namespace {
constexpr std::string_view kOuterOpTarget = "ari::util::trace";
constexpr std::string_view kOuterOpFields[] = {"source", "inherits_child_attrs"};
}  // namespace

constexpr Metadata kOuterOp{kAsyncOpName, kOuterOpTarget, Level::kTrace, kOuterOpFields};
constexpr Metadata kOuterOpPoll{kAsyncOpPollName, kOuterOpTarget, Level::kTrace, {}};

void poll_op(std::string_view op_name, bool is_ready) noexcept {
  static constexpr std::string_view kFields[] = {"op_name", "is_ready"};
  static constexpr Metadata kPollOp{"", "runtime::resource::poll_op", Level::kTrace, kFields};
  event(kPollOp, {op_name, is_ready});
}

}  // namespace ari::trace
