// Members that many JSON reports share: text or null, instants, distributions, the head.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// `"NAME":"text"`, or null where the text is empty: absent is null in every report.
void member_or_null(JsonWriter& json, std::string_view name, std::string_view text);

// `"NAME":41`, or null for 0: columns and threads are numbered from 1.
void member_from_1(JsonWriter& json, std::string_view name, std::uint64_t number);

// The same for the number of a line. If it is in another log than the first of several, its
// place in coverage.files follows as `"NAME_file":1`.
void member_line(JsonWriter& json, std::string_view name, LineNumber line);

// `"NAME":"2026-11-23T12:34:01.926359123Z"` or null.
void member_instant(JsonWriter& json, std::string_view name, std::optional<std::int64_t> unix_ns);

// `"NAME":"src/main.rs:6:37"` or null.
void member_location(JsonWriter& json, std::string_view name, const SourceLocation* location);
void member_location(JsonWriter& json, std::string_view name, const subscriber::Location& location);

// A value by its type: a number in full, true, false, null, or else text. `text` is how a text
// log prints it, without quotes.
void write_typed(JsonWriter& json, subscriber::ValueType type, std::string_view text);

// `"state":"idle"`, or null where the log does not tell it.
void member_state(JsonWriter& json, const Task& task, const Coverage& coverage);

// `"tasks":[11,12]`: the span ids of those in it.
void member_tasks(JsonWriter& json, const Deadlock& deadlock);

// `"NAME":{"count":…,"min_ns":…,…}`.
void member_distribution(JsonWriter& json, std::string_view name, const Distribution& d);

// What every report begins with: "version", "semantics", "coverage".
void write_head(JsonWriter& json, Semantics semantics, const Coverage& coverage);
void write_head(JsonWriter& json, const Model& model);

}  // namespace ari::replay
