// LogInput: one input, open, its format recognised by its first lines.
//
// Cuts the input into lines, feeds them to a Reader and accounts for every byte.
#pragma once

#include <functional>
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
  // no known format.
  [[nodiscard]] std::optional<Error> recognise();

  const std::string& path() const noexcept { return path_; }
  Recognised& format() noexcept { return format_; }
  // As much of the beginning as it took. Valid until a line is read.
  std::string_view beginning() const noexcept { return beginning_; }

  // Lines are those of file number `file` (line_number.h). Requires: none was read yet.
  void set_file(std::size_t file);

  // Reads all lines that are left.
  void read_all(Reader& reader, RecordSink& sink, Coverage& coverage);
  // Reads one line; false if there is none left.
  bool read_one(Reader& reader, RecordSink& sink, Coverage& coverage);
  // As read_all(), of a log that is still being written: half a line at the end is counted but
  // is no problem. `before_line` is called when a line has been cut, before it is read.
  void read_followed(Reader& reader, RecordSink& sink, Coverage& coverage,
                     const std::function<void()>& before_line);
  // Notes it if the input ended before its time.
  void note_fault(Coverage& coverage) const;

 private:
  Source& source_;
  std::string path_;
  LineCutter lines_;
  Recognised format_;
  std::string_view beginning_;
  std::size_t file_ = 0;
};

}  // namespace ari::replay
