// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/load_strip.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "base/time_text.h"

namespace waybill::ui {
namespace {

constexpr int kBarSteps = 1000;
constexpr qint64 kShowAfterMs = 250;
constexpr qint64 kEstimateAfterMs = 1500;  // before that the speed is not yet known

}  // namespace

LoadStrip::LoadStrip(session::Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
  setObjectName(QStringLiteral("loadStrip"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 6, 16, 6);
  row->setSpacing(12);
  m_text = new QLabel(this);
  m_text->setTextFormat(Qt::PlainText);
  m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_bar = new QProgressBar(this);
  m_bar->setRange(0, kBarSteps);
  m_bar->setTextVisible(false);
  m_bar->setFixedWidth(200);
  auto* cancel = new QPushButton(tr("Cancel"), this);
  cancel->setObjectName(QStringLiteral("cancelLoad"));
  connect(cancel, &QPushButton::clicked, &session, &session::Session::cancelLoad);
  row->addWidget(m_text, 1);
  row->addWidget(m_bar);
  row->addWidget(cancel);
  connect(&session, &session::Session::loadingChanged, this, &LoadStrip::update);
  hide();
}

void LoadStrip::update() {
  if (!m_session.isLoading()) {
    m_since.invalidate();
    hide();
    return;
  }
  if (!m_since.isValid()) m_since.start();
  const ingest::LoadProgress progress = m_session.loadProgress();
  if (m_since.elapsed() < kShowAfterMs) return;
  m_text->setText(progressText(progress));
  const double share = progress.bytesTotal == 0
                           ? 0.0
                           : static_cast<double>(progress.bytesDone) / static_cast<double>(progress.bytesTotal);
  m_bar->setValue(static_cast<int>(share * kBarSteps));
  show();
}

QString LoadStrip::progressText(const ingest::LoadProgress& progress) const {
  const auto text = [](const std::string& utf8) { return QString::fromStdString(utf8); };
  QStringList parts;
  parts << tr("Reading %1").arg(QFileInfo(text(progress.file)).fileName());
  if (progress.bytesTotal > 0) {
    parts << tr("%1 of %2").arg(text(bytesText(progress.bytesDone)), text(bytesText(progress.bytesTotal)));
  }
  parts << tr("%1 spans").arg(text(countText(progress.spans)));
  const qint64 elapsed = m_since.elapsed();
  if (elapsed > kEstimateAfterMs && progress.bytesDone > 0 && progress.bytesDone < progress.bytesTotal) {
    const double left = static_cast<double>(elapsed) *
                        static_cast<double>(progress.bytesTotal - progress.bytesDone) /
                        static_cast<double>(progress.bytesDone);
    const auto seconds = static_cast<int64_t>(left / 1000.0) + 1;
    parts << tr("%1 left").arg(text(durationText(seconds * 1'000'000'000)));
  }
  return parts.join(QStringLiteral(" · "));
}

}  // namespace waybill::ui
