// RunReading: the files of one run, read as if they were one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/input/log_beginning.h"
#include "replay/input/log_input.h"
#include "replay/input/part_gap.h"
#include "replay/input/source.h"

namespace ari::replay {

// A file that was opened and looked at.
struct OpenLog {
  std::unique_ptr<Source> source;
  std::unique_ptr<LogInput> input;
  LogBeginning beginning;
};

class RunReading {
 public:
  // `files` in order; the first has number `first_file` of all, the run has number `run`.
  RunReading(std::vector<OpenLog> files, std::size_t first_file, std::size_t run);

  // The first file's.
  const LogBeginning& beginning() const noexcept { return files_.front().beginning; }

  // Reads all that is left into `sink`; or some of it, false if nothing was left.
  void read_all(RecordSink& sink);
  bool read_some(RecordSink& sink);

  // Complete once all is read.
  const Coverage& coverage() const noexcept { return coverage_; }

 private:
  RecordSink& behind_gap(RecordSink& sink);
  bool is_over() const noexcept { return file_ == files_.size(); }
  void begin_file();
  void end_file(RecordSink& sink);

  std::vector<OpenLog> files_;
  std::size_t file_ = 0;  // that is being read
  bool begun_ = false;
  std::unique_ptr<Reader> reader_;
  std::optional<PartGap> gap_;  // if there are parts, between which something may be missing
  Coverage coverage_;
  Coverage before_;  // as it was when the file began
};

}  // namespace ari::replay
