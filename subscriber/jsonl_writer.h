// JsonlWriter: Records as the JSON lines that FORMAT.md specifies.
//
//   {"at":"2026-11-23T12:34:01.926359123Z","k":"enter","th":1,"id":7}
//
// This is the log that replay reads back without loss: record → line → record is the
// identity for everything a Record can say about our own runs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "subscriber/callsite_json.h"
#include "subscriber/line_buffer.h"
#include "subscriber/record.h"
#include "subscriber/timestamp.h"

namespace ari::subscriber {

// The version in a log's first line; a reader refuses what is above the one it knows.
inline constexpr std::uint64_t kFormatVersion = 1;

// Not thread-safe. Memory grows with the number of distinct callsites and places in
// `parked_at`.
class JsonlWriter {
 public:
  JsonlWriter();

  // Appends the record's line with its line end; before it, where `parked_at` names a
  // place for the first time, the line that defines that place. Must see every record of
  // a log, in order, since kEnd says how many lines there were.
  void write(const Record& record, std::string& out);

 private:
  // A place that has been given a number.
  struct Place {
    std::string file, function;
    std::uint64_t number;
  };

  void begin_log(const Record& header);
  // Adds {"at":…,"k":KIND and, if the record has one, the thread.
  void add_start(LineBuffer& line, std::int64_t at_unix_ns, std::uint32_t thread,
                 std::string_view kind);
  void add_start(LineBuffer& line, const Record& record, std::string_view kind) {
    add_start(line, record.at_unix_ns, record.thread, kind);
  }
  void write_header(const Record& record, LineBuffer& line);
  void write_waker(const Record& record, LineBuffer& line);
  // The number of a kExit's place; if it is new, appends the line that defines it.
  std::uint64_t number_of(const Record& exit, std::string& out);
  std::uint64_t find_number(const Location& place, std::int64_t at_unix_ns, std::string& out);

  Timestamp timestamp_;
  std::string second_;  // a line's beginning up to the fraction, for the current second
  CallsiteJson callsites_;
  std::unordered_multimap<std::uint64_t, Place> places_;  // by line and column
  // Of those the one that came last at each place in here.
  struct Recent {
    const void* callsite = nullptr;
    std::uint64_t number = 0;
  };
  std::array<Recent, 64> recent_places_;
  std::uint64_t events_ = 0;   // lines of kinds kNew to kWaker since the header
  bool tells_retold_ = false;  // the header says how many of the first lines are Record::retold
};

}  // namespace ari::subscriber
