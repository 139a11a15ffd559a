#include "replay/input/fmt_body.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace ari::replay {

namespace {

constexpr std::array<std::pair<std::string_view, FmtWord>, 3> kWords = {
    {{"new", FmtWord::kNew}, {"enter", FmtWord::kEnter}, {"exit", FmtWord::kExit}}};

// The length of a duration such as `39.7µs` at the front of `text`.
std::size_t duration_length(std::string_view text) {
  const std::size_t number = std::min(text.find_first_not_of("0123456789."), text.size());
  if (number == 0) return 0;
  for (const std::string_view unit : {"ns", "µs", "us", "ms", "s"}) {
    if (text.substr(number).starts_with(unit)) return number + unit.size();
  }
  return 0;
}

// The length of `NAME=DURATION` at the front of `text`.
std::size_t time_length(std::string_view text, std::string_view name, const ListStyle& style) {
  if (!text.starts_with(name)) return 0;
  text.remove_prefix(name.size());
  if (!text.starts_with(style.assign)) return 0;
  const std::size_t duration = duration_length(text.substr(style.assign.size()));
  return duration == 0 ? 0 : name.size() + style.assign.size() + duration;
}

// The length of `close` and its times at the front of `text`.
std::size_t close_length(std::string_view text, const ListStyle& style) {
  std::size_t at = 5;
  if (!text.starts_with("close")) return 0;
  for (const std::string_view name : {"time.busy", "time.idle"}) {
    if (!text.substr(at).starts_with(style.separator)) return 0;
    at += style.separator.size();
    const std::size_t length = time_length(text.substr(at), name, style);
    if (length == 0) return 0;
    at += length;
  }
  return at;
}

}  // namespace

std::optional<std::int64_t> fmt_duration_ns(std::string_view text) {
  if (text.empty() || duration_length(text) != text.size()) return std::nullopt;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  if (unit.starts_with('.')) return std::nullopt;  // two points
  const double unit_ns = unit == "ns" ? 1 : unit == "s" ? 1e9 : unit == "ms" ? 1e6 : 1e3;
  constexpr double kMost = 9e18;
  return std::llround(std::min(number * unit_ns, kMost));
}

std::optional<FmtCloseTimes> fmt_close_times(std::string_view text, const ListStyle& style) {
  if (close_length(text, style) == 0) return std::nullopt;
  const auto time = [&](std::string_view name) {
    const std::size_t at = text.find(name) + name.size() + style.assign.size();
    return fmt_duration_ns(text.substr(at, duration_length(text.substr(at))));
  };
  const auto busy_ns = time("time.busy"), idle_ns = time("time.idle");
  if (!busy_ns || !idle_ns) return std::nullopt;
  return FmtCloseTimes{*busy_ns, *idle_ns};
}

FmtWord fmt_word_at_end(std::string_view text, std::size_t& begin) {
  for (const auto& [word, meaning] : kWords) {
    if (!text.ends_with(word)) continue;
    begin = text.size() - word.size();
    return meaning;
  }
  constexpr std::size_t kLongest = 64;  // of a close with its times
  const std::size_t from = text.size() - std::min(text.size(), kLongest);
  const std::string_view tail = text.substr(from);
  const std::size_t close = tail.rfind("close ");
  if (close == std::string_view::npos) return FmtWord::kEvent;
  if (close_length(tail.substr(close), kFmtList) != tail.size() - close) return FmtWord::kEvent;
  begin = from + close;
  return FmtWord::kClose;
}

FmtWord fmt_word_at_front(std::string_view text, const ListStyle& style, std::size_t& length) {
  FmtWord found = FmtWord::kEvent;
  for (const auto& [word, meaning] : kWords) {
    if (!text.starts_with(word)) continue;
    length = word.size();
    found = meaning;
  }
  if (found == FmtWord::kEvent) {
    length = close_length(text, style);
    if (length > 0) found = FmtWord::kClose;
  }
  const std::string_view behind = text.substr(found == FmtWord::kEvent ? text.size() : length);
  // `new client`, `newer`: messages that only begin alike.
  return behind.empty() || starts_with_field(behind, style) ? found : FmtWord::kEvent;
}

}  // namespace ari::replay
