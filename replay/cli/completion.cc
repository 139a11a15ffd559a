#include "replay/cli/completion.h"

#include <fmt/format.h>

#include <vector>

namespace ari::replay {

namespace {

// `text` between single quotes, for any of the shells: a quote inside ends the quoted
// piece, is written on its own, and begins the next.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// All that may follow a command and begins with "-".
std::vector<const OptionSpec*> options_of(const ProgramSpec& program, const CommandSpec& command) {
  std::vector<const OptionSpec*> out;
  for (const OptionSpec& option : command.options) out.push_back(&option);
  for (const OptionSpec* option : common_options_of(program, command)) out.push_back(option);
  return out;
}

std::string option_words(const ProgramSpec& program, const CommandSpec& command) {
  std::string out;
  for (const OptionSpec* option : options_of(program, command)) {
    out += fmt::format("{} ", option->name);
    if (!option->short_name.empty()) out += fmt::format("{} ", option->short_name);
  }
  return out + "--help";
}

std::string bash(const ProgramSpec& program) {
  std::string commands, cases, values;
  for (const CommandSpec& command : program.commands) {
    commands += fmt::format("{} ", command.name);
    cases += fmt::format("    {}) options={} ;;\n", command.name,
                         quoted(option_words(program, command)));
    for (const OptionSpec* option : options_of(program, command)) {
      if (option->is_flag()) continue;
      values += fmt::format("    {}:{}) words={} ;;\n", command.name, option->name,
                            quoted(fmt::format("{}", fmt::join(option->choices, " "))));
    }
    for (const ArgumentSpec& argument : command.arguments) {
      if (argument.choices.empty()) continue;
      values += fmt::format("    {0}:{0}) words={1} ;;\n", command.name,
                            quoted(fmt::format("{}", fmt::join(argument.choices, " "))));
    }
  }
  return fmt::format(R"(# bash completion for ari-replay
_ari_replay() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  # "=" is a word of its own: --format=js is three words.
  [ "$current" = "=" ] && current=
  [ "$previous" = "=" ] && previous=${{COMP_WORDS[COMP_CWORD-2]}}
  local command=${{COMP_WORDS[1]}} options='' words=none
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W {}'--help --version' -- "$current"))
    return
  fi
  case $command in
{}  esac
  case $command:$previous in
{}  esac
  if [ "$words" != none ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    compopt -o filenames
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -F _ari_replay ari-replay
)",
                     quoted(commands), cases, values);
}

// What zsh's _arguments reads: brackets and colons in a description need a backslash.
std::string zsh_description(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_value(std::string_view name, const std::vector<std::string_view>& choices) {
  return choices.empty() ? fmt::format(":{}:", name)
                         : fmt::format(":{}:({})", name, fmt::join(choices, " "));
}

// One option for _arguments: "=" lets the value stand in the same word or the next.
std::string zsh_option(const OptionSpec& option, std::string_view name) {
  const bool is_long = name.starts_with("--");
  const std::string_view value_name = option.value.empty() ? "word" : option.value;
  return " \\\n        " +
         quoted(fmt::format("{}{}{}[{}]{}", option.repeatable ? "*" : "", name,
                            option.is_flag() ? ""
                            : is_long        ? "="
                                             : "+",
                            zsh_description(option.help),
                            option.is_flag() ? "" : zsh_value(value_name, option.choices)));
}

std::string zsh_arguments(const ProgramSpec& program, const CommandSpec& command) {
  std::string out;
  for (const OptionSpec* option : options_of(program, command)) {
    out += zsh_option(*option, option->name);
    if (!option->short_name.empty()) out += zsh_option(*option, option->short_name);
  }
  out += " \\\n        '(- *)--help[show help]'";
  for (const ArgumentSpec& argument : command.arguments) {
    std::string value = argument.is_file ? fmt::format(":{}:_files", argument.name)
                                         : zsh_value(argument.name, argument.choices);
    if (argument.repeatable) value.insert(0, "*");
    out += " \\\n        " + quoted(value);
  }
  return out;
}

std::string zsh(const ProgramSpec& program) {
  std::string commands, cases;
  for (const CommandSpec& command : program.commands) {
    commands += fmt::format(
        "    {}\n", quoted(fmt::format("{}:{}", command.name, zsh_description(command.summary))));
    cases += fmt::format("    {})\n      _arguments{} ;;\n", command.name,
                         zsh_arguments(program, command));
  }
  return fmt::format(R"(#compdef ari-replay
_ari_replay() {{
  local -a commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}
# Sourced, it installs itself; autoloaded from fpath, it is the function.
if [ "$funcstack[1]" = "_ari_replay" ]; then
  _ari_replay "$@"
else
  compdef _ari_replay ari-replay
fi
)",
                     commands, cases);
}

std::string fish(const ProgramSpec& program) {
  std::string out = "# fish completion for ari-replay\n";
  const std::string_view line = "complete -c ari-replay";
  for (const CommandSpec& command : program.commands) {
    out += fmt::format("{} -n __fish_use_subcommand -f -a {} -d {}\n", line, command.name,
                       quoted(command.summary));
  }
  for (const CommandSpec& command : program.commands) {
    const std::string when = quoted(fmt::format("__fish_seen_subcommand_from {}", command.name));
    for (const OptionSpec* option : options_of(program, command)) {
      out += fmt::format("{} -n {} -l {} -d {}", line, when, option->name.substr(2),
                         quoted(option->help));
      if (!option->short_name.empty()) out += fmt::format(" -s {}", option->short_name.substr(1));
      if (!option->is_flag()) out += " -x";
      if (!option->choices.empty()) {
        out += fmt::format(" -a {}", quoted(fmt::format("{}", fmt::join(option->choices, " "))));
      }
      out += '\n';
    }
    for (const ArgumentSpec& argument : command.arguments) {
      if (argument.choices.empty()) continue;
      out += fmt::format("{} -n {} -f -a {}\n", line, when,
                         quoted(fmt::format("{}", fmt::join(argument.choices, " "))));
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const ProgramSpec& program, Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return bash(program);
    case Shell::kZsh:
      return zsh(program);
    case Shell::kFish:
      return fish(program);
  }
  return {};
}

}  // namespace ari::replay
