#!/usr/bin/env python3
"""Fills a bucket of an S3 server through S3: objects in several versions, delete markers, unfinished uploads.

Prints what it made as JSON; progress goes to standard error. Python's own library alone: a stock client spends
most of its time on itself. Requests are signed by version 2, which is one hash each.
"""

import argparse
import base64
import email.utils
import hashlib
import hmac
import http.client
import json
import multiprocessing
import pathlib
import sys
import time
import urllib.parse

ODD_KEYS = pathlib.Path(__file__).parent / "fixtures/s3/odd_keys.json"
# No request takes longer, in seconds.
PATIENCE = 60


class Server:
    """One connection to the server, as one user."""

    def __init__(self, wish):
        self.wish = wish
        self.connection = http.client.HTTPConnection(wish.host, timeout=PATIENCE)

    def call(self, verb, key, query="", body=b""):
        """The body of the answer, whose status has to be a good one."""
        path = f"/{self.wish.bucket}"
        if key is not None:
            path += "/" + urllib.parse.quote(key, safe="/")
        target = path + ("?" + query if query else "")
        date = email.utils.formatdate(usegmt=True)
        text = f"{verb}\n\n\n{date}\n{target}"
        digest = hmac.new(self.wish.secret_key.encode(), text.encode(), hashlib.sha1).digest()
        signature = base64.b64encode(digest).decode()
        headers = {"Date": date, "Authorization": f"AWS {self.wish.access_key}:{signature}"}
        self.connection.request(verb, target, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise SystemExit(f"{verb} {target} was answered {answer.status}: {content[:500]!r}")
        return content


def fill(wish, keys, uploads, counter):
    """One worker's share."""
    server = Server(wish)
    body = b"x" * wish.bytes
    for key in keys:
        for _ in range(wish.versions):
            server.call("PUT", key, body=body)
        for _ in range(wish.markers):
            server.call("DELETE", key)
        with counter.get_lock():
            counter.value += 1
    for key in uploads:
        # The answer names the key as well, maybe in characters that no XML parser takes.
        begun = server.call("POST", key, "uploads").decode()
        upload = begun.split("<UploadId>")[1].split("</UploadId>")[0]
        server.call("PUT", key, f"partNumber=1&uploadId={upload}", body)


def load(wish):
    """Fills the bucket; what it made."""
    server = Server(wish)
    server.call("PUT", None)
    if wish.versions > 1 or wish.markers > 0:
        document = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        server.call("PUT", None, "versioning", document)
    odd = json.loads(ODD_KEYS.read_text()) if wish.odd else []
    keys = odd + [f"{wish.prefix}{number:08}" for number in range(wish.objects)]
    names = odd or [f"upload/{number:08}" for number in range(wish.uploads)]
    uploads = [names[number % len(names)] for number in range(wish.uploads)]
    counter = multiprocessing.Value("q", 0)
    share = wish.connections
    workers = [
        multiprocessing.Process(target=fill, args=(wish, keys[n::share], uploads[n::share], counter))
        for n in range(share)
    ]
    for worker in workers:
        worker.start()
    began = told = time.monotonic()
    while any(worker.is_alive() for worker in workers):
        for worker in workers:
            worker.join(0.2)
            if worker.exitcode not in (None, 0):
                for other in workers:
                    other.terminate()
                raise SystemExit("a worker failed, the others were ended")
        if time.monotonic() - told > 10:
            told = time.monotonic()
            print(f"{counter.value} of {len(keys)} keys in {told - began:.0f} s", file=sys.stderr)
    return {
        "keys": len(keys),
        "versions": len(keys) * wish.versions,
        "markers": len(keys) * wish.markers,
        "uploads": len(uploads),
        "bytes": (len(keys) * wish.versions + len(uploads)) * wish.bytes,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("endpoint", help="http://HOST:PORT")
    parser.add_argument("access_key")
    parser.add_argument("secret_key")
    parser.add_argument("bucket", help="a bucket that is made")
    parser.add_argument("--prefix", default="", help="of the keys, which are numbered")
    parser.add_argument("--objects", type=int, default=0, help="numbered keys")
    parser.add_argument("--odd", action="store_true", help="the odd keys of fixtures/s3 as well")
    parser.add_argument("--versions", type=int, default=1, help="of each key")
    parser.add_argument("--markers", type=int, default=0, help="delete markers above them")
    parser.add_argument("--uploads", type=int, default=0, help="unfinished uploads of one part")
    parser.add_argument("--bytes", type=int, default=16, help="of each version and part")
    parser.add_argument("--connections", type=int, default=8)
    wish = parser.parse_args()
    wish.host = urllib.parse.urlsplit(wish.endpoint).netloc
    print(json.dumps(load(wish)))


if __name__ == "__main__":
    main()
