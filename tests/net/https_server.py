#!/usr/bin/python3
"""An HTTPS server on loopback for test_fetch: https_server.py FOLDER.  Writes
its certificate to FOLDER/cert.pem (localhost, 127.0.0.1) and its port to
standard output; ends when its standard input does."""
import http.server, os, ssl, subprocess, sys, threading, time, urllib.parse

folder = sys.argv[1]
cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
     "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
     "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
     "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        ask = dict(urllib.parse.parse_qsl(query))
        if path == "/to":
            self.answer(int(ask.get("status", 302)), b"moved",
                        Location=ask["url"])
        elif path == "/count":
            n = int(ask["n"])
            self.answer(301, Location=f"/count?n={n - 1}" if n else "/page")
        elif path == "/big":
            self.answer(200, b"x" * int(ask["n"]))
        elif path == "/slow":
            time.sleep(600)
        elif path == "/header":
            self.answer(200, b"", **{f"X-{i}": "y" * 9000 for i in range(40)})
        elif path == "/cookie":
            self.answer(302, Location="/fields", Set_Cookie="a=b; Path=/")
        elif path == "/fields":
            body = f"{self.command} {self.path}\n{self.headers}"
            self.answer(200, body.encode(), Content_Type="text/plain")
        elif path == "/page":
            self.answer(200, b"<p>Hello</p>",
                        Content_Type="text/html; charset=utf-8")
        else:
            self.answer(404, b"no such page")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # a client that turns away is what some tests are about


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
server = Server(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True,
                                    do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
