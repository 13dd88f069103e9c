#pragma once

namespace validation {

/// Receives one webhook, beside the worker that sends it. Run with `-I -B -c` by a Python of 3.7 or
/// later.
///
/// "listen NAME SECONDS" begins to listen on a free port of 127.0.0.1, prints the port, and goes on
/// in the background; it ends by itself. "collect NAME SECONDS PORT" waits so long for a request to
/// /NAME whose body has NAME, prints {"arrived": …, "type": …}, and has the other one end.
inline constexpr const char* kReceiverScript = R"python(
import http.server, json, os, sys, threading, urllib.request

mode, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])

if mode == "collect":
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = "http://127.0.0.1:%d/%s" % (int(sys.argv[4]), name)
    with opener.open(address, timeout=seconds + 5) as answer:
        sys.stdout.write(answer.read().decode())
    sys.exit(0)

arrived = threading.Event()
kind = []


class Receiver(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        length = min(int(self.headers.get("Content-Length") or 0), 1 << 20)
        body = self.rfile.read(length).decode("utf-8", "replace")
        if self.path != "/" + name:
            return self.answer(404)
        if name in body:
            kind.append(self.headers.get("Content-Type", ""))
            arrived.set()
        self.answer(200)

    def do_GET(self):
        if self.path != "/" + name:
            return self.answer(404)
        arrived.wait(seconds)
        self.answer(200, json.dumps({"arrived": arrived.is_set(), "type": "".join(kind[:1])}))
        threading.Timer(0.5, os._exit, (0,)).start()

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
if os.fork():
    os._exit(0)
os.setsid()
nothing = os.open(os.devnull, os.O_RDWR)
for number in (0, 1, 2):
    os.dup2(nothing, number)
life = threading.Timer(seconds + 30, os._exit, (0,))
life.daemon = True
life.start()
server.serve_forever()
)python";

}  // namespace validation
