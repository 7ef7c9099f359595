"""A purge of the service whose data lies on an S3 server that others wrote: 100 000 objects in three versions, 50 unfinished
uploads, odd keys, killed 20 times on the way.

The gateway that the service sees is put together: management comes from the simulator, data from Ceph's radosgw, which
checks every signature. Users, key pairs and their state are told to radosgw as the simulator has them.

Needs OSTOR_BRIDGE_BIN, and what tests/radosgw needs. OSTOR_TEST_PURGE_OBJECTS and OSTOR_TEST_PURGE_KILLS replace the numbers,
OSTOR_TEST_SEED the moments of the kills. TMPDIR has to have room, best a tmpfs.
"""

import contextlib
import http.client
import http.server
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).parent
BRIDGE = os.environ["OSTOR_BRIDGE_BIN"]
OBJECTS = int(os.environ.get("OSTOR_TEST_PURGE_OBJECTS", "100000"))
KILLS = int(os.environ.get("OSTOR_TEST_PURGE_KILLS", "20"))
SEED = int(os.environ.get("OSTOR_TEST_SEED", str(random.randrange(2**32))))
VERSIONS = 3
UPLOADS = 50
SYSTEM = ("0123456789abcdefPEER", "exampleSecretExampleSecretExampleSecret0")
# What takes longer, in seconds, never ends.
PATIENCE = 300
# The purge as a whole: radosgw in one process deletes some hundred versions in a second.
PURGE_PATIENCE = 3600

CONFIG = """
[server]
listen = "127.0.0.1:0"
[database]
url = "sqlite:{folder}/ledger.db"
[clients.whmcs]
secret = "a secret of tests that is long enough"
scopes = ["provision", "usage", "admin"]
[clusters.eu1]
endpoint = "{gateway}"
access_key = "{key}"
secret_key = "{secret}"
[terminate]
max_deletes_per_second = 1000000
"""


def tell(words):
    print(words, file=sys.stderr, flush=True)


