// KeptFields: fields that outlive the record they came with.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "subscriber/record.h"

namespace ari::replay {

class KeptFields {
 public:
  KeptFields() = default;
  explicit KeptFields(std::span<const subscriber::Field> fields);

  std::span<const subscriber::Field> fields() const noexcept { return fields_; }

 private:
  std::vector<subscriber::Field> fields_;  // their text is in texts_
  std::unique_ptr<char[]> texts_;
};

}  // namespace ari::replay
