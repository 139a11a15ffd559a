// The commands of ari-replay, each declared and carried out in NAME_command.cc.
#pragma once

#include "replay/cli/spec.h"

namespace ari::replay {

CommandSpec summary_command(Options& options);
CommandSpec tasks_command(Options& options);
CommandSpec task_command(Options& options);
CommandSpec resources_command(Options& options);
CommandSpec resource_command(Options& options);
CommandSpec ops_command(Options& options);
CommandSpec waits_command(Options& options);
CommandSpec dump_command(Options& options);
CommandSpec tree_command(Options& options);
CommandSpec show_command(Options& options);
CommandSpec lint_command(Options& options);
CommandSpec explain_command(Options& options);
CommandSpec wakers_command(Options& options);
CommandSpec why_command(Options& options);
CommandSpec diff_command(Options& options);
CommandSpec metrics_command(Options& options);
CommandSpec timeline_command(Options& options);
CommandSpec report_command(Options& options);
CommandSpec convert_command(Options& options);
CommandSpec recover_command(Options& options);
CommandSpec completion_command(Options& options);

// Options that every command takes.
std::vector<OptionSpec> common_options(Options& options);

}  // namespace ari::replay
