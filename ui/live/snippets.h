// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace waybill::ui {

// Where senders are to send, and what they need for it.
struct SnippetTarget {
  QString grpc = QStringLiteral("127.0.0.1:4317");
  QString http = QStringLiteral("127.0.0.1:4318");
  QString certificate;  // the file senders must trust; empty: plain text
  QString token;        // empty: none is asked for

  bool operator==(const SnippetTarget&) const = default;
};

// What to paste into a terminal or a configuration so that a program sends its traces there.
struct Snippet {
  QString language;
  QString text;
};

// The most asked for first: Python.
QList<Snippet> snippetsFor(const SnippetTarget& target);

}  // namespace waybill::ui
