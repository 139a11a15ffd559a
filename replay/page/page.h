// The report page: a run as one HTML file that needs nothing else.
//
// Overview, findings, a timeline to zoom, who waits for whom, the task table, a page for each
// task. The data is in the page as the JSON of the other reports; page.html, page.css and the
// scripts are built into the program. What comes from the log can never become markup: the JSON holds no "<",
// and the script shows it as text only.
#pragma once

#include <string>
#include <string_view>

namespace ari::replay {

// The JSON documents that the page shows, as their reports print them.
struct PageData {
  std::string summary, tasks, lint, timeline, waits;
};

void append_page(const PageData& data, std::string& out);

// `json` so that it can stand in a script element: "<" becomes \u003c, which means the same
// wherever JSON may have one.
void append_json_for_script(std::string_view json, std::string& out);

}  // namespace ari::replay
