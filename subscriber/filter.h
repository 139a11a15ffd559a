// Filter: what ARI_FILTER lets into the record.
//
//   ARI_FILTER=info                             nothing below INFO
//   ARI_FILTER=off,my_server=debug              one part of the program
//   ARI_FILTER=kind:poll=off,kind:poll-op=off   all but these kinds
//   ARI_FILTER='off,[request{id=^42$}]'         what happens inside the requests of id 42
//
// A list of directives as in Rust's EnvFilter (RUST_LOG), DIRECTIVE being one of
//
//   LEVEL                   for what no other directive names
//   TARGET[=LEVEL]          targets that begin with TARGET
//   kind:KIND[=LEVEL]       one of the kinds of `ari-replay show --kind`
//   [TARGET]'['NAME{FIELD=REGEX}']'[=LEVEL]
//                           spans of this name (and target) whose FIELD's text REGEX is found
//                           in, and all inside of them; without NAME also such events. REGEX,
//                           FIELD and NAME may be left out; quotes around REGEX keep , } and ]
//
// LEVEL is off, error, warn, info, debug or trace; without one it is trace. One in brackets
// goes before a kind, a kind before a target, a longer target before a shorter, a later one
// in brackets before an earlier. Without a bare LEVEL the rest is left out if some directive
// lets something in; else it is recorded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/trace/metadata.h"
#include "runtime/trace/value.h"
#include "subscriber/event_kind.h"

namespace re2 {
class RE2;
}

namespace ari::subscriber {

// The least severe level that is let in; none: "off".
using Threshold = std::optional<trace::Level>;

// Directives in brackets, one bit each, by their order.
using Scopes = std::uint16_t;
inline constexpr std::size_t kMostScopes = 12;

// What the filter says of a callsite before anything happens there.
struct Verdict {
  bool is_in = true;        // recorded, as far as no scope says otherwise
  bool asks_scope = false;  // a scope that it is in may say otherwise
  Scopes may_begin = 0;     // scopes that may begin here; the fields' values decide
};

// Immutable, hence thread-safe.
class Filter {
 public:
  // Reads a value of ARI_FILTER. A directive that is not understood costs only itself, and a
  // line in `complaints`.
  static Filter parse(std::string_view value, std::vector<std::string>& complaints);

  // True if it leaves out nothing, since no directive was understood.
  bool is_empty() const noexcept;

  // A target that is let in where nothing is but by naming it, for whoever wonders why nothing was;
  // empty if there is none.
  std::string_view sought_target() const noexcept;

  bool has_scopes() const noexcept { return !scopes_.empty(); }

  Verdict verdict(const trace::Metadata& metadata) const noexcept;
  // Of waker events, whose target is "runtime::waker" and whose level is TRACE.
  Verdict waker_verdict() const noexcept;

  // Of the scopes in `may_begin`, those that these values begin.
  Scopes begun(Scopes may_begin, const trace::Metadata& metadata,
               std::span<const trace::Value> values) const;

  // Whether what has this level and is inside of `scopes`, not empty, is recorded.
  bool is_in(Scopes scopes, trace::Level level) const noexcept;

 private:
  friend class FilterParser;

  struct Target {
    std::string prefix;
    Threshold threshold;
  };
  struct Kind {
    EventKinds bit;
    Threshold threshold;
  };
  struct Scope {
    std::string target, name, field;          // empty: any
    std::shared_ptr<const re2::RE2> pattern;  // of the field's text; null: any
    Threshold threshold;
  };

  Verdict verdict(EventKinds kind, const trace::Metadata& metadata) const noexcept;
  Threshold threshold_for(EventKinds kind, std::string_view target) const noexcept;

  std::optional<Threshold> rest_;  // the bare level, if there was one
  Threshold rest_or_default_;
  std::vector<Target> targets_;
  std::vector<Kind> kinds_;
  std::vector<Scope> scopes_;
};

}  // namespace ari::subscriber
