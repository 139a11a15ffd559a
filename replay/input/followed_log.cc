#include "replay/input/followed_log.h"

#include "replay/input/gzip_source.h"
#include "replay/input/zstd_source.h"

namespace ari::replay {

FollowedLog::FollowedLog(std::vector<std::string> paths, std::size_t file, Follow& follow)
    : path_(paths.front()), number_(file) {
  auto source = std::make_unique<FollowSource>(std::move(paths), follow);
  file_ = source.get();
  head_ = std::make_unique<PeekedSource>(std::move(source));
}

RecordSink& FollowedLog::behind_gap(RecordSink& sink) {
  if (!gap_) return sink;
  gap_->pass_to(sink);
  return *gap_;
}

// Its files are known to be of one run: a later part goes on with what is open, whatever is missing
// in between. Each part has an end of its own.
void FollowedLog::read_line_as_part(RecordSink& sink) {
  const std::uint64_t gaps = coverage_.part_gaps;
  const bool has_ended = coverage_.orderly_end == true;
  Reader& reader = *input_->format().reader;
  reader.expect_part_behind_gap();
  input_->read_line(reader, behind_gap(sink), coverage_);
  lacks_an_end_ = lacks_an_end_ || (coverage_.part_gaps > gaps && !has_ended);
  if (lacks_an_end_ && coverage_.orderly_end) coverage_.orderly_end = false;
}

bool FollowedLog::read_line(RecordSink& sink) {
  if (!input_->next_line()) return false;
  // A log with headers tells by itself where another begins.
  if (file_->restarted() && !has_header_) begin_another_log(sink);
  if (input_->line_has_ended()) {
    read_line_as_part(sink);
  } else {
    input_->leave_line(coverage_);
  }
  return true;
}

void FollowedLog::finish(RecordSink& sink) {
  const bool was_growing = file_->may_grow();
  file_->stop();
  if (!recognise()) return;
  while (read_line(sink)) {
  }
  input_->format().reader->pause(true, behind_gap(sink), coverage_);
  if (gap_) gap_->end();
  // That nobody waited any longer is no fault of the input.
  if (!was_growing) input_->note_fault(coverage_);
}

bool FollowedLog::recognise() {
  if (is_recognised()) return true;
  if (error_ || is_anothers_) return false;
  if (input_ == nullptr) {
    const std::string_view head = head_->head();
    if (head.size() < 4 && head_->may_grow()) return false;
    if (ZstdSource::recognises(head) || GzipSource::recognises(head)) file_->has_no_lines();
    bytes_ = decompressed(std::move(head_));
    input_ = std::make_unique<LogInput>(*bytes_, path_);
    input_->set_file(number_);
  }
  error_ = input_->recognise();
  if (error_ || !input_->is_recognised()) return false;
  const LogBeginning at = look_at(input_->beginning(), path_);
  has_header_ = at.has_header;
  if (has_header_) gap_.emplace();
  identity_ = what_it_says(at);
  coverage_.path = path_;
  coverage_.format = input_->format().format;
  coverage_.facts = input_->format().facts;
  return true;
}

void FollowedLog::leave_to_another() {
  is_anothers_ = true;
  file_->stop();
}

void FollowedLog::begin_another_log(RecordSink& sink) {
  input_->format().reader->pause(true, sink, coverage_);
  ++coverage_.recordings;
  subscriber::Record header;
  header.kind = subscriber::RecordKind::kHeader;
  header.at_unix_ns = coverage_.last_unix_ns.value_or(0);
  sink.record(header, Line{});
}

FileCoverage FollowedLog::file_coverage() const {
  FileCoverage file = identity_;
  file.path = path_;
  file.format = coverage_.format;
  file.run = number_;
  file.first_unix_ns = coverage_.first_unix_ns;
  file.last_unix_ns = coverage_.last_unix_ns;
  file.bytes_read = coverage_.bytes_read;
  file.bytes_skipped = coverage_.bytes_skipped;
  file.lines = coverage_.lines;
  file.lines_skipped = coverage_.lines_skipped;
  file.bytes_other = coverage_.bytes_other;
  file.lines_other = coverage_.lines_other;
  file.events = coverage_.events;
  file.events_lost = coverage_.events_lost;
  file.parts_missing = coverage_.parts_missing;
  file.torn = coverage_.torn;
  file.orderly_end = coverage_.orderly_end;
  return file;
}

}  // namespace ari::replay
