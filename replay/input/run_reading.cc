#include "replay/input/run_reading.h"

#include <algorithm>

#include "replay/input/line_number.h"

namespace ari::replay {

RunReading::RunReading(std::vector<OpenLog> files, std::size_t first_file, std::size_t run)
    : files_(std::move(files)) {
  Recognised& format = files_.front().input->format();
  coverage_.format = format.format;
  coverage_.facts = format.facts;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    files_[i].input->set_file(first_file + i);
    const LogBeginning& at = files_[i].beginning;
    FileCoverage& file = coverage_.files.emplace_back(what_it_says(at));
    file.run = run;
  }
}

void RunReading::read_all(RecordSink& sink) {
  while (!is_over()) {
    begin_file(sink);
    files_[file_].input->read_all(*reader_, sink, coverage_);
    end_file(sink);
  }
}

bool RunReading::read_some(RecordSink& sink) {
  if (is_over()) return false;
  begin_file(sink);
  LogInput& input = *files_[file_].input;
  input.next_line() ? input.read_line(*reader_, sink, coverage_) : end_file(sink);
  return true;
}

// Whether the reader of the files before goes on with the next: it has no header, or one that
// says that it is the next part of what has just ended in good order.
void RunReading::begin_file(RecordSink& sink) {
  if (begun_) return;
  begun_ = true;
  FileCoverage& file = coverage_.files[file_];
  if (file_ > 0) {
    const FileCoverage& last = coverage_.files[file_ - 1];
    const std::uint64_t last_part = std::max<std::uint64_t>(1, last.part);
    file.continues = !files_[file_].beginning.has_header ||
                     (file.part == last_part + 1 && last.orderly_end == true);
    if (files_[file_].beginning.has_header) file.parts_missing = file.part - last_part - 1;
  }
  if (!file.continues) {
    if (reader_ != nullptr) {
      reader_->pause(true, sink, coverage_);
      ++coverage_.recordings;
    }
    reader_ = std::move(files_[file_].input->format().reader);
  }
  before_ = coverage_;
  coverage_.first_unix_ns.reset();
  coverage_.last_unix_ns.reset();
  coverage_.orderly_end.reset();
  coverage_.torn = false;
}

void RunReading::end_file(RecordSink& sink) {
  files_[file_].input->note_fault(coverage_);
  FileCoverage& file = coverage_.files[file_];
  file.first_unix_ns = coverage_.first_unix_ns;
  file.last_unix_ns = coverage_.last_unix_ns;
  file.bytes_read = coverage_.bytes_read - before_.bytes_read;
  file.bytes_skipped = coverage_.bytes_skipped - before_.bytes_skipped;
  file.lines = coverage_.lines - before_.lines;
  file.lines_skipped = coverage_.lines_skipped - before_.lines_skipped;
  file.bytes_other = coverage_.bytes_other - before_.bytes_other;
  file.lines_other = coverage_.lines_other - before_.lines_other;
  file.events = coverage_.events - before_.events;
  file.events_lost = coverage_.events_lost - before_.events_lost;
  file.torn = coverage_.torn;
  file.orderly_end = coverage_.orderly_end;
  if (before_.first_unix_ns) {
    const std::int64_t before = *before_.first_unix_ns;
    coverage_.first_unix_ns = std::min(before, coverage_.first_unix_ns.value_or(before));
    coverage_.last_unix_ns = std::max(before_.last_unix_ns, coverage_.last_unix_ns);
  }
  coverage_.torn = coverage_.torn || before_.torn;
  // What goes on in another file has ended in good order if that has.
  if (file_ > 0 && !file.continues && before_.orderly_end == false) coverage_.orderly_end = false;
  begun_ = false;
  files_[file_].input.reset();
  files_[file_].source.reset();
  if (++file_ == files_.size()) reader_->pause(true, sink, coverage_);
}

}  // namespace ari::replay
