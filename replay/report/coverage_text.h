// Coverage as text: what the figures below it rest on.
#pragma once

#include <string>

#include "replay/input/coverage.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// The whole block that a summary begins with: log, format, span of time, loss, and what
// the format cannot tell.
void append_coverage(const Coverage& coverage, const TextStyle& style, std::string& out);

// Only what is wrong: a line for each kind of loss or oddity, beginning with "!"; nothing
// if the log is sound. For views that give no more room to it.
void append_loss(const Coverage& coverage, const TextStyle& style, std::string& out);

// That the figures are of an instant and not of the log's end, if so. For the top of every
// view that has no whole block.
void append_as_of(const Coverage& coverage, const TextStyle& style, std::string& out);

// That the log's format does not tell of resources, if so.
void append_untold_resources(const Coverage& coverage, const TextStyle& style, std::string& out);

}  // namespace ari::replay
