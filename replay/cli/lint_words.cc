#include "replay/cli/lint_words.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "replay/cli/make_option.h"
#include "replay/report/time_bound.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::string_view kNoTasks = "no-tasks";

const std::vector<Choice<LeastDenied>>& statuses() {
  static const std::vector<Choice<LeastDenied>> words = {{"definite", Status::kDefinite},
                                                         {"provisional", Status::kProvisional},
                                                         {"refuted", Status::kRefuted},
                                                         {"none", std::nullopt}};
  return words;
}

// A sign after the number may be left out.
Result<std::int64_t> parse_number(std::string_view text, std::string_view sign,
                                  std::string_view expected) {
  std::string_view digits = text;
  if (!sign.empty() && digits.ends_with(sign)) digits.remove_suffix(sign.size());
  const auto number = parse_whole_number<std::uint32_t>(digits);
  if (number.has_value()) return static_cast<std::int64_t>(number.value());
  return Error{fmt::format("'{}' is no limit here: expected {}", escaped(text), expected)};
}

Result<std::int64_t> parse_duration(std::string_view text) {
  const bool is_plain = text.find_first_of("-T") == text.npos;
  if (is_plain) {
    const Result<TimeBound> time = parse_time_bound(text);
    if (time.has_value() && time.value().base == TimeBound::Base::kLogStart) return time.value().ns;
  }
  return Error{
      fmt::format("'{}' is no limit here: expected a time such as 20ms (ns, us, ms, s, m or h)",
                  escaped(text))};
}

Result<std::int64_t> parse_percentage(std::string_view text) {
  Result<std::int64_t> percent = parse_number(text, "%", "a percentage such as 60%");
  if (!percent.has_value() || percent.value() <= 100) return percent;
  return Error{fmt::format("'{}' is no limit here: never is it more than 100%", escaped(text))};
}

}  // namespace

std::vector<std::string_view> lint_names() {
  std::vector<std::string_view> names;
  for (const Lint& lint : all_lints()) names.push_back(lint.name);
  return names;
}

std::vector<std::string_view> deny_words() {
  std::vector<std::string_view> words = words_of(statuses());
  for (const Lint& lint : all_lints()) words.push_back(lint.name);
  return words;
}

std::vector<std::string_view> allow_words() {
  std::vector<std::string_view> words = {kNoTasks};
  for (const Lint& lint : all_lints()) words.push_back(lint.name);
  return words;
}

std::optional<Error> take_lint(std::string_view word, std::vector<std::string_view>& into) {
  const Lint* lint = find_lint(word);
  if (lint == nullptr) return unknown_word(word, lint_names());
  into.push_back(lint->name);
  return std::nullopt;
}

std::optional<Error> take_denied(std::string_view word, LintChoices& choices) {
  for (const Choice<LeastDenied>& status : statuses()) {
    if (status.word != word) continue;
    choices.least_denied = status.value;
    return std::nullopt;
  }
  if (find_lint(word) == nullptr) return unknown_word(word, deny_words());
  return take_lint(word, choices.denied);
}

std::optional<Error> take_allowed(std::string_view word, LintChoices& choices) {
  if (word == kNoTasks) {
    choices.no_tasks_allowed = true;
    return std::nullopt;
  }
  if (find_lint(word) == nullptr) return unknown_word(word, allow_words());
  return take_lint(word, choices.allowed);
}

Result<std::int64_t> parse_limit(const Lint& lint, std::string_view text) {
  switch (lint.limit.unit) {
    case Limit::Unit::kNone:
      break;
    case Limit::Unit::kNanoseconds:
      return parse_duration(text);
    case Limit::Unit::kBytes:
      return parse_number(text, "", "a number of bytes such as 2048");
    case Limit::Unit::kPercent:
      return parse_percentage(text);
    case Limit::Unit::kTimes:
      return parse_number(text, "x", "a multiple such as 50x");
  }
  return Error{fmt::format("'{}' has no limit", lint.name)};
}

}  // namespace ari::replay
