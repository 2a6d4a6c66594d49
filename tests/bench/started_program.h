// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace waybill::bench {

// The real `waybill`, started beside this program as a user starts it: a process of its own with fresh settings, on
// the display when there is one (DISPLAY), else offscreen. Ends with this object.
class StartedProgram {
 public:
  explicit StartedProgram(const std::vector<std::string>& arguments);
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  // From just before the process was made until it said `what` on its log ("waybill.start", see
  // ui/shell/start_report.h).
  struct Reached {
    double wallMs = 0;    // by the clock on the wall, which it read itself
    double waitedMs = 0;  // of which its main thread stood ready at most while the processors were with others
  };
  Reached waitFor(const std::string& what);

  // Processor seconds of all its threads so far. Units of a hundredth.
  double processorSeconds() const;

  static const char* platform();  // "xcb" or "offscreen"

 private:
  void end();
  double waitedMilliseconds() const;
  pid_t m_process = 0;
  int m_log = -1;
  double m_startedMs = 0;  // on the clock that counts from the start of the machine
  std::string m_text;      // of the log, not yet taken
};

}  // namespace waybill::bench
