# What `cmake --install` lays down, and what find_package(zenws) finds there.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(zenws_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/zenws)
set_target_properties(zenws zenws_adapters zenws_testing zenws_simulators PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)

install(TARGETS zenws zenws_adapters zenws_testing zenws_simulators EXPORT zenwsTargets)
# By itself: who does not use it needs no prometheus-cpp.
if(TARGET zenws_metrics)
  set_target_properties(zenws_metrics PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)
  install(TARGETS zenws_metrics EXPORT zenwsMetricsTargets)
  install(EXPORT zenwsMetricsTargets NAMESPACE zenws:: DESTINATION ${zenws_package_dir})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/zenws/metrics DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/zenws)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/zenws DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  PATTERN metrics EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT zenwsTargets NAMESPACE zenws:: DESTINATION ${zenws_package_dir})

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/zenwsConfig.cmake.in ${PROJECT_BINARY_DIR}/zenwsConfig.cmake
  INSTALL_DESTINATION ${zenws_package_dir})
# Before 1.0 a new minor version may change the API.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/zenwsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/zenwsConfig.cmake ${PROJECT_BINARY_DIR}/zenwsConfigVersion.cmake
  DESTINATION ${zenws_package_dir})
