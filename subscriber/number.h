// Numbers as both writers print them: digits only, whatever the locale.
#pragma once

#include <cstdint>
#include <string>

namespace ari::subscriber {

void append_number(std::string& out, std::uint64_t value);
void append_number(std::string& out, std::int64_t value);

// Appends the shortest digits that read back as the same value, always with a point or an
// exponent: 1.0, 0.25, 1e16, 1e-7, -0.0; or NaN, inf, -inf. As Rust's Debug prints an f64.
void append_float(std::string& out, double value);

}  // namespace ari::subscriber
