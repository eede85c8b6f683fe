// What a client speaks that was told no dialect.
#pragma once

#include <memory>

#include <zenws/dialect.hpp>

namespace zenws::link {

// What Options::dialect says; null is Deribit's.
[[nodiscard]] inline const Dialect& dialect_or_deribit(const Dialect* dialect) {
  static const std::shared_ptr<const Dialect> deribit = Dialect::deribit();
  return dialect != nullptr ? *dialect : *deribit;
}

}  // namespace zenws::link
