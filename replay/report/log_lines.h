// Where in which log something stands, in words.
#pragma once

#include <string>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/model/task.h"

namespace ari::replay {

// The path of the log that the line is in, as it was given: not safe to print.
const std::string& path_of_line(const Coverage& coverage, LineNumber line);
// The same to print: "logs/run.jsonl", "standard input".
std::string log_name(const Coverage& coverage, LineNumber line);
// Of several logs the shortest name that tells them apart: "run.jsonl". Safe to print.
std::string short_log_name(const Coverage& coverage, LineNumber line);

// The shortest names that tell these logs apart, in the same order. Safe to print.
std::vector<std::string> short_log_names(const std::vector<std::string>& paths);

// Whether what begins in these lines belongs to one run, and knows the same ids.
bool are_of_one_run(const Coverage& coverage, LineNumber a, LineNumber b);

// "27"; of several logs "run.jsonl:27". Empty for line 0.
std::string line_text(const Coverage& coverage, LineNumber line);
// "27-30", "run.jsonl:27-30", "run.jsonl:27-run.2.jsonl:3"; "27" if `last` is not behind it.
std::string lines_text(const Coverage& coverage, LineNumber first, LineNumber last);

}  // namespace ari::replay
