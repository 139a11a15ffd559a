// RecordCopy: a record that owns what it points to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replay/input/reader.h"
#include "subscriber/record.h"

namespace ari::replay {

// Can be moved, but not while somebody uses what record() returned.
class RecordCopy {
 public:
  RecordCopy(const subscriber::Record& record, const Line& line);

  const subscriber::Record& record() const noexcept { return record_; }
  // Without its text.
  Line line() const noexcept { return {line_, {}, true}; }

 private:
  subscriber::Record record_;
  std::uint64_t line_;
  std::unique_ptr<char[]> text_;  // all texts, one behind the other
  std::vector<subscriber::Field> fields_;
};

}  // namespace ari::replay
