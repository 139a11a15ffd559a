#include "replay/input/jsonl_plain.h"

#include <cstdint>
#include <memory>
#include <optional>

#include "replay/input/plain_walk.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::WakerOp;
using trace::Value;

namespace {

constexpr std::size_t kFieldsForDisplay = 64;

}  // namespace

class PlainJsonl::Walk : public PlainWalk {
 public:
  using PlainWalk::PlainWalk;

  bool instant(TimestampReader& timestamps, std::int64_t& unix_ns) noexcept {
    const std::size_t n = timestamps.read({p_, static_cast<std::size_t>(end_ - p_)}, unix_ns);
    p_ += n;
    return n > 0;
  }

  // The thread's number, which may be missing.
  bool thread(std::uint32_t& value) noexcept {
    std::uint64_t n = 0;
    if (skip(",\"th\":") && (!number(n) || n > UINT32_MAX)) return false;
    value = static_cast<std::uint32_t>(n);
    return true;
  }

  // The span around, which may be missing.
  bool inside(subscriber::SpanId& value) noexcept {
    value = trace::kNoSpan;
    return !skip(",\"in\":") || id(value);
  }
};

PlainJsonl::PlainJsonl(const JsonlLocations& locations) : locations_(locations) {
  enter_.kind = RecordKind::kEnter;
  exit_.kind = RecordKind::kExit;
  close_.kind = RecordKind::kClose;
  waker_.kind = RecordKind::kWaker;
  waker_.target = subscriber::kWakerTarget;
  new_.kind = RecordKind::kNew;
  event_.kind = RecordKind::kEvent;
}

void PlainJsonl::tell_destroys() noexcept { tells_destroys_ = true; }

const Record* PlainJsonl::match(std::string_view text, const char*& end) noexcept {
  Walk walk(text);
  std::int64_t at = 0;
  if (!walk.skip("{\"at\":\"") || !walk.instant(timestamps_, at) || !walk.skip("\",\"k\":\"")) {
    return nullptr;
  }
  const Record* const record = match_kind(walk, at);
  end = walk.at();
  return record;
}

const Record* PlainJsonl::match_kind(Walk& walk, std::int64_t at) noexcept {
  switch (walk.peek()) {
    case 'e':
      if (walk.skip("enter\"")) return match_enter(walk, at);
      if (walk.skip("exit\"")) return match_exit(walk, at);
      return walk.skip("event\"") ? match_event(walk, at) : nullptr;
    case 'c':
      if (walk.skip("close\"")) return match_close(walk, at);
      waker_.op = WakerOp::kClone;
      return walk.skip("clone\"") ? match_waker(walk, at) : nullptr;
    case 'w':
      waker_.op = WakerOp::kWake;
      if (!walk.skip("wake\"")) {
        waker_.op = WakerOp::kWakeByRef;
        if (!walk.skip("wake_by_ref\"")) return nullptr;
      }
      return match_waker(walk, at);
    case 'd':
      waker_.op = WakerOp::kDrop;
      return walk.skip("drop\"") ? match_waker(walk, at) : nullptr;
    case 'n':
      return walk.skip("new\"") ? match_new(walk, at) : nullptr;
    default:
      return nullptr;
  }
}

const Record* PlainJsonl::match_enter(Walk& walk, std::int64_t at) noexcept {
  enter_.at_unix_ns = at;
  if (!walk.thread(enter_.thread) || !walk.skip(",\"id\":") || !walk.id(enter_.span)) {
    return nullptr;
  }
  // Written as a whole, as it is read right after: a processor that has to put it together from two
  // writes waits for both.
  static constexpr std::optional<bool> kYes = true, kNo = false;
  if (tells_destroys_) enter_.destroy = walk.skip(",\"destroy\":true") ? kYes : kNo;
  return walk.skip("}") ? &enter_ : nullptr;
}

const Record* PlainJsonl::match_exit(Walk& walk, std::int64_t at) noexcept {
  exit_.at_unix_ns = at;
  if (!walk.thread(exit_.thread) || !walk.skip(",\"id\":") || !walk.id(exit_.span)) return nullptr;
  std::uint64_t location = 0;
  if (walk.skip(",\"loc\":") && !walk.number(location)) return nullptr;
  const JsonlLocations::Defined& parked_at = locations_.find(location);
  exit_.parked_at = parked_at.place;
  exit_.callsite = parked_at.callsite;
  return walk.skip("}") ? &exit_ : nullptr;
}

