/// \file
/// A user's function that takes a std::variant: whole, or alternative by alternative.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace zenws {

/// Builds one callable of several lambdas, for callbacks that take a variant: `overloaded{[](const JsonMessage& m) {…},
/// [](const auto&) {}}`.
template <class... F>
struct overloaded : F... {
  using F::operator()...;
};

/// For the library's own use: whether a function takes an alternative, behind what comes first or alone.
template <class F, class Alternative, class... First>
inline constexpr bool takes =
    std::is_invocable_v<F&, First..., const Alternative&> || std::is_invocable_v<F&, const Alternative&>;

/// For the library's own use: refuses to compile a function that lacks an alternative of `Variant`, and names it.
template <class Variant>
struct Alternatives;

/// Holds a function of `(First..., const Variant&)`, or one that takes each alternative instead (see overloaded). What
/// comes first may be left out, also for some of the alternatives only; a function that would take both is given it. A
/// generic or overloaded one is given the alternatives. One that lacks an alternative does not compile: the message
/// names it.
template <class Returned, class Variant, class... First>
class VariantCallback {
 public:
  VariantCallback() = default;
  /// The same as none.
  VariantCallback(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): designated initialisers need it
  /// Wraps `f`.
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, VariantCallback>)
  VariantCallback(F&& f) {  // NOLINT(google-explicit-constructor): designated initialisers need it
    using Fn = std::remove_cvref_t<F>;
    // A generic or overloaded callable is meant for the alternatives, though it would take the variant too.
    constexpr bool has_one_signature = !std::is_class_v<Fn> || requires { &Fn::operator(); };
    if constexpr (has_one_signature && std::is_invocable_v<Fn&, First..., const Variant&>) {
      call_ = std::forward<F>(f);
    } else if constexpr (has_one_signature && std::is_invocable_v<Fn&, const Variant&>) {
      call_ = [fn = std::forward<F>(f)](First..., const Variant& variant) mutable -> Returned { return fn(variant); };
    } else if constexpr (Alternatives<Variant>::template all_taken_by<Fn, First...>()) {
      call_ = [fn = std::forward<F>(f)](First... first, const Variant& variant) mutable -> Returned {
        return std::visit([&](const auto& one) -> Returned { return give(fn, one, first...); }, variant);
      };
    }
  }
  /// True when a function was given.
  explicit operator bool() const noexcept { return static_cast<bool>(call_); }
  /// Calls it.
  Returned operator()(First... first, const Variant& variant) const { return call_(first..., variant); }

 private:
  template <class Fn, class Alternative>
  static Returned give(Fn& fn, const Alternative& alternative, First... first) {
    if constexpr (std::is_invocable_v<Fn&, First..., const Alternative&>) {
      return fn(first..., alternative);
    } else {
      return fn(alternative);
    }
  }

  std::function<Returned(First..., const Variant&)> call_;
};

}  // namespace zenws
