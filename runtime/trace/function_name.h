// The name of a function as a person would say it.
//
// What std::source_location calls function_name() has the return type and the parameters
// in it, and in a coroutine g++ adds the mangled name of its frame on top:
//
//   clang  ari::Task<int> app::serve(int)                       -> app::serve
//   g++    void app::serve(serve(int)::_ZN3app5serveEi.Frame*)  -> app::serve
#pragma once

#include <string_view>

namespace ari::trace {

// A part of `pretty`: the qualified name alone. All of it if it has no parameters, or
// cannot be understood. For code inside of a lambda, the function that it is written in.
std::string_view function_name(std::string_view pretty) noexcept;

}  // namespace ari::trace
