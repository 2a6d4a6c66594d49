# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One service of the Buy example: buy.py PORT ROUTE MILLISECONDS [URL...]. Knows nothing of OpenTelemetry."""
import sys
import time

import flask
import requests

port, route, milliseconds, *calls = sys.argv[1:]
app = flask.Flask(__name__)


@app.post(route)
def work():
    time.sleep(float(milliseconds) / 1000)
    for url in calls:
        requests.post(url, timeout=10).raise_for_status()
    return "done"


@app.get("/up")
def up():
    return "yes"


app.run(host="127.0.0.1", port=int(port))
