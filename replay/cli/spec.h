// Spec: the command line declared, once.
//
// The parser, the help texts and the shell completions all work from these descriptions,
// so that they cannot drift apart. Each command is declared, and carried out, in a file of
// its own: tasks_command.cc and so on. Options of all commands are in common_options.cc.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/cli/options.h"
#include "replay/result.h"

namespace ari::replay {

inline constexpr std::string_view kProgramName = "ari-replay";

// Takes a value as typed; an error says what is wrong with it.
using Take = std::function<std::optional<Error>(const std::string& typed)>;

struct OptionSpec {
  std::string_view name;                  // "--format"
  std::string_view short_name;            // "-C"; may be empty
  std::string_view value;                 // "N", "TIME"; empty: a flag, or its few choices
  std::vector<std::string_view> choices;  // all that may be typed; empty: anything
  std::string_view fallback;              // what holds without the option; may be empty
  std::string_view help;
  Take take;
  bool repeatable = false;
  bool choices_in_notes = false;  // the command's notes tell what they are

  bool is_flag() const noexcept { return value.empty() && choices.empty(); }
};

struct ArgumentSpec {
  std::string_view name;  // "LOG"
  std::string_view help;
  std::vector<std::string_view> choices;  // empty: anything
  Take take;
  bool is_file = false;     // shells complete it with names of files
  bool repeatable = false;  // may be given several times; one argument of a command at most
};

struct Example {
  std::string_view command;  // without the program's name
  std::string_view meaning;
};

class Console;

struct CommandSpec {
  std::string_view name;
  std::string_view summary;  // a line in the list of commands
  std::string_view about;    // sentences for its own help
  std::vector<ArgumentSpec> arguments;
  std::vector<OptionSpec> options;  // one named like a common one stands in its place
  std::vector<Example> examples;
  std::string notes;  // at the end of its help; may be empty
  // Carries the command out and returns the exit status.
  int (*run)(const Options& options, Console& console) = nullptr;
  // Common options that mean nothing to it, and are wrong usage.
  std::vector<std::string_view> without = {};

  bool takes(const OptionSpec& common) const {
    return std::find(without.begin(), without.end(), common.name) == without.end();
  }
};

struct ProgramSpec {
  std::vector<CommandSpec> commands;
  std::vector<OptionSpec> common;  // of every command
};

// The common options that hold for `command` unchanged.
std::vector<const OptionSpec*> common_options_of(const ProgramSpec& program,
                                                 const CommandSpec& command);

// The option of that name; nullptr if there is none.
const OptionSpec* find_option(const std::vector<OptionSpec>& options, std::string_view name);

// The command line of ari-replay. What is taken is written to `options`, which must
// outlive it.
ProgramSpec program_spec(Options& options);

}  // namespace ari::replay
