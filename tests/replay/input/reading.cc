#include "tests/replay/input/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "subscriber/text_writer.h"

namespace ari::test {

using replay::Problem;
using replay::Severity;
using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::ValueType;

namespace {

std::string show_value(const subscriber::Value& value) {
  std::string text;
  subscriber::append_value(text, value);
  switch (value.type()) {
    case ValueType::kNone:
      return "none";
    case ValueType::kU64:
      return text + "u";
    case ValueType::kI64:
      return text + "i";
    case ValueType::kDisplay:
      return fmt::format("~{}", value.text());
    default:
      return text;
  }
}

std::string show_fields(std::span<const Field> fields) {
  std::string text = " {";
  for (const Field& field : fields) {
    if (text.size() > 2) text += ' ';
    text += fmt::format("{}={}", field.name, show_value(field.value));
  }
  return text + "}";
}

std::string show_kind(const Record& record) {
  switch (record.kind) {
    case RecordKind::kHeader:
      return "header";
    case RecordKind::kThread:
      return "thread";
    case RecordKind::kNew:
      return "new";
    case RecordKind::kEnter:
      return "enter";
    case RecordKind::kExit:
      return "exit";
    case RecordKind::kClose:
      return "close";
    case RecordKind::kEvent:
      return "event";
    case RecordKind::kWaker:
      return std::string(subscriber::waker_op_name(record.op));
    case RecordKind::kLost:
      return "lost";
    case RecordKind::kAlive:
      return "alive";
    case RecordKind::kEnd:
      return "end";
    case RecordKind::kGap:
      return "gap";
  }
  return "?";
}

class Collector : public replay::RecordSink {
 public:
  explicit Collector(std::vector<std::string>& to) : to_(to) {}
  void record(const Record& record, const replay::Line&) override { to_.push_back(show(record)); }

 private:
  std::vector<std::string>& to_;
};

ReadLog finish(replay::Result<replay::Coverage> coverage, ReadLog log) {
  if (coverage.has_value()) {
    log.coverage = coverage.value();
  } else {
    log.error = coverage.error().message;
  }
  return log;
}

}  // namespace

std::size_t TextSource::read(char* to, std::size_t size) {
  const std::size_t piece = pieces_[reads_++ % pieces_.size()];
  const std::size_t n = std::min({size, piece, text_.size() - at_});
  std::memcpy(to, text_.data() + at_, n);
  at_ += n;
  return n;
}

std::string show(const Record& record) {
  std::string text = fmt::format("{} ", record.at_unix_ns);
  if (record.thread != 0) text += fmt::format("th{} ", record.thread);
  if (record.implied) text += "implied ";
  text += show_kind(record);
  if (record.kind == RecordKind::kWaker) text += fmt::format(" of {}", record.task);
  if (record.span != 0) {
    const bool within = record.kind == RecordKind::kWaker || record.kind == RecordKind::kEvent;
    text += fmt::format(" {}{}", within ? "in " : "", record.span);
  }
  if (record.parent != 0) text += fmt::format(" in {}", record.parent);
  if (!record.name.empty()) text += fmt::format(" \"{}\"", record.name);
  if (!record.target.empty()) text += fmt::format(" target=\"{}\"", record.target);
  if (record.level != trace::Level::kTrace) {
    text += fmt::format(" {}", subscriber::level_name(record.level));
  }
  if (!record.fields.empty()) text += show_fields(record.fields);
  if (record.self_wake) text += *record.self_wake ? " self-wake" : " no self-wake";
  if (record.destroy) text += *record.destroy ? " destroy" : " poll";
  if (record.outcome) text += fmt::format(" {}", subscriber::outcome_name(*record.outcome));
  if (record.parked_at.line != 0) {
    text += fmt::format(" at {}:{}:{} {}", record.parked_at.file, record.parked_at.line,
                        record.parked_at.column, record.parked_at.function);
  }
  if (record.lost != 0) text += fmt::format(" lost {}", record.lost);
  if (record.lost_closes != 0) text += fmt::format(" closes {}", record.lost_closes);
  return text;
}

ReadLog read_text(const std::string& log, std::vector<std::size_t> pieces) {
  TextSource source(log, std::move(pieces));
  ReadLog read;
  Collector sink(read.records);
  auto coverage = replay::read_log(source, "run.log", sink);
  return finish(std::move(coverage), std::move(read));
}

ReadLog read_path(const std::string& path) {
  ReadLog read;
  Collector sink(read.records);
  auto coverage = replay::read_log(path, sink);
  return finish(std::move(coverage), std::move(read));
}

std::string show_briefly(const Problem& problem) {
  const char* severity = problem.severity == Severity::kInfo       ? "info"
                         : problem.severity == Severity::kDataLoss ? "loss"
                                                                   : "error";
  return fmt::format("{} {}:{} {}", severity, problem.line, problem.column, problem.message);
}

std::string show(const Problem& problem) {
  std::string text = show_briefly(problem) + "\n";
  if (problem.excerpt_column != 0) {
    text += fmt::format("  {}\n  {:>{}}\n", problem.excerpt, '^', problem.excerpt_column);
  }
  return text;
}

std::string show(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) text += show(problem);
  return text;
}

std::string show_briefly(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += "; ";
    text += show_briefly(problem);
  }
  return text;
}

}  // namespace ari::test
