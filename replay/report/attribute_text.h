// Attributes of resources and async ops as text: `permits=3`, `duration=101ms`.
#pragma once

#include <string>
#include <vector>

#include "replay/model/attribute.h"

namespace ari::replay {

// The value as a text log prints it, without quotes: not safe to print. "?" if the log does
// not tell.
std::string value_text(const subscriber::Value& value);

// The attribute's name. One that another thing tells of itself, under a name that is in the
// list already, has that one's span id behind it: "permits [6]". `of`: whose list it is.
std::string attribute_name(const std::vector<Attribute>& attributes, const Attribute& attribute,
                           SpanId of);

// All of them in one line, blanks between. Safe to print.
std::string attributes_text(const std::vector<Attribute>& attributes, SpanId of);

}  // namespace ari::replay
