// ari-replay: reads logs of async runs and tells what happened.
//
// The command line is declared in replay/cli, understood by its parser and carried out by
// the command's run function; here they are put together.
#include <csignal>
#include <string>
#include <variant>
#include <vector>

#include "replay/cli/console.h"
#include "replay/cli/parse.h"
#include "replay/cli/spec.h"

namespace {

using namespace ari::replay;

int fail(const UsageError& error, Console& console) {
  console.remark(error.message);
  std::string hint = "  try '" + std::string(kProgramName);
  if (!error.command.empty()) hint += " " + error.command;
  console.write_error(hint + " --help'\n");
  return kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away early shows as an error of write(), which ends us quietly.
  std::signal(SIGPIPE, SIG_IGN);
  Console console;
  Options options;
  const ProgramSpec program = program_spec(options);
  const Parsed parsed =
      parse_command_line(program, std::vector<std::string>(argv + 1, argv + argc));
  if (const auto* error = std::get_if<UsageError>(&parsed)) return fail(*error, console);
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    console.write(answer->text);
    return kExitDone;
  }
  return std::get<const CommandSpec*>(parsed)->run(options, console);
}
