#include "runtime/io/error.h"

namespace ari::io {

namespace {
class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "ari.io"; }
  std::string message(int code) const override {
    return static_cast<Errc>(code) == Errc::kLineTooLong ? "line too long"
                                                         : "unexpected end of the stream";
  }
};
}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

}  // namespace ari::io
