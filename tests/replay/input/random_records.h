// Records at random, for properties that must hold whatever a log says.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "subscriber/record.h"

namespace ari::test {

class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  // One of the kinds kNew to kWaker, with every field that such a record may have now and
  // then. Spans are begun before they are used. Valid until the next call.
  const subscriber::Record& next();

  // A number from 0 to `below` - 1.
  std::uint64_t number(std::uint64_t below) { return random_() % below; }
  // Words, signs that formats use, control characters, characters beyond ASCII.
  std::string text();

 private:
  std::string_view keep(std::string text);
  subscriber::Value value();
  void fill_fields();
  subscriber::SpanId open_span();

  std::mt19937_64 random_;
  subscriber::Record record_;
  std::vector<subscriber::Field> fields_;
  std::deque<std::string> texts_;  // what the record's views point to
  std::vector<subscriber::SpanId> open_;
  subscriber::SpanId last_id_ = 0;
  std::int64_t at_unix_ns_ = 1'795'437'241'000'000'000;
};

}  // namespace ari::test
