// CsvWriter: a log as a table for spreadsheets and data frames, one row an event.
//
// RFC 4180 with LF as the line's end. The columns are those of kCsvHeader; a cell is empty
// where the format or the kind of event has nothing to say. `fields` holds the rest as
// text logs print it: NAME=VALUE, separated by ", ".
//
// A cell of text from the program (name, target, parked_at, fields) that begins with =, +, - or @,
// which a spreadsheet would take for a formula, has an apostrophe before it.
#pragma once

#include <string>
#include <string_view>

#include "replay/input/reader.h"
#include "subscriber/timestamp.h"

namespace ari::replay {

inline constexpr std::string_view kCsvHeader =
    "at,kind,thread,span,in,name,target,level,task,destroy,outcome,parked_at,fields\n";

// Not thread-safe.
class CsvWriter final : public RecordSink {
 public:
  void record(const subscriber::Record& record, const Line& line) override;

  // What has been written so far and not been taken away yet; the caller may empty it.
  std::string& out() noexcept { return out_; }

 private:
  std::string out_{kCsvHeader};
  std::string fields_;  // kept for its memory
  subscriber::Timestamp timestamp_;
};

}  // namespace ari::replay
