// Attributes: the state that resources and async ops tell of themselves, such as a
// semaphore's `permits` or a timer's `duration`.
//
// It comes as events, each of which changes one attribute:
//
//   permits=1, permits.op="override"    duration=101, duration.unit="ms", duration.op="override"
//   permits=1, permits.op="sub"         locked=true
//
// The fields that end in ".op" and ".unit" belong to the one that does not, whatever name
// they begin with: Tokio emits `permits_obtained` together with `permits.op`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "replay/model/task.h"
#include "replay/model/text_pool.h"
#include "subscriber/record.h"

namespace ari::replay {

struct Attribute {
  std::string_view name;
  subscriber::Value value;  // kNone: changed, but from what to what is not in the log
  std::string_view unit;    // empty: none
  SpanId of = 0;            // what tells it: the thing itself, or one made inside it
};

struct AttributeUpdate {
  enum class Op : std::uint8_t { kNone, kOverride, kAdd, kSub };

  std::string_view name;
  subscriber::Value value;
  std::string_view unit;
  Op op = Op::kNone;
};

// What the fields of a state update say; nothing if they name no attribute. The text is
// as long-lived as theirs.
std::optional<AttributeUpdate> read_attribute_update(std::span<const subscriber::Field> fields);

// How a list of attributes is to change.
struct AttributeRules {
  Semantics semantics{};
  // The thing's beginning is not in the log: what it adds to may be anything. Corrected
  // semantics only.
  bool base_unknown = false;
};

// Carries out an update that `of` tells of itself, and returns the attribute as it is then.
//
// Corrected: `add` and `sub` of whole numbers, never below 0 for an unsigned one; anything
// else replaces. Console: a whole number without `op`, and any value of another type than
// the first, change nothing.
const Attribute& update_attribute(std::vector<Attribute>& attributes, const AttributeUpdate& update,
                                  SpanId of, const AttributeRules& rules, TextPool& texts);

// The attribute of this name that `of` tells; null if there is none.
Attribute* find_attribute(std::vector<Attribute>& attributes, std::string_view name, SpanId of);

}  // namespace ari::replay
