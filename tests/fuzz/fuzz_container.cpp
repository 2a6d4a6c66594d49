// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/read_bytes.h"
#include "ingest/file_loader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  waybill::store::TraceStore store;
  (void)waybill::ingest::loadBytes({reinterpret_cast<const char*>(data), size}, "input", store);
  waybill::fuzz::lookAtEverything(*store.snapshot());
  return 0;
}
