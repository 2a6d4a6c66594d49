// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/live_settings.h"

#include <QSettings>

namespace waybill::session {
namespace {

constexpr char kGroup[] = "live";

// One list of what is kept, for reading and writing.
template <typename Visit>
void forEachSetting(LiveSettings& settings, Visit&& visit) {
  visit("grpcOn", settings.grpcOn);
  visit("httpOn", settings.httpOn);
  visit("zipkinOn", settings.zipkinOn);
  visit("grpc", settings.grpc);
  visit("http", settings.http);
  visit("zipkin", settings.zipkin);
  visit("certificate", settings.certificate);
  visit("key", settings.key);
  visit("tokens", settings.tokens);
  visit("keepBytes", settings.keepBytes);
  visit("keepSeconds", settings.keepSeconds);
  visit("forwardUrl", settings.forwardUrl);
}

}  // namespace

LiveSettings loadLiveSettings() {
  LiveSettings settings;
  QSettings stored;
  stored.beginGroup(QLatin1String(kGroup));
  forEachSetting(settings, [&stored](const char* key, auto& value) {
    using Value = std::decay_t<decltype(value)>;
    value = stored.value(QLatin1String(key), QVariant::fromValue(value)).template value<Value>();
  });
  return settings;
}

void saveLiveSettings(LiveSettings settings) {
  QSettings stored;
  stored.beginGroup(QLatin1String(kGroup));
  forEachSetting(settings, [&stored](const char* key, auto& value) {
    stored.setValue(QLatin1String(key), QVariant::fromValue(value));
  });
}

}  // namespace waybill::session
