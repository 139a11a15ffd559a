#include "tests/replay/input/random_records.h"

namespace ari::test {

using subscriber::Record;
using subscriber::RecordKind;
using subscriber::SpanId;
using subscriber::Value;

const Record& RandomRecords::next() {
  texts_.clear();
  fields_.clear();
  record_ = {};
  at_unix_ns_ += static_cast<std::int64_t>(number(3'000'000'000));
  record_.at_unix_ns = at_unix_ns_;
  record_.thread = static_cast<std::uint32_t>(1 + number(4));
  const auto kind = static_cast<RecordKind>(static_cast<unsigned>(RecordKind::kNew) + number(6));
  record_.kind = open_.empty() ? RecordKind::kNew : kind;
  switch (record_.kind) {
    case RecordKind::kNew:
      if (!open_.empty() && number(2) == 0) record_.parent = open_span();
      record_.span = last_id_ += 1 + number(3);
      record_.name = number(4) == 0 ? "runtime.spawn" : "span";
      record_.target = keep(text());
      record_.level = static_cast<trace::Level>(number(5));
      fill_fields();
      open_.push_back(record_.span);
      break;
    case RecordKind::kEnter:
      record_.span = open_span();
      record_.destroy = number(4) == 0;
      break;
    case RecordKind::kExit:
      record_.span = open_span();
      if (number(2) == 0) {
        record_.parked_at = {"src/a.cc", static_cast<std::uint32_t>(1 + number(4)), 9, "run"};
      }
      break;
    case RecordKind::kClose: {
      const std::size_t i = number(open_.size());
      record_.span = open_[i];
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      if (number(2) == 0) record_.outcome = static_cast<trace::Outcome>(number(3));
      break;
    }
    case RecordKind::kEvent:
      if (number(3) != 0) record_.span = open_span();
      record_.target = number(2) == 0 ? "app::server" : "runtime::resource::poll_op";
      record_.level = static_cast<trace::Level>(number(5));
      fill_fields();
      break;
    default:
      if (number(3) != 0) record_.span = open_span();
      record_.target = subscriber::kWakerTarget;
      record_.op = static_cast<subscriber::WakerOp>(number(4));
      record_.task = open_span();
      break;
  }
  record_.fields = fields_;
  return record_;
}

std::string RandomRecords::text() {
  static constexpr std::string_view kPieces[] = {
      "a",  "task", "x=1",  " ",   ", ", "=",    "}",    "{",  "} ",     "[2]{", "\"",
      "\\", "new",  "\n",   "\t",  ": ", "\x1b", "\x7f", "é",  "漢",     "😀",   "0",
      "-5", "1.5",  "true", "} b", "'",  "\\n",  "{{}}", "::", "\u202e", "/",    "close",
  };
  std::string text;
  for (std::uint64_t n = number(6); n > 0; --n) text += kPieces[number(std::size(kPieces))];
  return text;
}

std::string_view RandomRecords::keep(std::string text) {
  return texts_.emplace_back(std::move(text));
}

Value RandomRecords::value() {
  switch (number(7)) {
    case 0:
      return Value(random_());
    case 1:
      return Value(number(100));
    case 2:
      return Value(-static_cast<std::int64_t>(1 + number(1'000'000)));
    case 3:
      return Value(static_cast<double>(number(1'000'000)) / 64 - 5000);
    case 4:
      return Value(number(2) == 0);
    case 5:
      return Value(keep(text()));
    default:
      return Value::display(keep(text()));
  }
}

void RandomRecords::fill_fields() {
  static constexpr std::string_view kNames[] = {"kind", "task.name", "task.id", "loc.file",
                                                "size", "a",         "message"};
  for (std::string_view name : kNames) {
    if (number(2) == 0) fields_.push_back({name, value()});
  }
}

SpanId RandomRecords::open_span() { return open_[number(open_.size())]; }

}  // namespace ari::test
