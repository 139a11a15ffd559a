#include "replay/cli/make_option.h"

#include <fmt/format.h>

#include "replay/report/edit_distance.h"
#include "replay/report/words.h"

namespace ari::replay {

std::string either(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

Error unknown_word(std::string_view typed, std::span<const std::string_view> words) {
  return {fmt::format("unknown value '{}'{}; expected {}", escaped(typed),
                      did_you_mean(typed, words), either(words))};
}

Error no_whole_number(std::string_view typed) {
  return {fmt::format("'{}' is no whole number from 0 on", escaped(typed))};
}

OptionSpec value_option(std::string_view name, std::string_view value, std::string_view help,
                        Take take) {
  OptionSpec option;
  option.name = name;
  option.value = value;
  option.help = help;
  option.take = std::move(take);
  return option;
}

OptionSpec flag(std::string_view name, std::string_view help, bool& into) {
  OptionSpec option;
  option.name = name;
  option.help = help;
  option.take = [&into](const std::string&) -> std::optional<Error> {
    into = true;
    return std::nullopt;
  };
  return option;
}

OptionSpec repeatable(OptionSpec option) {
  option.repeatable = true;
  return option;
}

OptionSpec output_option(Options& o) {
  OptionSpec option = value_option(
      "--output", "FILE",
      "where to write it, compressed if the name ends in .zst; else standard output",
      [&o](const std::string& path) -> std::optional<Error> {
        if (path.ends_with(".gz")) {
          return Error{fmt::format(
              "'{}': gzip is not written; a name that ends in .zst is compressed", escaped(path))};
        }
        o.output = path;
        return std::nullopt;
      });
  option.short_name = "-o";
  return option;
}

ArgumentSpec log_argument(Options& options) {
  return {"LOG",
          "the log to read, or several to be read as one; - is standard input",
          {},
          [&options](const std::string& typed) -> std::optional<Error> {
            if (typed.empty()) return Error{"expected the name of a file"};
            options.logs.push_back(typed);
            return std::nullopt;
          },
          true,
          true};
}

ArgumentSpec task_argument(Options& o) {
  return {"ID",
          "a span id as in the log, a name, or span=7, name=worker, task.id=12, line=41",
          {},
          take_parsed(&parse_task_selector,
                      [&o](TaskSelector selector) { o.task = std::move(selector); })};
}

}  // namespace ari::replay
