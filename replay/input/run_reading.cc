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
    // Whether the part before has its end is not known yet.
    if (i > 0 && at.has_header) gap_.emplace();
  }
}

RecordSink& RunReading::behind_gap(RecordSink& sink) {
  if (!gap_) return sink;
  gap_->pass_to(sink);
  return *gap_;
}

void RunReading::read_all(RecordSink& sink) {
  RecordSink& to = behind_gap(sink);
  while (!is_over()) {
    begin_file();
    files_[file_].input->read_all(*reader_, to, coverage_);
    end_file(to);
  }
}

bool RunReading::read_some(RecordSink& sink) {
  if (is_over()) return false;
  RecordSink& to = behind_gap(sink);
  begin_file();
  LogInput& input = *files_[file_].input;
  input.next_line() ? input.read_line(*reader_, to, coverage_) : end_file(to);
  return true;
}

// The reader of the files before goes on with the next: it has no header, or one that says that it
// is a later part.
void RunReading::begin_file() {
  if (begun_) return;
  begun_ = true;
  FileCoverage& file = coverage_.files[file_];
  if (file_ > 0) {
    const FileCoverage& last = coverage_.files[file_ - 1];
    const bool is_next = file.part == std::max<std::uint64_t>(1, last.part) + 1;
    file.continues = true;
    if (files_[file_].beginning.has_header && (!is_next || last.orderly_end != true)) {
      reader_->expect_part_behind_gap();
    }
  } else {
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
  file.parts_missing = coverage_.parts_missing - before_.parts_missing;
  file.torn = coverage_.torn;
  file.orderly_end = coverage_.orderly_end;
  if (before_.first_unix_ns) {
    const std::int64_t before = *before_.first_unix_ns;
    coverage_.first_unix_ns = std::min(before, coverage_.first_unix_ns.value_or(before));
    coverage_.last_unix_ns = std::max(before_.last_unix_ns, coverage_.last_unix_ns);
  }
  coverage_.torn = coverage_.torn || before_.torn;
  // What goes on in another file has ended in good order if that has, but each part has its end.
  if (file_ > 0 && file.part > 1 && before_.orderly_end == false) coverage_.orderly_end = false;
  begun_ = false;
  files_[file_].input.reset();
  files_[file_].source.reset();
  if (++file_ < files_.size()) return;
  reader_->pause(true, sink, coverage_);
  if (gap_) gap_->end();
}

}  // namespace ari::replay
