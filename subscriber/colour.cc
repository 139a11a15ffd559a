#include "subscriber/colour.h"

#include <cstdlib>

namespace ari::subscriber {

namespace {

struct Rgb {
  int red, green, blue;
};

// One row per Hue. Bold text has its own, lighter colour.
struct HueColours {
  Rgb normal, bold;
  int basic;  // SGR code with 16 colours: 30–37, or 90–97 for the bright ones
};
constexpr std::array<HueColours, kHueCount> kHues = {{
    {{72, 158, 108}, {90, 186, 132}, 32},    // kSpawn
    {{186, 90, 87}, {223, 88, 83}, 31},      // kResource
    {{92, 141, 206}, {80, 142, 227}, 34},    // kAsyncOp
    {{229, 228, 77}, {245, 244, 102}, 33},   // kAsyncOpPoll
    {{157, 78, 221}, {199, 125, 255}, 35},   // kWaker
    {{255, 191, 105}, {255, 159, 28}, 93},   // kPollOp
    {{201, 24, 74}, {255, 77, 109}, 95},     // kResourceState
    {{156, 234, 239}, {104, 216, 214}, 36},  // kAsyncOpState
    {{255, 255, 255}, {255, 255, 255}, 37},  // kPlain: always the terminal's own white
}};

// The nearest of the six steps that each channel of the 256-colour cube has.
constexpr int cube_step(int channel) {
  constexpr int kSteps[] = {0, 95, 135, 175, 215, 255};
  int best = 0;
  for (int i = 1; i < 6; ++i) {
    const int best_off = kSteps[best] > channel ? kSteps[best] - channel : channel - kSteps[best];
    const int off = kSteps[i] > channel ? kSteps[i] - channel : channel - kSteps[i];
    if (off < best_off) best = i;
  }
  return best;
}

// The cube only: the palette's grey ramp may be nearer, but a grey is no hue.
constexpr int cube_colour(Rgb c) {
  return 16 + 36 * cube_step(c.red) + 6 * cube_step(c.green) + cube_step(c.blue);
}
static_assert(cube_colour({95, 135, 255}) == 69);

std::string colour_codes(Hue hue, bool bold, ColourDepth depth) {
  const HueColours& colours = kHues[static_cast<std::size_t>(hue)];
  const Rgb rgb = bold ? colours.bold : colours.normal;
  if (depth == ColourDepth::k16 || hue == Hue::kPlain) return std::to_string(colours.basic);
  if (depth == ColourDepth::k256) return "38;5;" + std::to_string(cube_colour(rgb));
  return "38;2;" + std::to_string(rgb.red) + ";" + std::to_string(rgb.green) + ";" +
         std::to_string(rgb.blue);
}

std::string sequence(Hue hue, Weight weight, ColourDepth depth) {
  constexpr std::string_view kBefore[kWeightCount] = {"\x1b[", "\x1b[1;", "\x1b[1;4;"};
  return std::string(kBefore[static_cast<std::size_t>(weight)]) +
         colour_codes(hue, weight != Weight::kNormal, depth) + "m";
}

// The environment as the rules above read it: "" stands for unset.
std::string_view value_of(const Getenv& getenv, const char* name) {
  const char* value = getenv(name);
  return value != nullptr ? value : "";
}

bool forces(std::string_view value) { return !value.empty() && value != "0"; }

ColourDepth depth_of_terminal(const Getenv& getenv) {
  const std::string_view colorterm = value_of(getenv, "COLORTERM");
  if (colorterm == "truecolor" || colorterm == "24bit") return ColourDepth::k24Bit;
  if (value_of(getenv, "TERM").ends_with("256color")) return ColourDepth::k256;
  return ColourDepth::k16;
}

bool wants_colour(bool is_terminal, const Getenv& getenv) {
  if (!value_of(getenv, "NO_COLOR").empty()) return false;
  if (forces(value_of(getenv, "CLICOLOR_FORCE")) || forces(value_of(getenv, "FORCE_COLOR"))) {
    return true;
  }
  if (value_of(getenv, "CLICOLOR") == "0") return false;
  const std::string_view term = value_of(getenv, "TERM");
  return !term.empty() && term != "dumb" && is_terminal;
}

}  // namespace

ColourDepth colour_depth(ColourChoice choice, bool is_terminal, const Getenv& getenv) {
  if (choice == ColourChoice::kNever) return ColourDepth::kNone;
  if (choice == ColourChoice::kAuto && !wants_colour(is_terminal, getenv)) {
    return ColourDepth::kNone;
  }
  return depth_of_terminal(getenv);
}

Hue hue_of_span(std::string_view name, std::string_view target) noexcept {
  if (name == "runtime.spawn") return Hue::kSpawn;
  if (name == "task" && target == "tokio::task") return Hue::kSpawn;  // Tokio before 1.11
  if (name == "runtime.resource") return Hue::kResource;
  if (name == "runtime.resource.async_op") return Hue::kAsyncOp;
  if (name == "runtime.resource.async_op.poll") return Hue::kAsyncOpPoll;
  return Hue::kPlain;
}

Hue hue_of_event(std::string_view target) noexcept {
  if (target == kWakerTarget || target == "tokio::task::waker") return Hue::kWaker;
  if (target == "runtime::resource::poll_op") return Hue::kPollOp;
  if (target == "runtime::resource::state_update") return Hue::kResourceState;
  if (target == "runtime::resource::async_op::state_update") return Hue::kAsyncOpState;
  return Hue::kPlain;
}

Hue hue_of_level(Level level) noexcept {
  switch (level) {
    case Level::kTrace:
      return Hue::kWaker;
    case Level::kDebug:
      return Hue::kAsyncOp;
    case Level::kInfo:
      return Hue::kSpawn;
    case Level::kWarn:
      return Hue::kAsyncOpPoll;
    case Level::kError:
      return Hue::kResource;
  }
  return Hue::kPlain;
}

Palette::Palette(ColourDepth depth) : depth_(depth) {
  if (depth == ColourDepth::kNone) return;
  for (std::size_t hue = 0; hue < kHueCount; ++hue) {
    for (std::size_t weight = 0; weight < kWeightCount; ++weight) {
      sequences_[hue][weight] = sequence(static_cast<Hue>(hue), static_cast<Weight>(weight), depth);
    }
  }
  dim_ = "\x1b[2m";
  bright_ = "\x1b[1;37m";
  reset_ = "\x1b[0m";
}

}  // namespace ari::subscriber
