#include "engine/placement.h"

#include <algorithm>
#include <set>
#include <vector>

namespace hopscope {

unsigned venue_index(const std::string& role) { return static_cast<unsigned>(role.back() - '0'); }

std::string check_placement(const core::Plan& plan) {
  std::vector<std::string> roles = {"feed", "oms"};
  std::vector<std::string> links = {"feed-oms"};
  for (unsigned v = 0; v < plan.venues; ++v) {
    const std::string venue = "venue" + std::to_string(v);
    roles.push_back(venue);
    links.push_back("feed-" + venue);
    links.push_back("oms-" + venue);
  }
  std::set<std::string> placed;
  for (const core::LcorePlan& lcore : plan.lcores) {
    for (const std::string& role : lcore.roles) {
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) return "placement: '" + role + "' is no role of this plan";
      if (!placed.insert(role).second) return "placement: " + role + " is placed twice";
    }
  }
  for (const std::string& role : roles)
    if (!placed.contains(role)) return "placement: " + role + " is on no lcore";
  for (const std::string& name : links) {
    const auto has_name = [&name](const core::LinkPlan& link) { return link.name == name; };
    if (std::count_if(plan.links.begin(), plan.links.end(), has_name) != 1) return "links: exactly one must be called " + name;
  }
  return {};
}

}  // namespace hopscope
