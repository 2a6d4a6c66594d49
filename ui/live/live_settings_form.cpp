// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/live_settings_form.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <utility>

#include "ui/live/live_text.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {
constexpr quint64 kMegabyte = quint64{1} << 20;
constexpr int kMostMegabytes = 1 << 20, kMostMinutes = 60 * 24 * 365;
}  // namespace

LiveSettingsForm::LiveSettingsForm(session::Live& live, QWidget* parent) : QWidget(parent), m_live(live) {
  auto* form = new QFormLayout(this);
  form->setContentsMargins(0, 0, 0, 0);
  form->setHorizontalSpacing(14);
  form->setVerticalSpacing(8);
  form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
  form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  m_grpcOn = addAddress(form, tr("OTLP gRPC"), m_grpc);
  m_httpOn = addAddress(form, tr("OTLP HTTP"), m_http);
  m_zipkinOn = addAddress(form, tr("Zipkin v2"), m_zipkin);
  m_warning = plainParagraph({}, Tone::Normal, this);
  m_warning->setObjectName(QStringLiteral("liveWarning"));
  form->addRow(QString(), m_warning);
  m_token = addText(form, tr("Token"), tr("anybody may send"),
                    tr("Senders must give it as bearer token or x-otlp-api-key. It is kept in plain text."));
  m_nextToken = addText(form, tr("Second token"), tr("none"),
                        tr("Accepted as well, so that the token can be changed without a gap."));
  m_certificate = addText(form, tr("TLS certificate"), tr("no TLS"), tr("A PEM file, with its chain."));
  m_key = addText(form, tr("TLS key"), tr("no TLS"), tr("The PEM file of the certificate's private key."));
  m_megabytes = addLimit(form, tr("Keep at most"), tr(" MiB"), kMostMegabytes,
                         tr("The oldest traces go first, fairly by service; pinned traces stay."));
  m_minutes = addLimit(form, tr("Keep for"), tr(" minutes"), kMostMinutes,
                       tr("Counted from the last span of a trace; pinned traces stay."));
  m_forward = addText(
      form, tr("Forward to"), QStringLiteral("http://collector:4318"),
      tr("Everything received is passed on to this OTLP/HTTP endpoint too. Senders never wait for it."));
  connect(&live, &session::Live::settingsChanged, this, &LiveSettingsForm::show);
  show();
}

QCheckBox* LiveSettingsForm::addAddress(QFormLayout* form, const QString& name, QLineEdit*& address) {
  auto* on = new QCheckBox(name, this);
  address = new QLineEdit(this);
  address->setAccessibleName(tr("Address of %1").arg(name));
  address->setToolTip(tr("HOST:PORT. 127.0.0.1 is this machine only; port 0 is any that is free."));
  on->setMinimumHeight(address->sizeHint().height());  // level with the field
  form->addRow(on, address);
  connect(on, &QCheckBox::toggled, this, &LiveSettingsForm::apply);
  connect(address, &QLineEdit::editingFinished, this, &LiveSettingsForm::apply);
  return on;
}

QLineEdit* LiveSettingsForm::addText(QFormLayout* form, const QString& label, const QString& placeholder,
                                     const QString& about) {
  auto* edit = new QLineEdit(this);
  edit->setPlaceholderText(placeholder);
  edit->setAccessibleName(label);
  edit->setToolTip(plainToolTip(about));
  form->addRow(label, edit);
  connect(edit, &QLineEdit::editingFinished, this, &LiveSettingsForm::apply);
  return edit;
}

QSpinBox* LiveSettingsForm::addLimit(QFormLayout* form, const QString& label, const QString& suffix, int most,
                                     const QString& about) {
  auto* spin = new QSpinBox(this);
  spin->setRange(0, most);
  spin->setSpecialValueText(tr("no limit"));
  spin->setSuffix(suffix);
  spin->setGroupSeparatorShown(true);
  spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
  spin->setKeyboardTracking(false);
  spin->setAccessibleName(label);
  spin->setToolTip(plainToolTip(about));
  form->addRow(label, spin);
  connect(spin, &QSpinBox::valueChanged, this, &LiveSettingsForm::apply);
  return spin;
}

void LiveSettingsForm::show() {
  const session::LiveSettings& settings = m_live.settings();
  m_showing = true;
  m_grpcOn->setChecked(settings.grpcOn);
  m_httpOn->setChecked(settings.httpOn);
  m_zipkinOn->setChecked(settings.zipkinOn);
  m_grpc->setText(settings.grpc);
  m_http->setText(settings.http);
  m_zipkin->setText(settings.zipkin);
  m_token->setText(settings.tokens.value(0));
  m_nextToken->setText(settings.tokens.value(1));
  m_certificate->setText(settings.certificate);
  m_key->setText(settings.key);
  m_megabytes->setValue(static_cast<int>(settings.keepBytes / kMegabyte));
  m_minutes->setValue(static_cast<int>(settings.keepSeconds / 60));
  m_forward->setText(settings.forwardUrl);
  const QString warning = exposureWarning(settings);
  m_warning->setText(warning.isEmpty() ? warning : QStringLiteral("▲ ") + warning);
  m_warning->setVisible(!warning.isEmpty());
  m_showing = false;
}

void LiveSettingsForm::apply() {
  if (m_showing) return;
  session::LiveSettings settings = m_live.settings();
  settings.grpcOn = m_grpcOn->isChecked();
  settings.httpOn = m_httpOn->isChecked();
  settings.zipkinOn = m_zipkinOn->isChecked();
  settings.grpc = m_grpc->text().trimmed();
  settings.http = m_http->text().trimmed();
  settings.zipkin = m_zipkin->text().trimmed();
  settings.tokens.clear();
  for (const QLineEdit* token : {m_token, m_nextToken}) {
    if (!token->text().trimmed().isEmpty()) settings.tokens << token->text().trimmed();
  }
  settings.certificate = m_certificate->text().trimmed();
  settings.key = m_key->text().trimmed();
  settings.keepBytes = static_cast<quint64>(m_megabytes->value()) * kMegabyte;
  settings.keepSeconds = qint64{m_minutes->value()} * 60;
  settings.forwardUrl = m_forward->text().trimmed();
  m_live.setSettings(settings);
}

}  // namespace waybill::ui
