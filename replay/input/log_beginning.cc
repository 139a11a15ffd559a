#include "replay/input/log_beginning.h"

#include <algorithm>
#include <fstream>

#include "replay/input/reader.h"
#include "replay/input/recognise.h"
#include "replay/input/source.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;

namespace {

constexpr std::size_t kSampleBytes = 4096;
constexpr std::size_t kFileBytes = std::size_t{64} << 10;
constexpr std::streamoff kTailBytes = 64 * 1024;

class Look final : public RecordSink {
 public:
  explicit Look(LogBeginning& at) : at_(at) {}

  void record(const Record& record, const Line&) override {
    if (record.kind == RecordKind::kHeader && !seen_any_) header(record);
    seen_any_ = true;
    look_where_it_begins(record);
    if (record.at_unix_ns == 0) return;
    if (!at_.first_unix_ns) at_.first_unix_ns = record.at_unix_ns;
    last_unix_ns = std::max(last_unix_ns, record.at_unix_ns);
  }

  std::int64_t last_unix_ns = 0;

  // All that can be told of the beginning was.
  bool is_done() const noexcept { return at_.first_unix_ns && (at_.has_header || saw_new_); }

 private:
  // A log that never tells of a span's beginning is not the rest of another for that.
  void look_where_it_begins(const Record& record) {
    const bool is_new = record.kind == RecordKind::kNew;
    if (saw_new_ || record.span == trace::kNoSpan) return;
    if (is_new && !record.implied) {
      saw_new_ = true;
      at_.begins_within = at_.first_of_spans == FirstOfSpans::kUse;
      if (!at_.begins_within) at_.first_of_spans = FirstOfSpans::kBeginning;
    } else if (is_new || record.kind == RecordKind::kEnter || record.kind == RecordKind::kExit ||
               record.kind == RecordKind::kClose) {
      at_.first_of_spans = FirstOfSpans::kUse;
    }
  }

  void header(const Record& record) {
    at_.has_header = true;
    at_.program = record.name;
    for (const Field& field : record.fields) {
      if (field.name == "clock" && field.value.is_text()) at_.clock = field.value.text();
      if (field.value.type() != trace::ValueType::kU64) continue;
      if (field.name == "pid") at_.pid = field.value.as_u64();
      if (field.name == "forked_from") at_.forked_from = field.value.as_u64();
      if (field.name == "part") at_.part = field.value.as_u64();
    }
  }

  LogBeginning& at_;
  bool seen_any_ = false;
  bool saw_new_ = false;
};

// Reads complete lines of `text` until `enough` says so; what their instants count from.
template <typename Enough>
TimeBase read_lines(std::string_view text, Reader& reader, RecordSink& sink, Enough enough) {
  Coverage coverage;
  Line line;
  while (!enough()) {
    const std::size_t lf = text.find('\n');
    if (lf == std::string_view::npos) break;
    line = {line.number + 1, text.substr(0, lf), true};
    text.remove_prefix(lf + 1);
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    if (line.text.find_first_not_of(" \t") != std::string_view::npos) {
      reader.read(line, sink, coverage);
    }
  }
  reader.pause(true, sink, coverage);  // an end is told once nothing follows it
  return coverage.time_base;
}

}  // namespace

LogBeginning look_at(std::string_view text, const std::string& path) {
  const Recognised log = recognise(text, false);
  LogBeginning at;
  at.path = path;
  at.format = log.format;
  at.sample = text.substr(0, kSampleBytes);
  Look look(at);
  if (log.reader != nullptr) {
    at.time_base = read_lines(text, *log.reader, look, [&] { return look.is_done(); });
  }
  return at;
}

std::optional<LogBeginning> look_at_file(const std::string& path) {
  const auto source = open_source(path);
  if (!source.has_value()) return std::nullopt;
  std::string text(kFileBytes, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t n = source.value()->read(text.data() + size, text.size() - size);
    if (n == 0) break;
    size += n;
  }
  text.resize(size);
  LogBeginning at = look_at(text, path);
  return at.format.empty() ? std::nullopt : std::optional(std::move(at));
}

std::optional<std::int64_t> last_instant(const std::string& path) {
  if (!can_be_read_again(path)) return std::nullopt;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  if (size <= 0) return std::nullopt;
  const std::streamoff from = std::max<std::streamoff>(0, size - kTailBytes);
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  if (!file.seekg(from) || !file.read(tail.data(), static_cast<std::streamsize>(tail.size()))) {
    return std::nullopt;
  }
  std::string_view lines = tail;
  if (from > 0) lines.remove_prefix(std::min(lines.size(), lines.find('\n') + 1));
  const Recognised log = recognise(lines, false);
  if (log.reader == nullptr) return std::nullopt;
  LogBeginning ignored;
  Look look(ignored);
  read_lines(lines, *log.reader, look, [] { return false; });
  return look.last_unix_ns > 0 ? std::optional(look.last_unix_ns) : std::nullopt;
}

FileCoverage what_it_says(const LogBeginning& beginning) {
  FileCoverage file;
  file.path = beginning.path;
  file.format = beginning.format;
  file.program = beginning.program;
  file.clock = beginning.clock;
  file.pid = beginning.pid;
  file.forked_from = beginning.forked_from;
  file.part = beginning.part;
  return file;
}

}  // namespace ari::replay
