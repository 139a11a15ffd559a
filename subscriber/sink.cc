#include "subscriber/sink.h"

#include <utility>

#include "subscriber/escape.h"

namespace ari::subscriber {

Sink::Sink(std::string name, Writer writer, std::unique_ptr<Output> output, Complain complain)
    : name_(std::move(name)),
      writer_(std::move(writer)),
      output_(std::move(output)),
      complain_(std::move(complain)) {}

void Sink::write(const Record& record) {
  if (!is_open_) return;
  std::visit([&](auto& writer) { writer.write(record, lines_); }, writer_);
  if (lines_.size() >= kFlushBytes) pass_on();
}

void Sink::flush(std::uint64_t now_ns) {
  pass_on();
  if (is_open_) handle(output_->tick(now_ns));
}

std::optional<std::uint64_t> Sink::sync() {
  pass_on();
  if (is_open_) handle(output_->sync());
  return is_open_ ? std::optional(output_->bytes_out()) : std::nullopt;
}

void Sink::finish() {
  pass_on();
  if (is_open_) handle(output_->finish());
  is_open_ = false;
}

void Sink::pass_on() {
  if (!is_open_ || lines_.empty()) return;
  handle(output_->write(lines_));
  lines_.clear();
}

void Sink::handle(const OutputError& error) {
  if (error.empty()) return;
  std::string line = "cannot write ";
  append_quoted(line, name_);
  complain_(line.append(": ").append(error).append("; this log ends here"));
  is_open_ = false;
  lines_ = {};
}

}  // namespace ari::subscriber
