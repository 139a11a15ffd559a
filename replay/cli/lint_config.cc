#include "replay/cli/lint_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "replay/cli/lint_words.h"
#include "replay/report/display_width.h"
#include "replay/report/edit_distance.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// Longer than any that somebody wrote; a device may have no end.
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return text.substr(text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

// What is wrong, and where: `at` is a part of the line.
struct Wrong {
  std::string_view at;
  std::string message;
};

std::vector<std::string_view> keys() {
  std::vector<std::string_view> out = {"only", "deny", "warn", "allow"};
  for (const std::string_view name : lint_names()) out.push_back(name);
  return out;
}

// One word of the list that stands after `key`.
std::optional<Error> take_word(std::string_view key, std::string_view word, LintChoices& choices) {
  if (key == "only") return take_lint(word, choices.only);
  if (key == "deny") return take_denied(word, choices);
  if (key == "warn") return take_lint(word, choices.warned);
  return take_allowed(word, choices);
}

std::optional<Wrong> take_list(std::string_view key, std::string_view list, LintChoices& choices) {
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::string_view word = trimmed(list.substr(0, comma));
    if (word.empty()) return Wrong{word, "expected a word between the commas"};
    if (const auto error = take_word(key, word, choices)) return Wrong{word, error->message};
    if (comma == list.npos) return std::nullopt;
    list.remove_prefix(comma + 1);
  }
}

std::optional<Wrong> take_limit(const Lint& lint, std::string_view text, LintChoices& choices) {
  const Result<std::int64_t> limit = parse_limit(lint, text);
  if (!limit.has_value()) return Wrong{text, limit.error().message};
  choices.limits.emplace_back(lint.name, limit.value());
  return std::nullopt;
}

std::optional<Wrong> take_line(std::string_view line, LintChoices& choices) {
  const std::string_view content = trimmed(line.substr(0, line.find('#')));
  if (content.empty()) return std::nullopt;
  const std::size_t equals = content.find('=');
  if (equals == content.npos) return Wrong{content, "expected NAME = VALUE"};
  const std::string_view key = trimmed(content.substr(0, equals));
  const std::string_view value = trimmed(content.substr(equals + 1));
  const Lint* lint = find_lint(key);
  if (lint == nullptr && key != "only" && key != "deny" && key != "warn" && key != "allow") {
    return Wrong{key, fmt::format("unknown name '{}'{}; expected only, deny, warn, allow or a lint",
                                  escaped(key), did_you_mean(key, keys()))};
  }
  if (value.empty()) return Wrong{value, "expected a value after '='"};
  return lint != nullptr ? take_limit(*lint, value, choices) : take_list(key, value, choices);
}

Error error_at(std::string_view path, std::size_t number, std::string_view line,
               const Wrong& wrong) {
  const auto before = static_cast<std::size_t>(wrong.at.data() - line.data());
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::string caret(display_width(escaped(line.substr(0, before))), ' ');
  return {fmt::format("{}:{}:{}: {}\n  {}\n  {}^", escaped(path), number, before + 1, wrong.message,
                      escaped(line), caret)};
}

}  // namespace

Result<LintChoices> parse_lint_config(std::string_view text, std::string_view path) {
  LintChoices choices;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (const auto wrong = take_line(line, choices)) return error_at(path, number, line, *wrong);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return choices;
}

Result<LintChoices> read_lint_config(const std::string& path) {
  const auto unreadable = [&path](int why) {
    return Error{fmt::format("cannot read {}: {}", escaped(path), std::strerror(why))};
  };
  // A directory can be opened, and then gives nothing.
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable(EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return unreadable(errno);
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return unreadable(errno);
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMostBytes) {
    return Error{fmt::format("{} is longer than 1 MiB: no configuration of lints", escaped(path))};
  }
  return parse_lint_config(text, path);
}

}  // namespace ari::replay
