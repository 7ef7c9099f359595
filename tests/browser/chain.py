"""The chain the browser tests look at: MariaDB, gateway simulators, ostor-bridge and the pages of the WHMCS sandbox.

All of it listens on loopback, on free ports, and is stopped by its id at the end. OSTOR_BRIDGE_BIN names the program to
test.
"""

import atexit
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "php-shim" / "modules"
SANDBOX = ROOT / "php-shim" / "sandbox"

SYSTEM_KEY = "SYSTEMKEY00000000001"
SYSTEM_SECRET = "system-secret-of-the-simulated-cluster-01"
CLIENT_SECRET = "whmcs-client-secret-of-at-least-32-bytes"

PATIENCE = 30  # seconds until a program that does not come counts as broken


class Program:
    """A server that runs beside the tests."""

    def __init__(self, command, log, environment=None):
        self._log = log
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})})
        try:
            self.address = self._wait_for_address()
        except BaseException:
            self.stop()
            raise

    @property
    def port(self):
        return self.address.rpartition(":")[2]

    def stop(self):
        """Asks it to end, insists after a while, and waits until it is gone."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_for_address(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ended = self._process.poll() is not None
            said = self._log.read_text()
            listening = re.search(r"^listening on (\S+:\d+)$", said, re.M)
            if listening:
                return listening[1]
            if ended:
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self._process.args[:2]} does not listen:\n{said}")


class Database:
    """MariaDB and the directory of everything, one for all chains of a run because it takes seconds to start."""

    _only = None

    @classmethod
    def get(cls):
        if cls._only is None:
            # Also a run that is told to end ends what it started.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
            cls._only = cls()
        return cls._only

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="ostor-browser-"))
        atexit.register(self._stop)
        self.socket = run([SANDBOX / "mariadb", "start", self.directory / "db"]).strip()

    def _stop(self):
        run([SANDBOX / "mariadb", "stop", self.directory / "db"])
        shutil.rmtree(self.directory)


def run(command, environment=None):
    """Runs a program to its end, which must be a success, and returns what it printed."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Chain:
    """A gateway per cluster, the bridge, and a freshly installed WHMCS with its pages; server 1 is the first cluster."""

    def __init__(self, scopes=("provision", "usage", "admin"), clusters=("eu1",)):
        self.binary = os.environ.get("OSTOR_BRIDGE_BIN", "")
        if not os.access(self.binary, os.X_OK):
            raise RuntimeError("Set OSTOR_BRIDGE_BIN to the ostor-bridge program, for example target/debug/ostor-bridge.")
        self.mariadb = Database.get()
        self.directory = Path(tempfile.mkdtemp(prefix="chain-", dir=self.mariadb.directory))
        self.database = self.directory.name.replace("-", "_")
        self._programs = []
        self.environment = {"WHMCS_SANDBOX_SOCKET": self.mariadb.socket}
        try:
            self.gateways = {cluster: self._start_gateway(cluster) for cluster in clusters}
            self._write_config(scopes)
            self.bridge = self._start("bridge", [self.binary, "serve", "--config", self.config])
            self.whmcs("install", "--hostname", "127.0.0.1", "--port", self.bridge.port, "--username", "whmcs",
                       "--password", CLIENT_SECRET, "--accesshash", clusters[0])
            self.pages = self._start("pages", [
                SANDBOX / "whmcs", "serve", "--listen", f"127.0.0.1:{free_port()}", "--database", self.database,
            ], {**self.environment, "TMPDIR": str(self.directory)})
        except BaseException:
            self.stop()
            raise

    @property
    def config(self):
        return self.directory / "bridge.toml"

    def stop(self):
        while self._programs:
            self._programs.pop().stop()

    def whmcs(self, *words):
        """A command of the sandbox; returns its answer."""
        printed = run([SANDBOX / "whmcs", *words, "--json", "--database", self.database], self.environment)
        return json.loads(printed)

    def order_and_pay(self, client=1, product=1):
        """Returns the number of the new service, which has its S3 user then."""
        order = self.whmcs("order", "--client", client, "--product", product)
        self.whmcs("pay", order["invoice"])
        return order["service"]

    def service(self, number):
        """What WHMCS has stored for a service, secret included."""
        return self.whmcs("show", "service", number, "--credentials")

    def sql(self, statement):
        """Changes WHMCS's database where no page of it does, or returns what is in it."""
        return run(["mariadb", "--no-defaults", f"--socket={self.mariadb.socket}", "--user=root", self.database,
             "--execute", statement])

    def s3_admin(self, *words, cluster="eu1"):
        """A command beside the service; returns what the gateway says."""
        return json.loads(run([self.binary, "s3-admin", *words, "--json", "--cluster", cluster,
                               "--config", self.config]))

    def create_user(self, email, cluster="eu1"):
        """Returns the id of a new S3 user that belongs to no service."""
        return self.s3_admin("create-user", "-e", email, cluster=cluster)["user_id"]

    def simulator(self, method, route, body=None, cluster="eu1"):
        """A request to the simulator's admin route, which must be accepted."""
        request = urllib.request.Request(
            f"http://{self.gateways[cluster].address}/_simulator/{route}", method=method,
            data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read())

    def user(self, user_id, cluster="eu1"):
        """The truth about a user at the gateway, None when there is none."""
        users = self.simulator("GET", "state", cluster=cluster)["users"]
        return next((user for user in users if user["id"] == user_id), None)

    def bucket(self, name):
        """The truth about a bucket at the gateway, None when there is none."""
        buckets = self.simulator("GET", "state")["buckets"]
        return next((bucket for bucket in buckets if bucket["name"] == name), None)

    def create_bucket(self, owner, name, size=0):
        """Makes a bucket as its owner would; with a size in bytes there is one object in it."""
        self.simulator("POST", "object", {"owner_id": owner, "bucket": name, "key": "file", "bytes": size})
        if size == 0:
            self.simulator("DELETE", "object", {"bucket": name, "key": "file"})

    def changes(self):
        """Every call so far that changed something at a gateway."""
        return [(call["method"], call["service"], call["query"]) for cluster in self.gateways
                for call in self.simulator("GET", "state", cluster=cluster)["calls"] if call["effect"]]

    def sessions(self):
        """All that is kept between the requests of browsers."""
        return "".join(path.read_text() for path in self.directory.glob("whmcs-sessions-*/*"))

    def logs(self):
        """All that WHMCS has written down of what happened."""
        return "".join(self.sql(f"SELECT * FROM {table}") for table in ("tblactivitylog", "tblmodulelog"))

    def _start(self, name, command, environment=None):
        program = Program(command, self.directory / f"{name}.log", environment)
        self._programs.append(program)
        return program

    def _start_gateway(self, cluster):
        return self._start(f"gateway-{cluster}", [self.binary, "simulate", "--listen", "127.0.0.1:0", "--system-key",
                                                  SYSTEM_KEY, "--system-secret", SYSTEM_SECRET])

    def _write_config(self, scopes):
        clusters = "".join(
            f'[clusters.{name}]\nendpoint = "http://{gateway.address}"\n'
            f'access_key = "{SYSTEM_KEY}"\nsecret_key = "{SYSTEM_SECRET}"\n'
            for name, gateway in self.gateways.items())
        self.config.write_text(
            f'[server]\nlisten = "127.0.0.1:0"\n[database]\nurl = "sqlite:{self.directory}/ledger.db"\n'
            f'[clients.whmcs]\nsecret = "{CLIENT_SECRET}"\nscopes = {json.dumps(list(scopes))}\n{clusters}')
