// Console: the streams that a command writes to, and what is known of them.
//
// The only place where ari-replay prints. Standard output carries what was asked for and
// nothing else; remarks go to standard error, each after the program's name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "subscriber/colour.h"

namespace ari::replay {

// What a command ends with.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitUsage = 2;  // or unreadable input

class Console {
 public:
  // Writes all of it to standard output. If its reader has gone, the program ends here
  // without a word, as if it had printed all; on any other failure with a message.
  void write(std::string_view text);

  // Prints "ari-replay: MESSAGE" to standard error. Its lines are escaped: what it names, such as a
  // file, may be anybody's.
  void remark(std::string_view message);
  // The same of how a command was used, with a hint at its help. Returns kExitUsage.
  int misused(std::string_view command, std::string_view message);
  // Prints text to standard error as it is.
  void write_error(std::string_view text);

  bool is_terminal() const noexcept;
  // Columns of standard output: COLUMNS, else the terminal's, else 80. At least 40.
  std::size_t width() const;
  // Rows of the terminal; 24 if it does not say.
  std::size_t height() const;
  subscriber::ColourDepth colour_depth(subscriber::ColourChoice choice) const;
};

}  // namespace ari::replay
