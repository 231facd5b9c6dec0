"""Files of a folder over HTTP on loopback, with the faults that tests ask for by path.

python3 server.py FOLDER: writes its port to FOLDER/.port, and what it was asked to FOLDER/.asked; ends after a minute.

/etag/NAME   with an ETag, and ranges        /cut/NAME    the same; the first answer stops in the middle
/never/NAME  every answer stops              /late/NAME   like /cut, and the content changes in between
/plain/NAME  without ETag                    /moved/NAME  a redirection to /etag/NAME
"""

import hashlib
import http.server
import os
import sys
import threading

folder = sys.argv[1]
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        _, way, name = self.path.split("/", 2)
        with open(os.path.join(folder, ".asked"), "a") as asked:
            asked.write(f"{self.command} {self.path} {self.headers.get('Range', '')}\n")
        if way == "moved":
            self.send_response(302)
            self.send_header("ETag", '"of-the-redirection"')
            self.send_header("Location", f"/etag/{name}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            self.send_error(404)
            return
        with open(path, "rb") as file:
            content = file.read()
        tag = '"' + hashlib.md5(content).hexdigest() + '"'
        start = 0
        wanted = self.headers.get("Range")
        if wanted and self.headers.get("If-Range", tag) == tag:
            start = int(wanted.removeprefix("bytes=").split("-")[0])
        self.send_response(206 if start else 200)
        if way == "plain":
            self.send_header("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
        else:
            self.send_header("ETag", tag)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        rest = content[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if not body:
            return
        stops = way == "never" or way in ("cut", "late") and self.path not in seen
        seen.add(self.path)
        self.wfile.write(rest[: len(rest) // 2] if stops else rest)
        if stops:
            self.close_connection = True
            if way == "late":
                with open(path, "wb") as file:
                    file.write(b"other " + content)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Timer(60, lambda: os._exit(0)).start()
with open(os.path.join(folder, ".port.part"), "w") as file:
    file.write(str(server.server_address[1]))
os.rename(os.path.join(folder, ".port.part"), os.path.join(folder, ".port"))
server.serve_forever()
