#include "replay/report/tree_line.h"

#include "replay/report/display_width.h"

namespace ari::replay {

void append_tree_line(const Branch& at, const std::vector<Cell>& pieces, const TextStyle& style,
                      std::string& out) {
  style.paint.append(out, Role::kDim, at.first);
  std::size_t used = display_width(at.first);
  const std::size_t indent = display_width(at.rest) + 2;
  for (const Cell& piece : pieces) {
    if (piece.text.empty()) continue;
    const std::size_t columns = display_width(piece.text);
    if (&piece != pieces.data() && used + 2 + columns > style.width) {
      out += '\n';
      style.paint.append(out, Role::kDim, at.rest);
      used = indent;
      out.append(2, ' ');
    } else if (&piece != pieces.data()) {
      out.append(2, ' ');
      used += 2;
    }
    style.paint.append(out, piece.role, piece.text);
    used += columns;
  }
  out += '\n';
}

}  // namespace ari::replay
