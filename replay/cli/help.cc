#include "replay/cli/help.h"

#include <fmt/format.h>

#include "replay/cli/make_option.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTermColumns = 22;

void append_wrapped(std::string_view text, std::string& out) {
  for (const std::string& line : wrap(text, kWidth)) out += line + '\n';
}

// "  TERM   what it means", the meaning wrapped beside or, after a long term, below it.
void append_entry(std::string_view term, std::string_view meaning, std::string& out) {
  std::string head = fmt::format("  {}", term);
  if (head.size() + 2 > kTermColumns && !meaning.empty()) {
    out += head + '\n';
    head.clear();
  }
  for (const std::string& line : wrap(meaning, kWidth - kTermColumns)) {
    const std::string row = fmt::format("{:<{}}{}", head, kTermColumns, line);
    out += row.substr(0, row.find_last_not_of(' ') + 1) + '\n';
    head.clear();
  }
}

std::string term(const OptionSpec& option) {
  std::string out;
  if (!option.short_name.empty()) out += fmt::format("{}, ", option.short_name);
  out += option.name;
  if (!option.value.empty()) {
    out += fmt::format(" {}", option.value);
  } else if (!option.choices.empty()) {
    out += fmt::format(" {}", fmt::join(option.choices, "|"));
  }
  return out;
}

std::string meaning(const OptionSpec& option) {
  std::string out(option.help);
  if (!option.value.empty() && !option.choices.empty() && !option.choices_in_notes) {
    out += fmt::format(": {}", fmt::join(option.choices, ", "));
  }
  if (option.repeatable) out += "; may be repeated";
  if (!option.fallback.empty()) out += fmt::format(" (default: {})", option.fallback);
  return out;
}

void append_options(std::string_view title, const std::vector<const OptionSpec*>& options,
                    std::string& out) {
  if (options.empty()) return;
  out += fmt::format("\n{}:\n", title);
  for (const OptionSpec* option : options) append_entry(term(*option), meaning(*option), out);
}

std::vector<const OptionSpec*> pointers_to(const std::vector<OptionSpec>& options) {
  std::vector<const OptionSpec*> out;
  for (const OptionSpec& option : options) out.push_back(&option);
  return out;
}

void append_common(const std::vector<const OptionSpec*>& common, std::string& out) {
  append_options("Options of most commands", common, out);
  append_entry("-h, --help", "this help; after a command, the command's", out);
  append_entry("--version", "the version", out);
}

void append_examples(const std::vector<Example>& examples, std::string& out) {
  out += "\nExamples:\n";
  for (const Example& example : examples) {
    if (!example.meaning.empty()) out += fmt::format("  # {}\n", example.meaning);
    out += fmt::format("  {} {}\n", kProgramName, example.command);
  }
}

constexpr std::string_view kExitStatus =
    "\nExit status: 0 done; 1 findings (lint, diff); 2 wrong usage or unreadable input.\n";

std::string arguments_of(const CommandSpec& command) {
  std::string out(command.name);
  for (const ArgumentSpec& argument : command.arguments) {
    out += fmt::format(" {}{}", argument.name, argument.repeatable ? "..." : "");
  }
  return out;
}

}  // namespace

std::string program_help(const ProgramSpec& program) {
  std::string out =
      fmt::format("{} tells what an async run really did, from its log.\n\n", kProgramName);
  out += fmt::format("Usage: {} COMMAND LOG [OPTION]...\n\nCommands:\n", kProgramName);
  for (const CommandSpec& command : program.commands) {
    append_entry(arguments_of(command), command.summary, out);
  }
  out += '\n';
  append_wrapped(
      "LOG is a file, or - for standard input: a log in ari JSONL, the text of ari or of "
      "ari-subscriber, a recording of console-subscriber (TOKIO_CONSOLE_RECORD_PATH), or what "
      "tracing_subscriber::fmt prints with FmtSpan::FULL (JSON, Full, Compact or Pretty). It is "
      "recognised by its content, and may be compressed with gzip or zstd. Of several logs the "
      "files "
      "that one run was rotated into are read as one log; those of different programs are told "
      "side by side.",
      out);
  append_common(pointers_to(program.common), out);
  append_examples({{"summary run.jsonl", "the first look at any log"},
                   {"task run.jsonl \"sleep once\"", "one task, line by line"},
                   {"lint run.jsonl", "findings, for CI"}},
                  out);
  out += fmt::format("\nOf one command: {} COMMAND --help\n", kProgramName);
  out += kExitStatus;
  return out;
}

std::string command_help(const ProgramSpec& program, const CommandSpec& command) {
  std::string out = fmt::format("{} {}: {}\n\nUsage: {}\n\n", kProgramName, command.name,
                                command.summary, usage(command));
  append_wrapped(command.about, out);
  out += '\n';
  for (const ArgumentSpec& argument : command.arguments) {
    append_entry(argument.name, argument.help, out);
  }
  append_options("Options", pointers_to(command.options), out);
  append_common(common_options_of(program, command), out);
  if (!command.notes.empty()) out += '\n' + command.notes;
  append_examples(command.examples, out);
  out += kExitStatus;
  return out;
}

std::string usage(const CommandSpec& command) {
  return fmt::format("{} {} [OPTION]...", kProgramName, arguments_of(command));
}

std::string version_text() { return fmt::format("{} {}\n", kProgramName, ARI_VERSION); }

}  // namespace ari::replay
