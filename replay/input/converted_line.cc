#include "replay/input/converted_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "replay/input/ari_text.h"
#include "replay/input/coverage_sum.h"
#include "replay/input/fact_names.h"
#include "subscriber/timestamp.h"

namespace ari::replay {

using subscriber::Field;
using trace::ValueType;

namespace {

constexpr std::string_view kLinesGuessed = "lines_guessed_since_unix_ns";
constexpr std::string_view kLocksGuessed = "locks_guessed_since_unix_ns";
constexpr std::string_view kStep = "step_ns";
constexpr std::string_view kGuessedLocks = "guessed_locks";
constexpr std::string_view kEndTold = "end_told";
constexpr std::string_view kTorn = "torn";
constexpr std::string_view kLinesSkipped = "lines_skipped";
constexpr std::string_view kLinesSkippedWithin = "lines_skipped_within";
constexpr std::string_view kBytesSkipped = "bytes_skipped";
constexpr std::string_view kLinesOther = "lines_other";
constexpr std::string_view kBytesOther = "bytes_other";
constexpr std::string_view kEventsMissing = "events_missing";
constexpr std::string_view kPartGaps = "part_gaps";
constexpr std::string_view kUptimes = "uptimes";

bool lacks_any(const Coverage& coverage) {
  return coverage.inferred || coverage.torn || coverage.lines_skipped > 0 ||
         coverage.lines_other > 0 || coverage.events_missing > 0 || coverage.part_gaps > 0 ||
         coverage.time_base == TimeBase::kUptime || !coverage.orderly_end.has_value() ||
         std::any_of(kFactNames.begin(), kFactNames.end(),
                     [&](const FactName& name) { return !(coverage.facts.*name.fact); });
}

// "1000000001@1700000000000000000 …": each lock, or 0 for any, and since when.
std::string text_of(const std::vector<GuessedLock>& locks) {
  std::string out;
  for (const GuessedLock& lock : locks) {
    out += fmt::format("{}{}@{}", out.empty() ? "" : " ", lock.span, lock.since_unix_ns);
  }
  return out;
}

// Of what is no such text, the locks up to there and then any, since the beginning.
void add_guessed_locks(std::string_view text, Inferred& inferred) {
  while (!text.empty()) {
    GuessedLock lock;
    const char* const end = text.data() + text.size();
    const auto id = std::from_chars(text.data(), end, lock.span);
    const bool has_both = id.ec == std::errc() && id.ptr != end && *id.ptr == '@';
    const auto at = std::from_chars(has_both ? id.ptr + 1 : end, end, lock.since_unix_ns);
    if (!has_both || at.ec != std::errc() || (at.ptr != end && *at.ptr != ' ')) {
      return add(inferred, {0, INT64_MIN});
    }
    add(inferred, lock);
    text.remove_prefix(static_cast<std::size_t>(at.ptr - text.data()) + (at.ptr != end ? 1 : 0));
  }
}

// Whether text tells it as a rule.
bool is_of_text(const FactName& name) { return AriTextReader::kFacts.*name.fact; }

// Text never tells where a log ends.
bool lacks_any_of_text(const Coverage& coverage) {
  return coverage.inferred || coverage.torn || coverage.lines_skipped > 0 ||
         coverage.lines_other > 0 || coverage.events_missing > 0 || coverage.part_gaps > 0 ||
         coverage.time_base == TimeBase::kUptime || coverage.error_ns() > 0 ||
         std::any_of(kFactNames.begin(), kFactNames.end(), [&](const FactName& name) {
           return is_of_text(name) && !(coverage.facts.*name.fact);
         });
}

// What there is to tell besides facts, each as `join` puts it together.
template <typename Join>
void append_figures(const Coverage& coverage, const Join& join) {
  for (const InferredName& name : kInferredNames) {
    if (coverage.inferred) join(name.name, fmt::to_string(*coverage.inferred.*name.count));
  }
  if (coverage.inferred && coverage.inferred->lines_guessed_since_unix_ns) {
    join(kLinesGuessed, fmt::to_string(*coverage.inferred->lines_guessed_since_unix_ns));
  }
  if (coverage.inferred && coverage.inferred->locks_guessed_since_unix_ns) {
    join(kLocksGuessed, fmt::to_string(*coverage.inferred->locks_guessed_since_unix_ns));
    const std::string locks = text_of(coverage.inferred->guessed_locks);
    if (!locks.empty()) join(kGuessedLocks, '"' + locks + '"');
  }
  if (coverage.error_ns() > 0) join(kStep, fmt::to_string(coverage.step_ns));
  if (!coverage.orderly_end) join(kEndTold, "false");
  if (coverage.torn) join(kTorn, "true");
  if (coverage.time_base == TimeBase::kUptime) join(kUptimes, "true");
  if (coverage.lines_skipped > 0) {
    join(kLinesSkipped, fmt::to_string(coverage.lines_skipped));
    join(kBytesSkipped, fmt::to_string(coverage.bytes_skipped));
  }
  if (coverage.lines_skipped_within > 0) {
    join(kLinesSkippedWithin, fmt::to_string(coverage.lines_skipped_within));
  }
  if (coverage.lines_other > 0) {
    join(kLinesOther, fmt::to_string(coverage.lines_other));
    join(kBytesOther, fmt::to_string(coverage.bytes_other));
  }
  if (coverage.events_missing > 0) join(kEventsMissing, fmt::to_string(coverage.events_missing));
  if (coverage.part_gaps > 0) join(kPartGaps, fmt::to_string(coverage.part_gaps));
}

// Lines of the log that this one was made of, which are not in it.
struct LeftOut {
  std::uint64_t lines = 0, bytes = 0;
  std::uint64_t lines_within = 0;  // as Coverage::lines_skipped_within
};

// Of what a log says was left out of it, lines or bytes, at most so many are counted: sums over all
// logs that can be read at a time do not overflow then.
constexpr std::uint64_t kMostLeftOut = std::uint64_t{1} << 47;

// What was lost of that log is lost to this one too.
void add_left_out(LeftOut skipped, LeftOut other, Coverage& coverage) {
  skipped.lines = std::min(skipped.lines, kMostLeftOut - coverage.lines_left_out);
  other.lines = std::min(other.lines, kMostLeftOut - coverage.lines_left_out - skipped.lines);
  skipped.bytes = std::min(skipped.bytes, kMostLeftOut - coverage.bytes_left_out);
  other.bytes = std::min(other.bytes, kMostLeftOut - coverage.bytes_left_out - skipped.bytes);
  coverage.lines += skipped.lines + other.lines;
  coverage.lines_skipped += skipped.lines;
  coverage.lines_skipped_within += std::min(skipped.lines, skipped.lines_within);
  coverage.lines_other += other.lines;
  coverage.bytes_read += skipped.bytes + other.bytes;
  coverage.bytes_skipped += skipped.bytes;
  coverage.bytes_other += other.bytes;
  coverage.lines_left_out += skipped.lines + other.lines;
  coverage.bytes_left_out += skipped.bytes + other.bytes;
}

}  // namespace

void append_converted_line(const Coverage& coverage, std::string& out) {
  if (!lacks_any(coverage)) return;
  subscriber::Timestamp at;
  at.move_to(coverage.last_unix_ns.value_or(0));
  out += fmt::format(R"({{"at":"{}.{:09}Z","k":"converted","fields":{{"format":"{}")",
                     at.date_and_time(), at.fraction_ns(), coverage.format);
  for (const FactName& name : kFactNames) {
    out += fmt::format(R"(,"{}":{})", name.name, coverage.facts.*name.fact);
  }
  append_figures(coverage, [&](std::string_view name, const std::string& value) {
    out += fmt::format(R"(,"{}":{})", name, value);
  });
  out += "}}\n";
}

void append_converted_event(const Coverage& coverage, std::string& out) {
  if (!lacks_any_of_text(coverage)) return;
  subscriber::Timestamp at;
  at.move_to(coverage.last_unix_ns.value_or(0));
  out += fmt::format("{}.{:06}Z  INFO {}: format=\"{}\"", at.date_and_time(),
                     at.fraction_ns() / 1000, kConvertedTarget, coverage.format);
  for (const FactName& name : kFactNames) {
    if (is_of_text(name) && !(coverage.facts.*name.fact))
      out += fmt::format(", {}=false", name.name);
  }
  append_figures(coverage, [&](std::string_view name, const std::string& value) {
    out += fmt::format(", {}={}", name, value);
  });
  out += '\n';
}

ConvertedEnd read_converted_line(std::span<const Field> fields, bool is_first, Coverage& coverage) {
  ConvertedEnd end;
  LeftOut skipped, other;
  std::uint64_t missing = 0, part_gaps = 0;
  Facts facts = coverage.facts;
  Inferred inferred;
  bool any_inferred = false;
  for (const Field& field : fields) {
    for (const FactName& name : kFactNames) {
      const bool told = field.name == name.name && field.value.type() == ValueType::kBool;
      if (told) facts.*name.fact = field.value.as_bool();
    }
    for (const InferredName& name : kInferredNames) {
      const bool told = field.name == name.name && field.value.type() == ValueType::kU64;
      if (told) inferred.*name.count = field.value.as_u64();
      any_inferred = any_inferred || told;
    }
    if (field.name == kLinesGuessed && field.value.type() == ValueType::kU64) {
      inferred.lines_guessed_since_unix_ns = static_cast<std::int64_t>(field.value.as_u64());
    }
    if (field.name == kLocksGuessed && field.value.type() == ValueType::kU64) {
      inferred.locks_guessed_since_unix_ns = static_cast<std::int64_t>(field.value.as_u64());
    }
    if (field.name == kStep && field.value.type() == ValueType::kU64) {
      constexpr std::uint64_t kSecond = 1'000'000'000;
      coverage.step_ns = std::max(
          coverage.step_ns, static_cast<std::int64_t>(std::min(field.value.as_u64(), kSecond)));
    }
    if (field.name == kGuessedLocks && field.value.is_text()) {
      add_guessed_locks(field.value.text(), inferred);
    }
    const std::pair<std::string_view, std::uint64_t*> counts[] = {
        {kLinesSkipped, &skipped.lines}, {kLinesSkippedWithin, &skipped.lines_within},
        {kBytesSkipped, &skipped.bytes}, {kLinesOther, &other.lines},
        {kBytesOther, &other.bytes},     {kEventsMissing, &missing},
        {kPartGaps, &part_gaps}};
    for (const auto& [name, count] : counts) {
      if (field.name == name && field.value.type() == ValueType::kU64) {
        *count = field.value.as_u64();
      }
    }
    if (field.value.type() != ValueType::kBool) continue;
    if (field.name == kEndTold) end.is_told = field.value.as_bool();
    if (field.name == kTorn) end.torn = field.value.as_bool();
    if (field.name == kUptimes && field.value.as_bool()) coverage.time_base = TimeBase::kUptime;
  }
  coverage.facts = is_first ? facts : common(coverage.facts, facts);
  if (any_inferred) add(coverage.inferred, inferred);
  add_left_out(skipped, other, coverage);
  coverage.events_missing += missing;
  coverage.part_gaps += std::min(part_gaps, kMostLeftOut);
  return end;
}

}  // namespace ari::replay
