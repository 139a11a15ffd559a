// Checks a JSON document against a JSON Schema (draft 4), as far as the schema of SARIF needs it.
//
// A keyword that it does not know is a violation too, so that nothing is skipped in silence;
// `format` and what only explains are known and ignored.
#pragma once

#include <simdjson.h>

#include <string>
#include <vector>

namespace ari::test {

// What is wrong, one sentence each, with the place as a JSON pointer; empty if nothing is.
std::vector<std::string> violations(simdjson::dom::element schema, simdjson::dom::element document);

}  // namespace ari::test
