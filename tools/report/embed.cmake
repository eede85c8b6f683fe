# Writes the files of the report's page into a C++ source: cmake -D OUTPUT=… -D TRIED=… -P embed.cmake
#
# Chart.js comes from node_modules beside this file, and npm fetches it there. Where that fails, the source says that there are no
# charts, and the build goes on. TRIED is made at the first attempt: a machine without network tries once a build tree.
cmake_minimum_required(VERSION 3.25)
set(folder ${CMAKE_CURRENT_LIST_DIR})
set(library ${folder}/node_modules/chart.js/dist/chart.umd.min.js)
set(installed ${folder}/node_modules/.package-lock.json)

if(NOT EXISTS ${TRIED} AND (NOT EXISTS ${library} OR "${folder}/package-lock.json" IS_NEWER_THAN ${installed}))
  file(WRITE ${TRIED} "")
  find_program(npm npm)
  if(npm)
    execute_process(COMMAND ${npm} ci --prefix ${folder} --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=0
      --fetch-timeout=20000 TIMEOUT 60 RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  else()
    set(failed "npm is not there")
  endif()
  if(failed)
    message(STATUS "zenws report will have no charts: npm ci --prefix ${folder}: ${failed}")
  endif()
endif()

set(charts "")
if(EXISTS ${library})
  file(READ ${library} charts)
endif()
file(READ ${folder}/page.html page)
file(READ ${folder}/page.css style)
file(READ ${folder}/text.js text)
file(READ ${folder}/timeline.js timeline)
file(READ ${folder}/plots.js plots)

file(WRITE ${OUTPUT}.new "// Made by tools/report/embed.cmake.
#include \"recordings/report_files.hpp\"

namespace zenws::program {

const ReportFiles report_files{
    .page = R\"zenws(${page})zenws\",
    .style = R\"zenws(${style})zenws\",
    .charts = R\"zenws(${charts})zenws\",
    .text = R\"zenws(${text})zenws\",
    .timeline = R\"zenws(${timeline})zenws\",
    .plots = R\"zenws(${plots})zenws\",
};

}  // namespace zenws::program
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
