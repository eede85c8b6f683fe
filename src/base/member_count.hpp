// How many members a plain struct has, so that a table about them can be refused while it lacks one.
#pragma once

#include <cstddef>

namespace zenws {

namespace detail {

struct AnyMember {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor): it stands for a value of any type
};

}  // namespace detail

// Requires: T is an aggregate without bases, whose members can be copied.
template <class T, class... Members>
consteval std::size_t member_count() {
  if constexpr (requires { T{Members{}..., detail::AnyMember{}}; }) {
    return member_count<T, Members..., detail::AnyMember>();
  } else {
    return sizeof...(Members);
  }
}

}  // namespace zenws