const Record* PlainJsonl::match_close(Walk& walk, std::int64_t at) noexcept {
  close_.at_unix_ns = at;
  if (!walk.thread(close_.thread) || !walk.skip(",\"id\":") || !walk.id(close_.span)) {
    return nullptr;
  }
  close_.outcome.reset();
  if (tells_destroys_ && walk.skip(",\"outcome\":\"")) {
    std::string_view name;
    if (!walk.string(name)) return nullptr;
    close_.outcome = subscriber::outcome_from_name(name);
    if (!close_.outcome) return nullptr;
  }
  return walk.skip("}") ? &close_ : nullptr;
}

const Record* PlainJsonl::match_waker(Walk& walk, std::int64_t at) noexcept {
  waker_.at_unix_ns = at;
  if (!walk.thread(waker_.thread) || !walk.inside(waker_.span) || !walk.skip(",\"task\":") ||
      !walk.id(waker_.task)) {
    return nullptr;
  }
  return walk.skip("}") ? &waker_ : nullptr;
}

const Record* PlainJsonl::match_new(Walk& walk, std::int64_t at) noexcept {
  new_.at_unix_ns = at;
  if (!walk.thread(new_.thread) || !walk.skip(",\"id\":") || !walk.id(new_.span) ||
      !walk.inside(new_.parent) || !walk.skip(",\"name\":\"") || !walk.string(new_.name)) {
    return nullptr;
  }
  return match_described(walk, new_) ? &new_ : nullptr;
}

const Record* PlainJsonl::match_event(Walk& walk, std::int64_t at) noexcept {
  event_.at_unix_ns = at;
  if (!walk.thread(event_.thread) || !walk.inside(event_.span)) return nullptr;
  return match_described(walk, event_) ? &event_ : nullptr;
}

// What spans and events have in common, up to the end of the line.
bool PlainJsonl::match_described(Walk& walk, Record& record) noexcept {
  if (!walk.skip(",\"target\":\"") || !walk.string(record.target)) return false;
  record.level = trace::Level::kTrace;
  if (walk.skip(",\"level\":\"")) {
    std::string_view name;
    if (!walk.string(name)) return false;
    const auto level = subscriber::level_from_name(name);
    if (!level) return false;
    record.level = *level;
  }
  fields_.clear();
  if (walk.skip(",\"fields\":{") && !match_fields(walk)) return false;
  if (walk.skip(",\"display\":[") && !match_display(walk)) return false;
  record.fields = fields_;
  return walk.skip("}");
}

// The members of a field object that is not empty, its end included. Each is made where it stays: a
// copy would wait until all parts of it are written.
bool PlainJsonl::match_fields(Walk& walk) noexcept {
  do {
    Field& field = fields_.emplace_back();
    const auto is = [&field](auto value) { std::construct_at(&field.value, value); };
    if (!walk.skip("\"") || !walk.string(field.name) || !walk.skip(":")) return false;
    std::string_view text;
    std::uint64_t number = 0;
    switch (walk.peek()) {
      case '"':
        if (!walk.skip("\"") || !walk.string(text)) return false;
        is(text);
        break;
      case 't':
        if (!walk.skip("true")) return false;
        is(true);
        break;
      case 'f':
        if (!walk.skip("false")) return false;
        is(false);
        break;
      case '-':
        // 18 digits surely fit, with their sign.
        if (!walk.skip("-") || !walk.number(number) || number > 999'999'999'999'999'999) {
          return false;
        }
        is(-static_cast<std::int64_t>(number));
        break;
      default:
        if (!walk.number(number)) return false;
        is(number);
        break;
    }
  } while (walk.skip(","));
  // A number that goes on with a point or an exponent ends up here too.
  return walk.skip("}");
}

// The names of a list that is not empty, its end included.
bool PlainJsonl::match_display(Walk& walk) noexcept {
  do {
    std::string_view name;
    if (!walk.skip("\"") || !walk.string(name)) return false;
    // Each name looks at each field: lines with very many are for the general way.
    if (fields_.size() > kFieldsForDisplay) return false;
    for (Field& field : fields_) {
      if (field.name == name && field.value.is_text()) {
        field.value = Value::display(field.value.text());
      }
    }
  } while (walk.skip(","));
  return walk.skip("]");
}

}  // namespace ari::replay
