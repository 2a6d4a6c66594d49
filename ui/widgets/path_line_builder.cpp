// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/path_line_builder.h"

#include <utility>

namespace waybill::ui {
namespace {
constexpr size_t kShort = 200'000;  // segments: a millisecond or so
}

PathLineBuilder::PathLineBuilder(KeyOf keyOf, QObject* parent) : QObject(parent), m_keyOf(std::move(keyOf)) {}
PathLineBuilder::~PathLineBuilder() = default;

PathLine PathLineBuilder::made(const session::OpenTrace& trace, const KeyOf& keyOf) {
  return {trace.analysis->path.segments, [&](analysis::NodeIndex node) { return keyOf(trace, node); }};
}

void PathLineBuilder::start(std::shared_ptr<const session::OpenTrace> trace) {
  const uint64_t asked = ++m_asked;
  m_line = {};
  m_trace = std::move(trace);
  if (m_trace == nullptr) return;
  if (m_trace->analysis->path.segments.size() <= kShort) {
    m_line = made(*m_trace, m_keyOf);
    return;
  }
  m_pool.post([this, asked, of = m_trace, keyOf = m_keyOf](std::stop_token) {
    auto line = std::make_shared<PathLine>(made(*of, keyOf));
    QMetaObject::invokeMethod(
        this,
        [this, asked, line] {
          if (asked != m_asked) return;
          m_line = std::move(*line);
          Q_EMIT landed();
        },
        Qt::QueuedConnection);
  });
}

}  // namespace waybill::ui
