# The warnings that every target of ours is built with. Not -Wnull-dereference: GCC 12 finds it in Asio's inlined code,
# where it is not; clang-tidy looks for the real ones.
function(zenws_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wsuggest-override -Wimplicit-fallthrough)
  # Not GCC 12: it sees such a zero in coroutines, where it is its own.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Wzero-as-null-pointer-constant>)
  # In a unity build a name of one file would shadow those of the files that are included before it, and GCC takes each
  # file for a header, whose types must not have members of unnamed namespaces. The release build is none, and warns.
  if(CMAKE_UNITY_BUILD)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  else()
    target_compile_options(${target} PRIVATE -Wshadow)
  endif()
  # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  if(ZENWS_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
