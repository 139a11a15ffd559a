// What commands do that show one view of a folded log: fold, print; with --follow again and again.
#pragma once

#include <functional>
#include <string>

#include "replay/cli/console.h"
#include "replay/cli/options.h"
#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Appends a view of the model and returns the exit status that it stands for.
using ModelView = std::function<int(const Model& model, const TextStyle& style, std::string& out)>;

// Folds the logs as the options say and prints the view of them. With --follow the view of what
// there is so far is drawn on a terminal once a second, and the last one is printed when Ctrl-C ends
// it. Returns the exit status of what was printed; kExitUsage if the log cannot be read.
int print_folded(const Options& options, FoldOptions fold_options, Console& console,
                 const ModelView& view);

}  // namespace ari::replay
