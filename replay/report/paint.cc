#include "replay/report/paint.h"

namespace ari::replay {

using subscriber::Hue;
using subscriber::Weight;

// Bold alone: bold white, as in the live stream's dates, cannot be read on a light ground.
Paint::Paint(subscriber::ColourDepth depth)
    : palette_(depth), bold_(depth == subscriber::ColourDepth::kNone ? "" : "\x1b[1m") {}

std::string_view Paint::begin(Role role) const noexcept {
  switch (role) {
    case Role::kPlain:
      return {};
    case Role::kHeading:
    case Role::kFigure:
      return bold_;
    case Role::kDim:
      return palette_.dim();
    case Role::kTask:
      return palette_.begin(Hue::kSpawn, Weight::kBold);
    case Role::kWaker:
      return palette_.begin(Hue::kWaker, Weight::kBold);
    case Role::kPoll:
      return palette_.begin(Hue::kAsyncOpPoll);
    case Role::kResource:
      return palette_.begin(Hue::kAsyncOp);
    case Role::kWarning:
      return palette_.begin(Hue::kPollOp, Weight::kBold);
    case Role::kGood:
      return palette_.begin(Hue::kSpawn);
  }
  return {};
}

void Paint::append(std::string& out, Role role, std::string_view text) const {
  const std::string_view sequence = begin(role);
  out += sequence;
  out += text;
  if (!sequence.empty()) out += palette_.reset();
}

std::string Paint::operator()(Role role, std::string_view text) const {
  std::string out;
  append(out, role, text);
  return out;
}

}  // namespace ari::replay
