// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "session/live.h"

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace waybill::ui {

// The settings of the endpoint, taken over when a field is left.
class LiveSettingsForm : public QWidget {
  Q_OBJECT

 public:
  LiveSettingsForm(session::Live& live, QWidget* parent);

 private:
  QCheckBox* addAddress(QFormLayout* form, const QString& name, QLineEdit*& address);
  QLineEdit* addText(QFormLayout* form, const QString& label, const QString& placeholder,
                     const QString& about);
  QSpinBox* addLimit(QFormLayout* form, const QString& label, const QString& suffix, int most,
                     const QString& about);
  void show();
  void apply();

  session::Live& m_live;
  QCheckBox *m_grpcOn, *m_httpOn, *m_zipkinOn;
  QLineEdit *m_grpc = nullptr, *m_http = nullptr, *m_zipkin = nullptr;
  QLineEdit *m_certificate, *m_key, *m_token, *m_nextToken, *m_forward;
  QSpinBox *m_megabytes, *m_minutes;
  QLabel* m_warning;
  bool m_showing = false;  // the fields are being filled, not changed
};

}  // namespace waybill::ui
