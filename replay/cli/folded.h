// What most commands do first: read the log, fold it, look for findings; and last: print.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "replay/cli/console.h"
#include "replay/cli/options.h"
#include "replay/input/coverage.h"
#include "replay/lint/finding.h"
#include "replay/lint/lint_settings.h"
#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

class Rows;
class Tracks;

struct Folded {
  const Model& model;
  std::vector<Finding> findings;
};

// The fold options with what the command line says of the semantics and of --at.
FoldOptions as_asked(const Options& options, FoldOptions fold_options);
// The fold options with what these lints need.
FoldOptions for_lints(const LintSettings& lints, FoldOptions fold_options = {});

// Whether the log has uptimes if the options name one; if not, that is told on standard error.
bool have_uptimes_if_asked(const Options& options, const Coverage& coverage, Console& console);
// Reads the logs that were given into `sink`, with progress on a terminal. Nothing if they could
// not be read at all, or not as asked, which has been told on standard error.
std::optional<Coverage> read_asked(const Options& options, RecordSink& sink, Console& console);
// What was done when in the logs, as rows; read a second time if exits are not in them. Nothing as
// of read_asked().
std::optional<Coverage> read_rows(const Options& options, Rows& rows, Console& console);
// Tells on standard error of polls without their ends, where logs are read once.
void tell_unsettled(const Tracks& tracks, Console& console);
// Tells on standard error what is wrong in what was read.
void tell_problems(const Coverage& coverage, Console& console);
// Of lines that are printed as they are: tells what their times mean, if they are uptimes.
void tell_uptimes(const Coverage& coverage, Console& console);

// The log folded as the options say; what is wrong in it is told on standard error.
// Null if it could not be read at all, which has been told too.
//
// What these return is there until the process ends, and goes with it: to take a large model
// apart takes longer than to print a view of it.
const Model* fold_log(const Options& options, FoldOptions fold_options, Console& console);

// The same, and looked for findings: by the lints' default settings, or by those given.
const Folded* fold_and_lint(const Options& options, FoldOptions fold_options, Console& console);
const Folded* fold_and_lint(const Options& options, FoldOptions fold_options,
                            const LintSettings& lints, Console& console);

// The index of the task that the options name; nothing if that is none or several, which has been
// told on standard error.
std::optional<std::size_t> asked_task(const Model& model, const Options& options, Console& console);

// How text is to look on this console.
TextStyle text_style(const Options& options, const Console& console);

// Prints a view in the format that was asked for: `json(out)` or `text(style, out)` appends it.
template <typename Json, typename Text>
void print_view(const Options& options, Console& console, Json json, Text text) {
  std::string out;
  if (options.format == Format::kJson) {
    json(out);
  } else {
    text(text_style(options, console), out);
  }
  console.write(out);
}

}  // namespace ari::replay
