#include "subscriber/callsite_json.h"

#include "subscriber/escape.h"

namespace ari::subscriber {

namespace {

void append_member(std::string& out, std::string_view before, std::string_view value) {
  out.append(before);
  append_json_string(out, value);
}

}  // namespace

const CallsiteJson::Pieces& CallsiteJson::find(const Record& record) {
  const auto [it, is_new] =
      numbers_.try_emplace(record.callsite, static_cast<std::uint32_t>(all_.size()));
  if (is_new) all_.emplace_back();
  recent_[place(record.callsite)] = it->second;
  Pieces& pieces = all_[it->second];
  if (is_new) {
    pieces.callsite = record.callsite;
    append_member(pieces.head, R"(,"target":)", record.target);
    if (record.level != Level::kTrace) {
      append_member(pieces.head, R"(,"level":)", level_name(record.level));
    }
  }
  if (record.kind == RecordKind::kNew && pieces.name.empty()) {
    append_member(pieces.name, R"(,"name":)", record.name);
  }
  // A callsite may give fewer values than it has fields.
  for (std::size_t i = pieces.names.size(); i < record.fields.size(); ++i) {
    append_json_string(pieces.names.emplace_back(), record.fields[i].name);
    pieces.names.back().push_back(':');
  }
  return pieces;
}

}  // namespace ari::subscriber
