# Compiles through ccache when the machine has it and nobody asked for another launcher.
find_program(ZENWS_CCACHE ccache)
mark_as_advanced(ZENWS_CCACHE)
if(ZENWS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ZENWS_CCACHE})
endif()
