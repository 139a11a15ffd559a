// Paint: what the parts of a report look like, in colour or without.
//
// Reports name the role of a piece of text and Paint knows its escape sequences, built
// from the palette that the live stream uses: a task is green here as it is there. In
// plain text every role looks the same, so colour only ever repeats what the words say.
#pragma once

#include <string>
#include <string_view>

#include "subscriber/colour.h"

namespace ari::replay {

enum class Role : std::uint8_t {
  kPlain,
  kHeading,   // titles and the heads of columns
  kDim,       // what is only there for completeness: units' names, zeros, hints
  kFigure,    // the figure that a line is about
  kTask,      // a task's name; the hue of its spans
  kWaker,     // what concerns wakers
  kPoll,      // what concerns polls
  kResource,  // a source location, a parking place
  kWarning,   // loss, findings
  kGood,      // nothing wrong
};

class Paint {
 public:
  explicit Paint(subscriber::ColourDepth depth);

  // Appends `text`, which must be safe to print already.
  void append(std::string& out, Role role, std::string_view text) const;
  std::string operator()(Role role, std::string_view text) const;

 private:
  std::string_view begin(Role role) const noexcept;

  subscriber::Palette palette_;
  std::string_view bold_;
};

}  // namespace ari::replay
