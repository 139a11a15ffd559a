// Reading ARI_FILTER: the grammar that filter.h gives.
#include <re2/re2.h>

#include <algorithm>
#include <cctype>

#include "subscriber/escape.h"
#include "subscriber/filter.h"
#include "subscriber/trimmed.h"

namespace ari::subscriber {

namespace {

// Where the directive that `value` begins with ends: at a comma outside of brackets. Quotes
// count inside of brackets only.
std::size_t end_of_directive(std::string_view value) {
  bool in_brackets = false, in_string = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (in_brackets) {
      if (c == '"') in_string = true;
      if (c == ']' && (i + 1 == value.size() || value[i + 1] == ',' || value[i + 1] == '=' ||
                       value[i + 1] == ' ')) {
        in_brackets = false;
      }
    } else if (c == '[') {
      in_brackets = true;
    } else if (c == ',') {
      return i;
    }
  }
  return value.size();
}

std::optional<Threshold> level_of(std::string_view word) {
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (upper == "OFF") return std::optional<Threshold>(std::in_place, std::nullopt);
  const auto level = level_from_name(upper);
  return level ? std::optional<Threshold>(std::in_place, *level) : std::nullopt;
}

// A pattern without the quotes around it, and \" in them as ".
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\\\"") ++i;
    out.push_back(text[i]);
  }
  return out;
}

// Not what is meant otherwise: info;debug, app:debug, *, and Rust's numbers for levels.
bool may_be_target(std::string_view name) {
  if (name.empty() || name.find_first_of("]{}\";* \t") != name.npos) return false;
  if (name.find_first_not_of("0123456789") == name.npos) return false;
  const std::size_t colon = name.rfind(':');
  const bool is_single = colon != name.npos && (colon == 0 || name[colon - 1] != ':');
  return !is_single || !level_of(name.substr(colon + 1));
}

}  // namespace

class FilterParser {
 public:
  FilterParser(Filter& filter, std::vector<std::string>& complaints)
      : filter_(filter), complaints_(complaints) {}

  void directive(std::string_view item) {
    item_ = item;
    if (item.empty()) return;
    if (const auto level = level_of(item)) {
      filter_.rest_ = *level;
      return;
    }
    const std::size_t bracket = item.find('[');
    if (bracket != item.npos) return scope(bracket);
    const std::size_t equals = item.find('=');
    const auto threshold = threshold_behind(equals == item.npos ? "" : item.substr(equals));
    if (!threshold) return;
    const std::string_view name = trimmed(item.substr(0, equals));
    if (name.starts_with("kind:")) return kind(name.substr(5), *threshold);
    if (!may_be_target(name)) return not_understood();
    filter_.targets_.push_back({std::string(name), *threshold});
  }

 private:
  void complain(std::string what) {
    complaints_.push_back(std::move(what.append("; this directive is left out")));
  }

  void not_understood() {
    complain("cannot read " + in_quotes(item_) +
             ": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or "
             "TARGET[SPAN{FIELD=REGEX}]=LEVEL");
  }

  // Of "=LEVEL" or nothing; none, and a complaint, if it is neither.
  std::optional<Threshold> threshold_behind(std::string_view text) {
    if (text.empty()) return std::optional<Threshold>(std::in_place, trace::Level::kTrace);
    if (text.front() != '=') return not_understood(), std::nullopt;
    const std::string_view word = trimmed(text.substr(1));
    auto level = level_of(word);
    if (!level) {
      complain("unknown level " + in_quotes(word) + " in " + in_quotes(item_) +
               ": expected off, error, warn, info, debug or trace");
    }
    return level;
  }

  void kind(std::string_view name, const Threshold& threshold) {
    std::string known;
    for (const EventKindName& kind : event_kind_names()) {
      if (kind.name == name) {
        filter_.kinds_.push_back({kind.bit, threshold});
        return;
      }
      known.append(known.empty() ? "" : ", ").append(kind.name);
    }
    complain("unknown kind " + in_quotes(name) + " in " + in_quotes(item_) + ": expected one of " +
             known);
  }

  // TARGET[NAME{FIELD=REGEX}]=LEVEL
  void scope(std::size_t bracket) {
    const std::size_t end = item_.rfind(']');
    if (end == item_.npos || end < bracket) return not_understood();
    const auto threshold = threshold_behind(trimmed(item_.substr(end + 1)));
    if (!threshold) return;
    std::string_view inner = item_.substr(bracket + 1, end - bracket - 1);
    Filter::Scope scope;
    scope.target = trimmed(item_.substr(0, bracket));
    scope.threshold = *threshold;
    const std::size_t brace = inner.find('{');
    scope.name = inner.substr(0, brace);
    if (brace != inner.npos) {
      if (inner.back() != '}') return not_understood();
      inner = inner.substr(brace + 1, inner.size() - brace - 2);
      const std::size_t equals = inner.find('=');
      scope.field = inner.substr(0, equals);
      if (scope.field.empty()) return not_understood();
      if (equals != inner.npos && !pattern(inner.substr(equals + 1), scope)) return;
    }
    if (scope.name.empty() && scope.field.empty()) return not_understood();
    if (filter_.scopes_.size() == kMostScopes) {
      return complain("cannot keep " + in_quotes(item_) +
                      " apart from the others: expected at "
                      "most " +
                      std::to_string(kMostScopes) + " directives in brackets");
    }
    filter_.scopes_.push_back(std::move(scope));
  }

  bool pattern(std::string_view text, Filter::Scope& scope) {
    re2::RE2::Options quiet;
    quiet.set_log_errors(false);
    auto pattern = std::make_shared<re2::RE2>(unquoted(text), quiet);
    if (!pattern->ok()) {
      complain("cannot read the regular expression in " + in_quotes(item_) + ": " +
               pattern->error());
      return false;
    }
    scope.pattern = std::move(pattern);
    return true;
  }

  Filter& filter_;
  std::vector<std::string>& complaints_;
  std::string_view item_;  // the directive that is being read
};

Filter Filter::parse(std::string_view value, std::vector<std::string>& complaints) {
  Filter filter;
  FilterParser parser(filter, complaints);
  while (!value.empty()) {
    const std::size_t end = end_of_directive(value);
    parser.directive(trimmed(value.substr(0, end)));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  const auto lets_in = [](const auto& directive) { return directive.threshold.has_value(); };
  const bool some_in = std::any_of(filter.targets_.begin(), filter.targets_.end(), lets_in) ||
                       std::any_of(filter.kinds_.begin(), filter.kinds_.end(), lets_in) ||
                       std::any_of(filter.scopes_.begin(), filter.scopes_.end(), lets_in);
  filter.rest_or_default_ =
      filter.rest_.value_or(some_in ? Threshold() : Threshold(trace::Level::kTrace));
  return filter;
}

}  // namespace ari::subscriber
