// A slow and obvious reader of ari JSONL lines, to hold the fast one against.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ari::test {

// Built on simdjson's DOM, with no code in common with replay/input.
class SlowJsonl {
 public:
  // The record of the line as show() (reading.h) shows it; empty for a line that has no
  // record, "error" for one that is not of the format.
  std::string read(std::string_view line);

 private:
  std::map<std::uint64_t, std::string> locations_;
};

}  // namespace ari::test
