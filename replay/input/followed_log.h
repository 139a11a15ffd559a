// FollowedLog: one log that is still being written, read as far as it goes.
//
// Its lines are numbered through, also where it goes on in another file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/input/follow_source.h"
#include "replay/input/log_input.h"
#include "replay/input/part_gap.h"
#include "replay/input/peeked_source.h"
#include "replay/input/reader.h"
#include "replay/result.h"

namespace ari::replay {

class FollowedLog {
 public:
  // The files of one run, in order. Lines are those of file number `file` (line_number.h).
  // `follow` outlives this.
  FollowedLog(std::vector<std::string> paths, std::size_t file, Follow& follow);

  const std::string& path() const noexcept { return path_; }
  FollowSource& source() noexcept { return *file_; }

  // Finds out what it is; false: that cannot be told yet, or there is an error().
  bool recognise();
  bool is_recognised() const noexcept {
    return !is_anothers_ && input_ != nullptr && input_->is_recognised();
  }
  // From now on its file is read as part of another log. Requires: no line of it was read.
  void leave_to_another();
  // Reads a line into the sink; false if there is none now. Requires: it is recognised.
  bool read_line(RecordSink& sink);
  // Nobody waits for more: reads what is left, and counts half a line at the end as such.
  void finish(RecordSink& sink);

  // Why nothing of it can be read, if that has come out.
  const std::optional<Error>& error() const noexcept { return error_; }
  bool may_grow() const { return !error_ && file_->may_grow(); }
  bool has_header() const noexcept { return has_header_; }
  // So many names are left out between those of its files (skipped_names.h).
  void note_skipped(std::uint64_t names) noexcept { coverage_.names_skipped = names; }
  // Which part of a run its header says that it is; 0: it does not.
  std::uint64_t part() const noexcept { return identity_.part; }

  // Up to the last line that was read.
  const Coverage& coverage() const noexcept { return coverage_; }
  FileCoverage file_coverage() const;

 private:
  void begin_another_log(RecordSink& sink);
  RecordSink& behind_gap(RecordSink& sink);
  void read_line_as_part(RecordSink& sink);

  std::string path_;
  std::size_t number_;
  FollowSource* file_;                  // the one that is read in the end
  std::unique_ptr<PeekedSource> head_;  // until it is known whether it is compressed
  std::unique_ptr<Source> bytes_;       // from then on
  std::unique_ptr<LogInput> input_;
  bool is_anothers_ = false;
  bool has_header_ = false;
  std::optional<PartGap> gap_;  // of one that has a header
  bool lacks_an_end_ = false;   // one of the parts before this one does
  FileCoverage identity_;       // what the header says
  Coverage coverage_;
  std::optional<Error> error_;
};

}  // namespace ari::replay
