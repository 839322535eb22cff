#!/usr/bin/env python3
"""Opens every page of the dashboard in headless Chromium, takes pictures, and fails on what a person would not see.

  chaos/clients/dashboard.py [--url URL] [--out DIR] [--pages /,/nodes] [--widths 1280,390] [--themes light,dark]
                             [--settle SECONDS]

  --url URL      of a node's HTTP port (default http://127.0.0.1:7434)
  --out DIR      where pictures go: PAGE-WIDTH-THEME.png (default ./dashboard-pictures)
  --settle S     how long a page is left alone before the picture (default 3)

Fails when a page logs an error or a refused load, does not become live, or is wider than its window. Needs Debian's
package chromium and nothing else: the browser is driven through a pipe, by the DevTools protocol.
"""
import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

PAGES = ["/", "/nodes", "/ranges", "/charts", "/heat", "/sessions", "/statements", "/transactions", "/traces", "/jobs", "/events", "/settings"]


class Browser:
    """Chromium with the DevTools protocol on a pair of pipes."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="troupe-chromium-")
        to_browser, self.out = os.pipe()
        self.into, from_browser = os.pipe()

        def wire():
            # The numbers 3 and 4 are fixed by Chromium. Copies first, as one may be the other's number.
            a, b = os.dup(to_browser), os.dup(from_browser)
            a, b = os.dup2(a, 13), os.dup2(b, 14)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--disable-dev-shm-usage", f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.rest = b""
        self.events = []

    def read(self):
        while b"\0" not in self.rest:
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise SystemExit("chromium has ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def close(self):
        try:
            self.call("Browser.close")
        except (SystemExit, OSError):
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def evaluate(browser, session, expression):
    answer = browser.call("Runtime.evaluate", session, expression=expression, returnByValue=True, awaitPromise=True)
    if "exceptionDetails" in answer:
        raise SystemExit(f"{expression}: {answer['exceptionDetails']}")
    return answer["result"].get("value")


def complaints(events):
    for event in events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            yield details.get("exception", {}).get("description") or details["text"]
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "assert"):
            yield " ".join(str(each.get("value", each.get("description"))) for each in parameters["args"])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            yield f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}"


def picture(browser, url, page, width, theme, settle, file, script):
    """Opens a page of its own, and gives what is wrong with it."""
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    browser.events.clear()
    for domain in ("Page", "Runtime", "Log"):
        browser.call(f"{domain}.enable", session)
    browser.call("Emulation.setDeviceMetricsOverride", session, width=width, height=900, deviceScaleFactor=1,
                 mobile=width < 600)
    browser.call("Emulation.setEmulatedMedia", session, features=[{"name": "prefers-color-scheme", "value": theme}])
    browser.call("Page.navigate", session, url=url + page)
    wrong = []
    deadline = time.monotonic() + 20
    ready = "document.getElementById('status') && ['live', ''].includes(document.getElementById('status').textContent)"
    while not evaluate(browser, session, ready):
        if time.monotonic() > deadline:
            wrong.append("not live: " + str(evaluate(browser, session, "document.body.innerText.slice(0, 200)")))
            break
        time.sleep(0.2)
    time.sleep(settle)
    if script:
        evaluate(browser, session, script)
        time.sleep(1)
    wide = evaluate(browser, session, "document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        wrong.append(f"{wide} pixels wider than the window")
    nameless = evaluate(browser, session, "[...document.querySelectorAll('button, a, input, select')].filter(e => "
                        "e.checkVisibility() && !(e.textContent.trim() || e.ariaLabel || e.labels?.length || e.title)).length")
    if nameless:
        wrong.append(f"{nameless} controls without a name")
    height = min(4000, max(900, evaluate(browser, session, "document.documentElement.scrollHeight")))
    shot = browser.call("Page.captureScreenshot", session, captureBeyondViewport=True,
                        clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
    with open(file, "wb") as out:
        out.write(base64.b64decode(shot["data"]))
    wrong.extend(complaints(browser.events))
    browser.call("Target.closeTarget", targetId=target)
    return wrong


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", default="http://127.0.0.1:7434")
    options.add_argument("--out", default="dashboard-pictures")
    options.add_argument("--pages", default=",".join(PAGES))
    options.add_argument("--widths", default="1280,390")
    options.add_argument("--themes", default="light,dark")
    options.add_argument("--settle", type=float, default=3)
    options.add_argument("--script", default="", help="JavaScript to run before each picture")
    asked = options.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        print("SKIP  dashboard: chromium is not installed")
        return 77
    os.makedirs(asked.out, exist_ok=True)
    browser = Browser(program)
    failed = 0
    try:
        for page in asked.pages.split(","):
            for width in map(int, asked.widths.split(",")):
                for theme in asked.themes.split(","):
                    name = urlsplit(page).path.strip("/").replace("/", "-") or "overview"
                    file = os.path.join(asked.out, f"{name}-{width}-{theme}.png")
                    wrong = picture(browser, asked.url, page, width, theme, asked.settle, file, asked.script)
                    print(f"{'FAIL' if wrong else 'ok  '}  {page} {width} {theme}", *wrong, sep="\n        ")
                    failed += bool(wrong)
    finally:
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