class Program:
    """A program in the background that says where it listens, in the last word of a line."""

    def __init__(self, command, **more):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)
        line = self.process.stdout.readline().split()
        if not line:
            raise AssertionError(f"{command[0]} did not start")
        self.endpoint = "http://" + line[-1].removeprefix("http://")

    def end(self, kill=False):
        self.process.stdin.close()
        self.process.kill() if kill else self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Radosgw(Program):
    """The server of the data, with a user for each of the accounts that CreateAccount answered."""

    def __init__(self, accounts):
        users = [f"{it['user_id']}:{it['access_key_id']}:{it['secret_access_key']}" for it in accounts]
        super().__init__([HERE / "radosgw", "--files", *users])
        self.environment = dict(os.environ, CEPH_CONF=self.process.stdout.readline().strip().removeprefix("CEPH_CONF="))

    def admin(self, *words):
        done = subprocess.run(
            ["radosgw-admin", *words], env=self.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        if done.returncode != 0:
            raise AssertionError(f"radosgw-admin {words[0]} {words[1]} failed: {done.stderr[-500:]}")
        return done.stdout


class Gateway(http.server.ThreadingHTTPServer):
    """Management from the simulator, data from radosgw."""

    daemon_threads = True

    def __init__(self, simulator):
        super().__init__(("127.0.0.1", 0), Handler)
        self.simulator = simulator
        self.radosgw = None
        self.lock = threading.Lock()
        self.keys = set()
        # What was done to data: keys of multi-deletes, and the uploads that were aborted.
        self.deletions = 0
        self.aborted = set()
        self.troubles = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def attach(self, radosgw, accounts):
        self.keys = {it["access_key_id"] for it in accounts}
        self.radosgw = radosgw

    def handle_error(self, request, client_address):
        # A killed client is what this is about.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
            self.troubles.append(repr(sys.exception()))

    def managed(self, verb, query, status, body):
        """Tells radosgw what a call of management has changed."""
        if self.radosgw is None or status >= 300:
            return
        given = urllib.parse.parse_qs(query, keep_blank_values=True)
        pairs = r'"AWSAccessKeyId":\s*"([^"]+)",\s*"AWSSecretAccessKey":\s*"([^"]+)"'
        with self.lock:
            for key, secret in re.findall(pairs, body.decode("utf-8", "replace")):
                if key not in self.keys and key[:16] in self.users():
                    self.keys.add(key)
                    self.radosgw.admin(
                        "key", "create", "--uid", key[:16], "--key-type", "s3",
                        "--access-key", key, "--secret-key", secret,
                    )  # fmt: skip
            for key in given.get("revokeKey", []):
                if key in self.keys:
                    self.keys.remove(key)
                    self.radosgw.admin("key", "rm", "--uid", key[:16], "--key-type", "s3", "--access-key", key)
            for user in self.users():
                if given.get("id") == [user] or given.get("emailAddress") == [self.emails[user]]:
                    for word, command in (("enable", "enable"), ("disable", "suspend")):
                        if word in given:
                            self.radosgw.admin("user", command, "--uid", user)
                    if verb == "DELETE" and "ostor-users" in given:
                        # Refused as long as it owns a bucket.
                        self.radosgw.admin("user", "rm", "--uid", user)

    emails = {}

    def users(self):
        return self.emails.keys()


class Handler(http.server.BaseHTTPRequestHandler):
    """One request, passed on as it came: signatures hold for the address it was sent to."""

    protocol_version = "HTTP/1.1"

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        is_management = self.path.startswith("/?ostor-")
        gateway = self.server
        upstream = gateway.simulator if is_management or gateway.radosgw is None else gateway.radosgw
        place = urllib.parse.urlsplit(upstream.endpoint).netloc
        # Also closed when the client, which is killed, no longer waits for the answer.
        with contextlib.closing(http.client.HTTPConnection(place, timeout=PATIENCE)) as connection:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("connection", "expect"):
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
        path, _, query = self.path.partition("?")
        if is_management:
            gateway.managed(self.command, query, answer.status, content)
        else:
            self.note(path, query, body, answer.status)
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def note(self, path, query, body, status):
        gateway = self.server
        words = urllib.parse.parse_qs(query, keep_blank_values=True)
        if self.command == "POST" and "delete" in words and status == 200:
            with gateway.lock:
                gateway.deletions += body.count(b"<Key>")
        if self.command == "DELETE" and status == 204:
            if "uploadId" in words:
                gateway.aborted.update(words["uploadId"])
            elif "/" not in path.strip("/"):
                control(gateway.simulator.endpoint, "DELETE", "bucket", {"bucket": path.strip("/")})

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one

    def log_message(self, *_):
        pass


def control(endpoint, verb, what, wish=None):
    """A call of the simulator's own interface."""
    body = None if wish is None else json.dumps(wish).encode()
    request = urllib.request.Request(f"{endpoint}/_simulator/{what}", body, method=verb)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read() or "null")


class PurgeTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.simulator = Program(
            [BRIDGE, "simulate", "--listen", "127.0.0.1:0", "--system-key", SYSTEM[0], "--system-secret", SYSTEM[1]],
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(self.simulator.end)
        self.gateway = Gateway(self.simulator)
        self.addCleanup(self.gateway.server_close)
        self.addCleanup(self.gateway.shutdown)
        self.config = pathlib.Path(self.folder.name, "ostor-bridge.toml")
        self.config.write_text(
            CONFIG.format(folder=self.folder.name, gateway=self.gateway.endpoint, key=SYSTEM[0], secret=SYSTEM[1])
        )
        self.start()
        self.addCleanup(lambda: self.bridge.end(kill=True))

    def start(self):
        self.bridge = Program([BRIDGE, "serve", "--config", self.config], stderr=subprocess.DEVNULL)

    def call(self, method, **params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"cluster": "eu1", **params}})
        token = subprocess.run(
            [BRIDGE, "token", "--client", "whmcs", "--config", self.config],
            input=body, capture_output=True, text=True, check=True, timeout=PATIENCE,
        ).stdout.strip()  # fmt: skip
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.bridge.endpoint}/rpc", body.encode(), headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            answer = json.load(answer)
        self.assertNotIn("error", answer, method)
        return answer["result"]

    def load(self, account, bucket, *options):
        """Fills a bucket, which the simulator shows too."""
        command = [
            sys.executable, HERE / "s3_load.py", self.radosgw.endpoint, account["access_key_id"],
            account["secret_access_key"], bucket, "--odd", *options,
        ]  # fmt: skip
        made = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        wish = {"owner_id": account["user_id"], "bucket": bucket, "key": "all of it", "bytes": made["bytes"]}
        control(self.simulator.endpoint, "POST", "object", wish)
        return made

    def theirs(self, account):
        """All that must not change of somebody, on either side."""
        state = control(self.simulator.endpoint, "GET", "state")
        listed = self.radosgw.admin("bucket", "list", "--bucket", "theirs", "--max-entries", "100000")
        user = json.loads(self.radosgw.admin("user", "info", "--uid", account["user_id"]))
        return (
            [user for user in state["users"] if user["id"] == account["user_id"]],
            [bucket for bucket in state["buckets"] if bucket["owner_id"] == account["user_id"]],
            json.loads(listed),
            (user["suspended"], user["keys"]),
        )

    def job(self):
        done = subprocess.run(
            [BRIDGE, "jobs", "list", "--json", "--config", self.config],
            capture_output=True, text=True, check=True, timeout=PATIENCE,
        )  # fmt: skip
        return json.loads(done.stdout)

    def test_everything_goes_and_nothing_of_anybody_else(self):
        moments = random.Random(SEED)
        tell(f"OSTOR_TEST_SEED={SEED}")
        mine, theirs = (
            self.call("CreateAccount", service_id=number, client_id=number, email="c@example.com", plan={})
            for number in (1, 2)
        )
        self.radosgw = Radosgw([mine, theirs])
        self.addCleanup(self.radosgw.end)
        state = control(self.simulator.endpoint, "GET", "state")
        self.gateway.emails = {user["id"]: user["email"] for user in state["users"] if not user.get("system")}
        self.gateway.attach(self.radosgw, [mine, theirs])
        began = time.monotonic()
        self.load(theirs, "theirs", "--objects", "300", "--versions", "2", "--markers", "1", "--uploads", "5")
        made = self.load(
            mine, "mine", "--objects", str(OBJECTS), "--versions", str(VERSIONS), "--uploads", str(UPLOADS),
            "--connections", "24",
        )  # fmt: skip
        self.load(mine, "marked", "--versions", "2", "--markers", "2")
        tell(f"filled in {time.monotonic() - began:.0f} s: {made}")
        before = self.theirs(theirs)
        self.assertGreater(len(before[2]), 600)

        began = time.monotonic()
        answer = self.call("TerminateAccount", service_id=1, policy="purge")
        self.assertEqual(answer["state"], "purging")
        expected = made["versions"]
        killed = 0
        for kill in range(KILLS):
            moment = (kill + moments.random()) * expected / KILLS
            while self.gateway.deletions < moment and time.monotonic() - began < PURGE_PATIENCE:
                time.sleep(0.01)
            time.sleep(moments.random())
            self.bridge.end(kill=True)
            killed += self.job()["jobs"][0]["state"] != "deleted"
            tell(f"kill {kill + 1} after {self.gateway.deletions} keys of {expected}")
            self.start()
        problem = None
        while (job := self.job()["jobs"][0])["state"] != "deleted":
            self.assertLess(time.monotonic() - began, PURGE_PATIENCE, job)
            self.assertIn(job["state"], ("queued", "running"), job)
            if job["problem"] != problem:
                problem = job["problem"]
                tell(f"the job says: {problem}")
            time.sleep(1)
        took = time.monotonic() - began
        tell(f"deleted in {took:.0f} s, {killed} of {KILLS} kills fell into it: {job}")

        self.assertEqual(self.gateway.troubles, [])
        self.assertGreaterEqual(killed, KILLS - 2)
        self.assertEqual(self.theirs(theirs), before)
        self.assertEqual(json.loads(self.radosgw.admin("bucket", "list")), ["theirs"])
        self.assertEqual(json.loads(self.radosgw.admin("user", "list")), [theirs["user_id"]])
        self.assertEqual(len(self.gateway.aborted), UPLOADS)
        state = control(self.simulator.endpoint, "GET", "state")
        self.assertEqual([bucket["name"] for bucket in state["buckets"]], ["theirs"])
        deleted = [
            call for call in state["calls"]
            if call["effect"] and call["method"] == "DELETE" and call["service"] == "ostor-users"
        ]  # fmt: skip
        self.assertEqual(len(deleted), 1, "the user is deleted once")


if __name__ == "__main__":
    unittest.main()
