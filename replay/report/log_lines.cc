#include "replay/report/log_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/line_number.h"
#include "replay/input/log_input.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

std::string_view without_folder(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

const std::string& path_of_line(const Coverage& coverage, LineNumber line) {
  const std::size_t file = file_of_line(line);
  return file < coverage.files.size() ? coverage.files[file].path : coverage.path;
}

std::string log_name(const Coverage& coverage, LineNumber line) {
  return escaped(name_of_input(path_of_line(coverage, line)));
}

std::string short_log_name(const Coverage& coverage, LineNumber line) {
  const std::string path = name_of_input(path_of_line(coverage, line));
  const std::string_view name = without_folder(path);
  const auto same =
      std::count_if(coverage.files.begin(), coverage.files.end(),
                    [&](const FileCoverage& file) { return without_folder(file.path) == name; });
  return escaped(same > 1 ? path : name);
}

std::vector<std::string> short_log_names(const std::vector<std::string>& paths) {
  Coverage coverage;
  for (const std::string& path : paths) coverage.files.emplace_back().path = path;
  std::vector<std::string> names;
  for (std::size_t file = 0; file < paths.size(); ++file) {
    names.push_back(short_log_name(coverage, lines_of_file(file)));
  }
  return names;
}

bool are_of_one_run(const Coverage& coverage, LineNumber a, LineNumber b) {
  const std::size_t i = file_of_line(a), j = file_of_line(b);
  const auto& files = coverage.files;
  return i == j || (i < files.size() && j < files.size() && files[i].run == files[j].run);
}

std::string line_text(const Coverage& coverage, LineNumber line) {
  if (line_in_file(line) == 0) return {};
  if (coverage.files.empty()) return fmt::to_string(line_in_file(line));
  return fmt::format("{}:{}", short_log_name(coverage, line), line_in_file(line));
}

std::string lines_text(const Coverage& coverage, LineNumber first, LineNumber last) {
  std::string out = line_text(coverage, first);
  if (last <= first) return out;
  if (file_of_line(first) != file_of_line(last)) return out + '-' + line_text(coverage, last);
  return out + fmt::format("-{}", line_in_file(last));
}

}  // namespace ari::replay
