#include "replay/page/page.h"

#include <array>
#include <utility>

#include "replay/page/assets.h"

namespace ari::replay {

namespace {

void append_document(std::string_view name, std::string_view json, std::string& out) {
  out.append("\"").append(name).append("\":");
  append_json_for_script(json, out);
}

void append_data(const PageData& data, std::string& out) {
  const std::array<std::pair<std::string_view, const std::string*>, 5> documents = {
      {{"summary", &data.summary},
       {"tasks", &data.tasks},
       {"lint", &data.lint},
       {"timeline", &data.timeline},
       {"waits", &data.waits}}};
  char separator = '{';
  for (const auto& [name, json] : documents) {
    out += separator;
    append_document(name, *json, out);
    separator = ',';
  }
  out += '}';
}

}  // namespace

void append_json_for_script(std::string_view json, std::string& out) {
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
}

// The template is walked once, so that a name in the data that looks like one of its
// places is left alone.
void append_page(const PageData& data, std::string& out) {
  std::string_view rest = kPageHtml;
  const auto copy_up_to = [&](std::string_view place) {
    const std::size_t at = rest.find(place);
    out += rest.substr(0, at);
    rest.remove_prefix(at + place.size());
  };
  copy_up_to("@STYLE@\n");
  out += kPageCss;
  copy_up_to("@DATA@");
  append_data(data, out);
  copy_up_to("@SCRIPT@\n");
  out += kPageJs;
  out += kWaitsJs;
  out += rest;
}

}  // namespace ari::replay
