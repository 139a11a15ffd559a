// Building blocks for the declarations in *_command.cc: options by what they take.
//
// Each take function checks the text that was typed and hands its meaning to `use`; the
// error it may return says what was expected.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "replay/cli/spec.h"

namespace ari::replay {

// "a", "a or b", "a, b or c".
std::string either(std::span<const std::string_view> words);

Error unknown_word(std::string_view typed, std::span<const std::string_view> words);
Error no_whole_number(std::string_view typed);

// A word that may be typed, and what it stands for.
template <typename T>
struct Choice {
  std::string_view word;
  T value;
};

template <typename T>
std::vector<std::string_view> words_of(const std::vector<Choice<T>>& choices) {
  std::vector<std::string_view> words;
  for (const Choice<T>& choice : choices) words.push_back(choice.word);
  return words;
}

template <typename T>
Take take_choice(std::vector<Choice<T>> choices, std::invocable<T> auto use) {
  return [choices = std::move(choices), use](const std::string& typed) -> std::optional<Error> {
    for (const Choice<T>& choice : choices) {
      if (choice.word != typed) continue;
      use(choice.value);
      return std::nullopt;
    }
    return unknown_word(typed, words_of(choices));
  };
}

// Takes what `parse` makes of the text.
template <typename T>
Take take_parsed(Result<T> (*parse)(std::string_view), std::invocable<T> auto use) {
  return [parse, use](const std::string& typed) -> std::optional<Error> {
    auto parsed = parse(typed);
    if (!parsed.has_value()) return parsed.error();
    use(std::move(parsed).value());
    return std::nullopt;
  };
}

template <std::unsigned_integral T>
Result<T> parse_whole_number(std::string_view text) {
  T number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return no_whole_number(text);
  return number;
}

// An option whose value is one of some words; `fallback` is the one that holds without it.
// The help calls the value `value`; if that is empty, it lists the words instead.
template <typename T>
OptionSpec word_option(std::string_view name, std::string_view value,
                       std::vector<Choice<T>> choices, std::string_view fallback,
                       std::string_view help, std::invocable<T> auto use) {
  OptionSpec option;
  option.name = name;
  option.value = value;
  option.choices = words_of(choices);
  option.fallback = fallback;
  option.help = help;
  option.take = take_choice(std::move(choices), use);
  return option;
}

// An option with a value called `value` in the help.
OptionSpec value_option(std::string_view name, std::string_view value, std::string_view help,
                        Take take);

// An option without a value, which sets `into`.
OptionSpec flag(std::string_view name, std::string_view help, bool& into);

// The option may be given several times.
OptionSpec repeatable(OptionSpec option);

// --output FILE, for what a Destination takes.
OptionSpec output_option(Options& options);

// The argument that names the log.
ArgumentSpec log_argument(Options& options);

// The argument that names a task.
ArgumentSpec task_argument(Options& options);

}  // namespace ari::replay
