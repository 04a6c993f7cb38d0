// JavaScript's class Stalls over Stalls (native/stalls.ts has its types).
#pragma once

#include <napi.h>

namespace hopscope::native {

Napi::Function define_stalls(Napi::Env env);

}  // namespace hopscope::native
