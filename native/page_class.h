// JavaScript's class Page over PageView (native/page.ts has its types).
#pragma once

#include <napi.h>

namespace hopscope::native {

Napi::Function define_page(Napi::Env env);

}  // namespace hopscope::native
