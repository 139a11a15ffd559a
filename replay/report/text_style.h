// TextStyle: how a report's text is to look, decided once for all views.
#pragma once

#include <cstddef>

#include "replay/report/paint.h"

namespace ari::replay {

struct TextStyle {
  Paint paint{subscriber::ColourDepth::kNone};
  std::size_t width = 80;  // columns; no line is wider, except for words that cannot be broken
};

}  // namespace ari::replay
