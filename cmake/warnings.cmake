# The warnings that every target of ours is built with.
function(zenws_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough)
  if(ZENWS_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
