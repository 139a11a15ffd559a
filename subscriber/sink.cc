#include "subscriber/sink.h"

#include <new>
#include <utility>

#include "subscriber/escape.h"

namespace ari::subscriber {

Sink::Sink(std::string name, Writer writer, std::unique_ptr<Output> output, Complain complain)
    : name_(std::move(name)),
      writer_(std::move(writer)),
      output_(std::move(output)),
      complain_(std::move(complain)) {}

Sink::Sink(std::string name, Writer writer, std::unique_ptr<Parts> parts, Complain complain)
    : Sink(std::move(name), std::move(writer), parts->output(), std::move(complain)) {
  parts_ = std::move(parts);
}

template <typename Step>
void Sink::attempt(Step step) {
  try {
    step();
  } catch (const std::bad_alloc&) {
    out_of_memory();
  }
}

void Sink::out_of_memory() {
  if (!is_open_) return;
  is_open_ = false;
  lines_ = {};
  so_far_ = {};
  try {
    handle("out of memory");
  } catch (const std::bad_alloc&) {  // not even for its name
    complain_("a log ends here: out of memory");
  }
}

void Sink::write(const Record& record) {
  if (!is_open_) {
    missing_ += record.kind >= RecordKind::kNew && record.kind <= RecordKind::kWaker;
    if (record.kind == RecordKind::kLost) missing_ += record.lost;
    return;
  }
  attempt([&] { take(record); });
}

void Sink::take(const Record& record) {
  has_ended_ = record.kind == RecordKind::kEnd;
  if (parts_ && is_jsonl()) {
    append_with_thread(record);
  } else {
    append(record);
  }
  if (lines_.size() >= kFlushBytes) pass_on();
}

void Sink::end_thread(std::uint32_t thread) {
  if (parts_ && is_jsonl()) attempt([&] { so_far_.end_thread(thread); });
}

void Sink::flush(std::uint64_t now_ns) {
  attempt([&] {
    pass_on();
    if (is_open_) handle(output_->tick(now_ns));
  });
}

std::optional<std::uint64_t> Sink::sync() {
  attempt([&] {
    pass_on();
    if (is_open_) handle(output_->sync());
  });
  return is_open_ ? std::optional(output_->bytes_out()) : std::nullopt;
}

void Sink::finish() {
  attempt([&] {
    pass_on();
    if (is_open_) handle(output_->finish());
    is_open_ = false;
    if (last_complaint_.empty()) return;
    if (missing_ != 0) {
      last_complaint_ += " and lacks the last " + std::to_string(missing_) + " events at least";
    }
    complain_(last_complaint_);
  });
}

void Sink::pass_on() {
  if (!is_open_ || lines_.empty()) return;
  handle(output_->write(lines_));
  lines_.clear();
  if (!is_open_ || !parts_ || has_ended_) return;
  if (parts_->is_full(output_->bytes_out())) begin_next_part();
}

void Sink::append_with_thread(Record record) {
  so_far_.see(record, [this](const Record& thread) { append(thread); });
  if (record.kind == RecordKind::kEnd) record.lost = so_far_.lost();
  append(record);
}

// The file that is full ends in good order, the next begins with what is open.
void Sink::begin_next_part() {
  const std::int64_t now = so_far_.at_unix_ns();
  if (is_jsonl()) {
    Record end;
    end.kind = RecordKind::kEnd;
    end.at_unix_ns = now;
    end.lost = so_far_.lost();
    append(end);
    handle(output_->write(lines_));
    if (!is_open_) return;
    lines_.clear();
  }
  handle(output_->finish());
  if (!is_open_) return;
  OutputError error;
  std::unique_ptr<Output> next = parts_->open_next(error);
  name_ = parts_->path();
  if (next == nullptr) return handle(error);
  output_ = std::move(next);
  if (!is_jsonl()) return;
  so_far_.retell(now, parts_->number(), [this](const Record& record) { append(record); });
  handle(output_->write(lines_));
  if (!is_open_) return;
  lines_.clear();
  handle(output_->sync());  // so that it is known how long it is
  if (is_open_) parts_->begins_with(output_->bytes_out());
}

void Sink::handle(const OutputError& error) {
  if (error.empty()) return;
  std::string line = "cannot write ";
  append_quoted(line, name_);
  line.append(": ").append(error).append("; this log ends here");
  is_open_ = false;
  lines_ = {};
  if (error != kReaderHasStopped) return complain_(line);
  last_complaint_ = std::move(line);  // until it is known how much is missing
}

}  // namespace ari::subscriber
