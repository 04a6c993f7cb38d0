// JavaScript's class Page over PageView (native/page.ts has its types).
#pragma once

#include <napi.h>

#include "bpf/records.h"

namespace hopscope::native {

Napi::Function define_page(Napi::Env env);

// The page behind an object that define_page()'s class made. Throws Failure when it is closed.
const hs_page& page_of(const Napi::Value& object);

}  // namespace hopscope::native
