// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

// A port of this machine can be reached by every web page that its user opens. These rules keep pages from
// elsewhere out, whatever names they give themselves.
namespace waybill::ingest {

// A page from this machine: http or https, localhost, 127.0.0.1 or [::1], any port.
bool isLocalOrigin(std::string_view origin);

// Whether the "host" header names a server that no stranger can have pointed at this machine (DNS rebinding):
// none at all, an address, localhost, this machine's own name or `listenHost`, or a name below .localhost or
// .internal, which nobody can register (containers call their host "host.docker.internal").
bool isTrustedHost(std::string_view host, std::string_view listenHost);

}  // namespace waybill::ingest
