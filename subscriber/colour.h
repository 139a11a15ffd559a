// Colours: one hue per kind of span and event, the same in live streams and in replay.
//
// Two questions are answered here: how much colour may go to an output (ColourDepth), and
// which escape sequences make it (Palette). The 24-bit hues are the ones that readers of
// such logs know from Tokio programs; 256-colour terminals get the nearest of the colour
// cube; with 16 colours the hues are chosen by hand so that no two kinds look alike.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "subscriber/record.h"

namespace ari::subscriber {

enum class ColourDepth : std::uint8_t { kNone, k16, k256, k24Bit };
enum class ColourChoice : std::uint8_t { kAuto, kAlways, kNever };  // --color

// Reads an environment variable: its value, or null if it is not set.
using Getenv = std::function<const char*(const char* name)>;

// How much colour an output gets. The first of these that speaks decides:
//   `choice`, NO_COLOR, CLICOLOR_FORCE or FORCE_COLOR, CLICOLOR=0, TERM unset or "dumb",
//   `is_terminal` (of the stream that is written to).
// A variable that is empty says nothing, nor does a FORCE of "0". The depth comes from
// COLORTERM ("truecolor", "24bit") and TERM ("…256color"), else it is 16.
ColourDepth colour_depth(ColourChoice choice, bool is_terminal, const Getenv& getenv);

enum class Hue : std::uint8_t {
  kSpawn,          // green: span runtime.spawn, a task
  kResource,       // red: span runtime.resource
  kAsyncOp,        // blue: span runtime.resource.async_op
  kAsyncOpPoll,    // yellow: span runtime.resource.async_op.poll
  kWaker,          // purple: waker events
  kPollOp,         // orange: poll_op events
  kResourceState,  // pink: state updates of resources
  kAsyncOpState,   // turquoise: state updates of async ops
  kPlain,          // white: everything else
};
inline constexpr std::size_t kHueCount = 9;

Hue hue_of_span(std::string_view name, std::string_view target) noexcept;
Hue hue_of_event(std::string_view target) noexcept;
Hue hue_of_level(Level level) noexcept;

// How strongly a hue is shown. The stronger two are also lighter in 24-bit colour.
enum class Weight : std::uint8_t { kNormal, kBold, kBoldUnderlined };
inline constexpr std::size_t kWeightCount = 3;

// The escape sequences of one depth. At kNone all of them are empty, so that callers
// write coloured and plain text with the same code. Immutable, hence thread-safe.
class Palette {
 public:
  explicit Palette(ColourDepth depth);

  ColourDepth depth() const noexcept { return depth_; }

  // Begins a piece of text in this hue; reset() ends it.
  std::string_view begin(Hue hue, Weight weight = Weight::kNormal) const noexcept {
    return sequences_[static_cast<std::size_t>(hue)][static_cast<std::size_t>(weight)];
  }
  std::string_view dim() const noexcept { return dim_; }
  std::string_view bright() const noexcept { return bright_; }  // bold white
  std::string_view reset() const noexcept { return reset_; }

 private:
  ColourDepth depth_;
  std::array<std::array<std::string, kWeightCount>, kHueCount> sequences_;
  std::string_view dim_, bright_, reset_;
};

}  // namespace ari::subscriber
