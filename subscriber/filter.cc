#include "subscriber/filter.h"

#include <re2/re2.h>

#include <algorithm>

#include "subscriber/text_writer.h"

namespace ari::subscriber {

namespace {

bool lets_in(const Threshold& threshold, trace::Level level) noexcept {
  return threshold && level >= *threshold;
}

bool has_field(const trace::Metadata& metadata, std::string_view name) noexcept {
  return std::find(metadata.fields.begin(), metadata.fields.end(), name) != metadata.fields.end();
}

// The value as text logs print it, without quotes.
std::string text_of(const trace::Value& value) {
  if (value.is_text()) return std::string(value.text());
  std::string out;
  append_value(out, value);
  return out;
}

}  // namespace

bool Filter::is_empty() const noexcept {
  return !rest_ && targets_.empty() && kinds_.empty() && scopes_.empty();
}

std::string_view Filter::sought_target() const noexcept {
  const auto is_let_in = [](const Target& target) { return target.threshold.has_value(); };
  const auto found = std::find_if(targets_.begin(), targets_.end(), is_let_in);
  return found != targets_.end() && !rest_or_default_ ? std::string_view(found->prefix) : "";
}

Verdict Filter::verdict(const trace::Metadata& metadata) const noexcept {
  const bool is_span = !metadata.name.empty();
  return verdict(is_span ? kind_of_span(hue_of_span(metadata.name, metadata.target))
                         : kind_of_event(hue_of_event(metadata.target)),
                 metadata);
}

Verdict Filter::waker_verdict() const noexcept {
  return verdict(kind_of_event(Hue::kWaker), {"", kWakerTarget, trace::Level::kTrace, {}});
}

Verdict Filter::verdict(EventKinds kind, const trace::Metadata& metadata) const noexcept {
  Verdict verdict;
  verdict.is_in = lets_in(threshold_for(kind, metadata.target), metadata.level);
  for (std::size_t i = 0; i < scopes_.size(); ++i) {
    const Scope& scope = scopes_[i];
    if (lets_in(scope.threshold, metadata.level) != verdict.is_in) verdict.asks_scope = true;
    // An event is in no scope but its own: one with a name begins with a span.
    const bool names_it = metadata.name.empty() ? scope.name.empty() && !scope.field.empty()
                                                : scope.name.empty() || scope.name == metadata.name;
    if (names_it && metadata.target.starts_with(scope.target) &&
        (scope.field.empty() || has_field(metadata, scope.field))) {
      verdict.may_begin |= static_cast<Scopes>(1u << i);
    }
  }
  return verdict;
}

Threshold Filter::threshold_for(EventKinds kind, std::string_view target) const noexcept {
  // The last word on a kind counts, and of targets the last of the longest that fit.
  for (auto it = kinds_.rbegin(); it != kinds_.rend(); ++it) {
    if (it->bit == kind) return it->threshold;
  }
  const Target* best = nullptr;
  for (const Target& one : targets_) {
    if (!target.starts_with(one.prefix)) continue;
    if (best == nullptr || one.prefix.size() >= best->prefix.size()) best = &one;
  }
  return best != nullptr ? best->threshold : rest_or_default_;
}

Scopes Filter::begun(Scopes may_begin, const trace::Metadata& metadata,
                     std::span<const trace::Value> values) const {
  Scopes begun = 0;
  for (std::size_t i = 0; i < scopes_.size(); ++i) {
    const Scopes bit = static_cast<Scopes>(1u << i);
    if ((may_begin & bit) == 0) continue;
    const Scope& scope = scopes_[i];
    bool matches = scope.field.empty();
    for (std::size_t f = 0; !matches && f < std::min(values.size(), metadata.fields.size()); ++f) {
      matches =
          metadata.fields[f] == scope.field && values[f].type() != trace::ValueType::kNone &&
          (scope.pattern == nullptr || re2::RE2::PartialMatch(text_of(values[f]), *scope.pattern));
    }
    if (matches) begun |= bit;
  }
  return begun;
}

bool Filter::is_in(Scopes scopes, trace::Level level) const noexcept {
  for (std::size_t i = scopes_.size(); i-- > 0;) {
    if ((scopes >> i & 1) != 0) return lets_in(scopes_[i].threshold, level);
  }
  return false;
}

}  // namespace ari::subscriber
