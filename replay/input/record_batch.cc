#include "replay/input/record_batch.h"

#include <cstring>
#include <functional>
#include <memory>
#include <type_traits>

namespace ari::replay {

using subscriber::Field;
using subscriber::Location;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::ValueType;

// Memory is given back all at once, without a look at what is in it.
static_assert(std::is_trivially_destructible_v<Record> && std::is_trivially_destructible_v<Field>);

namespace {

// Text of a line, which is copied as a whole, and other text.
class LineCopy {
 public:
  LineCopy(std::string_view line, std::string_view copy) : line_(line), copy_(copy) {}

  // The same text in the copy; nothing if it does not stand in the line.
  std::optional<std::string_view> find(std::string_view text) const {
    const std::less_equal<const char*> not_behind;
    if (!not_behind(line_.data(), text.data()) ||
        !not_behind(text.data() + text.size(), line_.data() + line_.size())) {
      return std::nullopt;
    }
    return copy_.substr(static_cast<std::size_t>(text.data() - line_.data()), text.size());
  }

 private:
  std::string_view line_, copy_;
};

bool is_same(const Location& a, const Location& b) {
  return a.line == b.line && a.column == b.column && a.file == b.file && a.function == b.function;
}

}  // namespace

RecordBatch::RecordBatch() {
  entries_.reserve(kMostEntries);
  enter_.kind = RecordKind::kEnter;
  exit_.kind = RecordKind::kExit;
  close_.kind = RecordKind::kClose;
  waker_.kind = RecordKind::kWaker;
}

bool RecordBatch::add(const Record& record, const Line& line) {
  Entry& entry = entries_.emplace_back();
  entry.at_unix_ns = record.at_unix_ns;
  entry.line = line.number;
  entry.span = record.span;
  entry.thread = record.thread;
  entry.kind = record.kind;
  switch (record.kind) {
    case RecordKind::kEnter:
      entry.flag = record.destroy;
      break;
    case RecordKind::kExit:
      entry.parked_at = record.parked_at.line == 0 ? nullptr : keep_place(record);
      break;
    case RecordKind::kClose:
      entry.outcome = record.outcome;
      break;
    case RecordKind::kWaker:
      entry.task = record.task;
      entry.op = record.op;
      entry.flag = record.self_wake;
      entry.span_guessed = record.span_guessed;
      break;
    default:
      add_whole(record, line.text, entry);
  }
  return entries_.size() == kMostEntries || bytes_ >= kMostBytes;
}

void RecordBatch::add_whole(const Record& record, std::string_view line, Entry& entry) {
  const LineCopy copy(line, keep(line));
  const auto kept = [&](std::string_view text) {
    if (text.empty()) return std::string_view();
    const auto found = copy.find(text);
    return found ? *found : keep(text);
  };
  Record& whole = *std::construct_at(make<Record>(1), record);
  Field* const fields = make<Field>(record.fields.size());
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Field& field = record.fields[i];
    Field& its = *std::construct_at(fields + i, kept(field.name), field.value);
    if (!field.value.is_text()) continue;
    const std::string_view text = kept(field.value.text());
    its.value = field.value.type() == ValueType::kDisplay ? trace::Value::display(text)
                                                          : trace::Value(text);
  }
  whole.name = kept(record.name);
  whole.target = kept(record.target);
  whole.fields = {fields, record.fields.size()};
  entry.whole = &whole;
}

// A task parks in one of a few places.
const RecordBatch::Place* RecordBatch::keep_place(const Record& exit) {
  const Location& place = exit.parked_at;
  const Place*& recent = recent_places_[place.line % recent_places_.size()];
  const bool is_it = recent != nullptr && recent->callsite == exit.callsite &&
                     (exit.callsite != nullptr || is_same(recent->location, place));
  if (!is_it) {
    const Location kept{keep(place.file), place.line, place.column, keep(place.function)};
    recent = std::construct_at(make<Place>(1), kept, exit.callsite);
  }
  return recent;
}

std::string_view RecordBatch::keep(std::string_view text) {
  if (text.empty()) return {};
  char* const copy = make<char>(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

template <typename Thing>
Thing* RecordBatch::make(std::size_t count) {
  bytes_ += count * sizeof(Thing);
  return static_cast<Thing*>(memory_.allocate(count * sizeof(Thing), alignof(Thing)));
}

void RecordBatch::pass_on(RecordSink& sink) {
  for (const Entry& entry : entries_) {
    const auto pass_on = [&](Record& record) {
      record.at_unix_ns = entry.at_unix_ns;
      record.thread = entry.thread;
      record.span = entry.span;
      sink.record(record, {entry.line, {}, true});
    };
    switch (entry.kind) {
      case RecordKind::kEnter:
        enter_.destroy = entry.flag;
        pass_on(enter_);
        break;
      case RecordKind::kExit:
        exit_.parked_at = entry.parked_at == nullptr ? Location{} : entry.parked_at->location;
        exit_.callsite = entry.parked_at == nullptr ? nullptr : entry.parked_at->callsite;
        pass_on(exit_);
        break;
      case RecordKind::kClose:
        close_.outcome = entry.outcome;
        pass_on(close_);
        break;
      case RecordKind::kWaker:
        waker_.task = entry.task;
        waker_.op = entry.op;
        waker_.self_wake = entry.flag;
        waker_.span_guessed = entry.span_guessed;
        pass_on(waker_);
        break;
      default:
        sink.record(*entry.whole, {entry.line, {}, true});
        break;
    }
  }
  entries_.clear();
  bytes_ = 0;
  memory_.release();
  recent_places_ = {};
}

}  // namespace ari::replay
