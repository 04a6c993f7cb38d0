// Work inside another network namespace: sockets and devices stay where they were opened, the thread comes back.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace hopscope::net {

// Runs `work` inside the named network namespace and comes back, whatever happens. With no name, it runs where the thread is.
template <class Work>
std::string in_namespace(const std::string& name, Work work) {
  if (name.empty()) return work();
  const int home = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  const int there = ::open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
  std::string error;
  if (home < 0 || there < 0 || setns(there, CLONE_NEWNET) != 0) {
    error = "network namespace " + name + ": " + std::strerror(errno) + ": `hopscope run` makes it, and needs root";
  } else {
    error = work();
    if (setns(home, CLONE_NEWNET) != 0) error = "cannot return to the first network namespace: " + std::string(std::strerror(errno));
  }
  if (home >= 0) close(home);
  if (there >= 0) close(there);
  return error;
}

}  // namespace hopscope::net
