#include "replay/report/table.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "replay/report/display_width.h"

namespace ari::replay {

namespace {
constexpr std::size_t kGap = 2;  // blanks between columns
}  // namespace

struct Table::Layout {
  std::vector<std::size_t> shown;   // indices of columns, from left to right
  std::vector<std::size_t> widths;  // by index of column
  std::vector<std::string_view> left_out;

  std::size_t total() const {
    std::size_t sum = shown.empty() ? 0 : kGap * (shown.size() - 1);
    for (const std::size_t c : shown) sum += widths[c];
    return sum;
  }
};

std::size_t Table::natural_width(std::size_t column) const {
  std::size_t width = 0;
  for (const auto& row : rows_) width = std::max(width, display_width(row[column].text));
  return width == 0 ? 0 : std::max(width, display_width(columns_[column].title));
}

std::vector<std::string_view> Table::blank_columns() const {
  std::vector<std::string_view> titles;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (!columns_[c].title.empty() && natural_width(c) == 0) titles.push_back(columns_[c].title);
  }
  return titles;
}

Table::Layout Table::fit(std::size_t width) const {
  Layout layout;
  std::vector<std::size_t> natural(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    natural[c] = natural_width(c);
    if (natural[c] > 0) layout.shown.push_back(c);
  }
  for (;;) {
    layout.widths = natural;
    // Shrink the widest column that still can, down to the next widest or the width.
    while (layout.total() > width) {
      std::optional<std::size_t> widest;
      for (const std::size_t c : layout.shown) {
        if (columns_[c].shorten == nullptr || layout.widths[c] <= columns_[c].least_width) continue;
        if (!widest || layout.widths[c] > layout.widths[*widest]) widest = c;
      }
      if (!widest) break;
      --layout.widths[*widest];
    }
    if (layout.total() <= width) return layout;
    const auto least = std::min_element(
        layout.shown.begin(), layout.shown.end(),
        [&](auto a, auto b) { return columns_[a].importance < columns_[b].importance; });
    if (columns_[*least].importance == Column::kAlways) return layout;
    layout.left_out.push_back(columns_[*least].title);
    layout.shown.erase(least);
  }
}

void Table::append_row(const Layout& layout, const std::vector<Cell>& row, std::size_t indent,
                       const Paint& paint, std::string& out) const {
  out.append(indent, ' ');
  std::size_t owed = 0;  // blanks that are written only if something follows
  for (const std::size_t c : layout.shown) {
    const Column& column = columns_[c];
    const std::size_t width = layout.widths[c];
    std::size_t used = display_width(row[c].text);
    std::string shortened;
    const bool too_wide = used > width && column.shorten != nullptr;
    if (too_wide) {
      shortened = column.shorten(row[c].text, width);
      used = display_width(shortened);
    }
    const std::size_t slack = width > used ? width - used : 0;
    if (used > 0) {
      out.append(owed + (column.align == Align::kRight ? slack : 0), ' ');
      paint.append(out, row[c].role, too_wide ? shortened : row[c].text);
      owed = kGap + (column.align == Align::kLeft ? slack : 0);
    } else {
      owed += kGap + width;
    }
  }
  out += '\n';
}

std::vector<std::string_view> Table::render(std::size_t width, std::size_t indent,
                                            const Paint& paint, std::string& out) const {
  Layout layout = fit(width > indent ? width - indent : 0);
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& c) { return !c.title.empty(); });
  if (titled && !rows_.empty()) {
    std::vector<Cell> heads;
    for (const Column& c : columns_) heads.push_back({std::string(c.title), Role::kHeading});
    append_row(layout, heads, indent, paint, out);
  }
  for (const auto& row : rows_) append_row(layout, row, indent, paint, out);
  return std::move(layout.left_out);
}

}  // namespace ari::replay
