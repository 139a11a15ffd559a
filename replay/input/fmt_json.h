// fmt JSON: what `tracing_subscriber::fmt().json()` prints.
//
//   {"timestamp":"2026-01-05T10:00:00.480038Z","level":"TRACE","fields":{"message":"new"},
//    "target":"tokio::task","span":{"kind":"task","task.id":18,…,"name":"runtime.spawn"},
//    "spans":[],"threadId":"ThreadId(3)"}
//
// `span` is the span that the line is about or in, `spans` what the thread is inside of,
// root first. Both, the threads and the target can be switched off, and the fields can be
// flattened into the object; keys come in any order and unknown ones are passed over. A
// span's text is its object as it stands.
//
// Without `span` nothing says which span begins or closes: spans then show when they are
// first entered, and their lifetimes are unknown.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "replay/input/fmt_records.h"
#include "replay/input/fmt_stamp.h"
#include "replay/input/json_cursor.h"
#include "replay/input/line_text.h"
#include "replay/input/reader.h"

namespace ari::replay {

class FmtJsonReader : public Reader, private FmtSyntax {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;

  // Whether a line is one of this format's, in any key order.
  static bool recognises(std::string_view line);

 private:
  struct Entry;  // one line, taken apart

  bool read_entry(JsonCursor& json, Entry& entry);
  bool read_member(JsonCursor& json, std::string_view key, Entry& entry);
  bool read_span(JsonCursor& json, std::string_view& text);
  bool read_spans(JsonCursor& json);
  void describe(std::string_view span, std::uint32_t thread, FmtSpans& spans,
                FmtSpanText& says) override;

  FmtRecords records_{*this, false};
  FmtStampReader stamps_;
  LineText room_;
  Fields fields_;  // in "fields"
  Fields flat_;    // beside the keys of the format
  std::vector<std::string_view> around_;
  // Objects of spans seen last: lines repeat them, and comparing takes less than reading.
  std::array<std::string, 4> recent_;
  std::size_t oldest_ = 0;
  bool saw_span_ = false;  // the log has the key "span"
};

}  // namespace ari::replay
