// The names of a stack's calls, for stack_probe.h: by the dynamic linker's symbols.
#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "runtime/scheduler/stack_probe.h"
#include "runtime/trace/function_name.h"

namespace ari::scheduler {

namespace {

constexpr std::size_t kMostBytes = 4000;  // logs keep 4096 of a text
constexpr std::size_t kMostNameBytes = 160;

std::string plus_offset(std::string name, std::uintptr_t offset) {
  char text[24];
  std::snprintf(text, sizeof text, "+0x%llx", static_cast<unsigned long long>(offset));
  return std::move(name) + text;
}

std::string demangled(const char* symbol) {
  struct Free {
    void operator()(char* text) const noexcept { std::free(text); }
  };
  int status = 0;
  const std::unique_ptr<char, Free> pretty(abi::__cxa_demangle(symbol, nullptr, nullptr, &status));
  std::string name(pretty == nullptr ? std::string_view(symbol)
                                     : trace::function_name(pretty.get()));
  if (name.size() > kMostNameBytes) name.replace(kMostNameBytes, std::string::npos, "…");
  return name;
}

// `is_return`: the call ended before this address, perhaps with the function.
std::string call_text(void* address, bool is_return) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto inside = reinterpret_cast<void*>(at - (is_return ? 1 : 0));
  Dl_info info{};
  if (dladdr(inside, &info) == 0) return plus_offset("?", at);
  if (info.dli_sname != nullptr) {
    return plus_offset(demangled(info.dli_sname),
                       at - reinterpret_cast<std::uintptr_t>(info.dli_saddr));
  }
  const std::string_view path(info.dli_fname);
  return plus_offset(std::string(path.substr(path.rfind('/') + 1)),
                     at - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
}

}  // namespace

std::string stack_text(const std::vector<void*>& calls) {
  std::string text;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::string call = call_text(calls[i], i > 0);
    if (text.size() + 1 + call.size() > kMostBytes) break;
    if (i > 0) text += '\n';
    text += call;
  }
  return text;
}

}  // namespace ari::scheduler
