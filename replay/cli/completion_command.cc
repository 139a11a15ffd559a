#include "replay/cli/commands.h"
#include "replay/cli/completion.h"
#include "replay/cli/console.h"
#include "replay/cli/make_option.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  Options unused;
  console.write(completion_script(program_spec(unused), options.shell));
  return kExitDone;
}

}  // namespace

CommandSpec completion_command(Options& o) {
  std::vector<Choice<Shell>> shells = {
      {"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}};
  return {"completion",
          "a script that makes a shell complete all this",
          "Prints the script for the shell that is named.",
          {{"SHELL", "bash, zsh or fish", words_of(shells),
            take_choice(shells, [&o](Shell shell) { o.shell = shell; })}},
          {},
          {{"completion bash > /etc/bash_completion.d/ari-replay", ""},
           {"completion zsh > ~/.zfunc/_ari-replay", "with ~/.zfunc in fpath"},
           {"completion fish > ~/.config/fish/completions/ari-replay.fish", ""}},
          {},
          &run,
          {"--format", "--semantics"}};
}

}  // namespace ari::replay
