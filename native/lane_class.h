// JavaScript's class Lane over the lanes (native/lane.ts has its types).
#pragma once

#include <napi.h>

namespace hopscope::native {

Napi::Function define_lane(Napi::Env env);

}  // namespace hopscope::native
