// LogInput: one input, open, its format recognised by its first lines.
//
// Cuts the input into lines, feeds them to a Reader and accounts for every byte.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "replay/input/coverage.h"
#include "replay/input/lines.h"
#include "replay/input/reader.h"
#include "replay/input/recognise.h"
#include "replay/input/source.h"
#include "replay/result.h"

namespace ari::replay {

// What an input is called in a message: its path, safe or not, or "standard input".
std::string name_of_input(const std::string& path);

class LogInput {
 public:
  // Requires: `source` outlives the input. `path` is only what it is called.
  LogInput(Source& source, std::string path)
      : source_(source), path_(std::move(path)), lines_(source) {}

  // Looks at the beginning. Call first; fails if the input is empty, cannot be read or is in
  // no known format. Of what may grow there may be too little yet to tell: then call it again
  // once there may be more.
  [[nodiscard]] std::optional<Error> recognise();
  bool is_recognised() const noexcept { return is_recognised_; }

  const std::string& path() const noexcept { return path_; }
  Recognised& format() noexcept { return format_; }
  // As much of the beginning as it took. Valid until a line is read.
  std::string_view beginning() const noexcept { return beginning_; }

  // Lines are those of file number `file` (line_number.h). Requires: none was read yet.
  void set_file(std::size_t file);

  // Reads all lines that are left.
  void read_all(Reader& reader, RecordSink& sink, Coverage& coverage);
  // Goes to the next line; false if there is none, or none yet.
  bool next_line() { return lines_.next(cut_); }
  bool line_has_ended() const noexcept { return cut_.line.ended; }
  // Reads that line; or leaves it out, which is counted but is no problem.
  void read_line(Reader& reader, RecordSink& sink, Coverage& coverage);
  void leave_line(Coverage& coverage) const;
  // Notes it if the input ended before its time.
  void note_fault(Coverage& coverage) const;

 private:
  // Counts that line, which is no part of the log.
  void pass_other(Coverage& coverage) const;
  // Whether the format is clear, or as clear as it will ever be.
  bool look_at_beginning();

  Source& source_;
  std::string path_;
  LineCutter lines_;
  Recogniser recogniser_;
  Recognised format_;
  bool is_recognised_ = false;
  std::size_t looked_at_ = 0;  // how many bytes were not enough
  std::string_view beginning_;
  LineCutter::Cut cut_;
  std::size_t file_ = 0;
};

}  // namespace ari::replay
