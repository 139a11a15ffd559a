// A library that recorded_program loads, lets speak and unloads again. While the dynamic linker
// runs its constructors it waits for a thread that speaks.
#include <source_location>
#include <thread>

#include "runtime/trace/callsite.h"

namespace {

struct Tables {
  Tables() {
    std::thread([] { ARI_INFO("loading tables"); }).join();
  }
} g_tables;

}  // namespace

extern "C" void speak_in_plugin() {
  ARI_INFO("in the plugin", ("text", "of the plugin"));
  const ari::trace::Span span = ARI_SPAN("plugin");
  if (auto* const subscriber = ari::trace::subscriber()) {
    subscriber->enter(span.id(), ari::trace::EnterReason::kPoll);
    subscriber->exit(span.id(), std::source_location::current());
  }
}
