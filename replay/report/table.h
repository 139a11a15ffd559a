// Table: aligned columns that fit the width there is.
//
// What is too wide gives way in this order: columns that may be shortened shrink towards
// their least width, the widest first; then whole columns go, the least important first,
// and render() says which. Cells hold text that is safe to print and not coloured yet.
//
//   Name        Polls   Total      Name        Total       Name     Total
//   connection     12   1.40s  →   connecti…   1.40s   →   conne…   1.40s
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replay/report/paint.h"

namespace ari::replay {

enum class Align : std::uint8_t { kLeft, kRight };

struct Column {
  static constexpr int kAlways = 1'000'000;

  std::string_view title;
  Align align = Align::kLeft;
  int importance = kAlways;  // where room is short the lowest goes first; kAlways stays
  // How text that is too wide is shortened, and the width it needs at the least; null:
  // the column is never shortened.
  std::string (*shorten)(std::string_view text, std::size_t columns) = nullptr;
  std::size_t least_width = 0;
};

struct Cell {
  std::string text;
  Role role = Role::kPlain;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Requires: one cell for each column.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

  bool empty() const noexcept { return rows_.empty(); }

  // The titles of the columns that have no text in their cells.
  std::vector<std::string_view> blank_columns() const;

  // Appends heads (if any column has a title) and rows, each indented by `indent`, no line
  // wider than `width`. Returns the titles of the columns left out. Columns without any
  // text in their cells are left out without a word.
  std::vector<std::string_view> render(std::size_t width, std::size_t indent, const Paint& paint,
                                       std::string& out) const;

 private:
  struct Layout;
  Layout fit(std::size_t width) const;
  std::size_t natural_width(std::size_t column) const;
  void append_row(const Layout& layout, const std::vector<Cell>& row, std::size_t indent,
                  const Paint& paint, std::string& out) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace ari::replay
