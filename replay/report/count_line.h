// The line of counts that a table begins with, which is also the key to its signs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replay/model/task.h"
#include "replay/report/text_style.h"

namespace ari::replay {

struct SignCount {
  std::string_view sign, word;
  std::uint64_t count = 0;
};

// "5 tasks  ▶ 0 running  ▷ 0 scheduled  ‖ 1 idle  ■ 4 completed  corrected times", in as
// many lines as it takes.
void append_count_line(std::string_view total, const std::vector<SignCount>& counts,
                       Semantics semantics, const TextStyle& style, std::string& out);

// "! 2 tasks with findings: …", or what else there is to say below a table.
void append_note(std::string_view note, const TextStyle& style, std::string& out,
                 Role role = Role::kDim);

// That columns with these titles were left out; nothing if none were.
void append_left_out(const std::vector<std::string_view>& titles, const TextStyle& style,
                     std::string& out);

}  // namespace ari::replay
