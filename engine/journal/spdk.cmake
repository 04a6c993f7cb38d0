# SPDK, where pkg-config finds one that was built for the same DPDK as the engine (docs/spdk.md): makes the target hopscope_spdk and
# remembers the version for `hopscope doctor` and the report. Nothing changes where it is not found.
set(HOPSCOPE_SPDK_VERSION "" CACHE INTERNAL "SPDK in the dpdk build; empty: none")

pkg_check_modules(SPDK QUIET spdk_event_bdev spdk_env_dpdk spdk_syslibs)
if(NOT SPDK_FOUND)
  message(STATUS "SPDK: not found by pkg-config; the engine is built without it (docs/spdk.md)")
  return()
endif()

# Two DPDKs in one process would be two EALs.
pkg_check_modules(SPDK_DPDK QUIET spdk_dpdklibs)
if(NOT "${SPDK_DPDK_LIBRARY_DIRS}" STREQUAL "${DPDK_LIBRARY_DIRS}")
  message(STATUS "SPDK: built for another DPDK than libdpdk (${SPDK_DPDK_LIBRARY_DIRS}); the engine is built without it (docs/spdk.md)")
  return()
endif()

# Modules announce themselves by constructors, which a linker drops: whole archives. SPDK's list of DPDK libraries names some that older
# releases do not have; the engine knows its own.
set(archives)
set(system)
list(REMOVE_DUPLICATES SPDK_LIBRARIES)
foreach(library IN LISTS SPDK_LIBRARIES)
  if(library MATCHES "^spdk_")
    find_library(archive lib${library}.a HINTS ${SPDK_LIBRARY_DIRS} NO_CACHE)
    if(NOT archive)
      message(STATUS "SPDK: there is no lib${library}.a; the engine is built without it (docs/spdk.md)")
      return()
    endif()
    list(APPEND archives ${archive})
    unset(archive)
  elseif(NOT library MATCHES "^rte_")
    list(APPEND system ${library})
  endif()
endforeach()

find_file(version_header spdk/version.h HINTS ${SPDK_INCLUDE_DIRS} NO_CACHE REQUIRED)
file(STRINGS ${version_header} numbers REGEX "define SPDK_VERSION_(MAJOR|MINOR)[\t ]+[0-9]+")
string(REGEX REPLACE "[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2" version "${numbers}")
string(REGEX REPLACE "\\.([0-9])$" ".0\\1" version "${version}")  # 26.5 is written 26.05
set(HOPSCOPE_SPDK_VERSION ${version} CACHE INTERNAL "")
message(STATUS "SPDK: ${version}")

list(TRANSFORM SPDK_LIBRARY_DIRS APPEND /../bin OUTPUT_VARIABLE installed)
list(TRANSFORM SPDK_LIBRARY_DIRS APPEND /../examples OUTPUT_VARIABLE examples)
# SPDK's own measure of a bdev, which experiments set beside the journal's: a build leaves it in examples/, `make install` in bin/ under the
# other name.
find_program(HOPSCOPE_BDEVPERF NAMES spdk_bdev_bdevperf bdevperf HINTS ${examples} ${installed})

add_library(hopscope_spdk INTERFACE)
target_compile_definitions(hopscope_spdk INTERFACE HOPSCOPE_SPDK)
target_include_directories(hopscope_spdk SYSTEM INTERFACE ${SPDK_INCLUDE_DIRS})
target_link_libraries(hopscope_spdk INTERFACE "$<LINK_LIBRARY:WHOLE_ARCHIVE,${archives}>" rte_bus_pci rte_pci rte_mempool rte_ring rte_eal
                                              ${system})
