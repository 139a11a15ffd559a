// Lines of a tree: what is drawn before them, and how one goes on that is too long.
#pragma once

#include <string>
#include <vector>

#include "replay/report/table.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Where a line stands in the tree: what is drawn before it, and before what is below it.
struct Branch {
  std::string first, rest;

  Branch below(bool is_last) const {
    return {rest + (is_last ? "└─ " : "├─ "), rest + (is_last ? "   " : "│  ")};
  }
};

// The pieces in as many lines as it takes, two blanks between those in one; empty ones are left
// out.
void append_tree_line(const Branch& at, const std::vector<Cell>& pieces, const TextStyle& style,
                      std::string& out);

}  // namespace ari::replay
