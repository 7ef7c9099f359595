"""docker-compose.yml brought up for real: orders become invoices through two replicas behind the load balancer, while a replica
is killed, one is drained and the load balancer itself is replaced by a new process. No call of WHMCS may fail.

The programs live in a time of their own, which is moved from 1 January to the middle of February 2031; the database and the
load balancer keep the real one. Everything is removed afterwards, the images excepted.

Needs root, Docker, which is started when it does not run, docker-compose, and what tests/images needs. Run it alone with
`/usr/bin/python3 -B tests/compose.py`.
"""

import contextlib
import datetime
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What takes longer, in seconds, never ends. Building is another matter.
PATIENCE = 180
BUILD_PATIENCE = 3600
GIB = 1 << 30
UTC = datetime.timezone.utc
# 1 GiB goes out on each of these days of January, the first one right after the order; the price of one is 0.25.
BUSY_DAYS = (1, 5, 9, 14, 20, 27)
PRICE = "0.25"
GATEWAY_ALIVE = ("ostor-bridge", "healthcheck", "http://127.0.0.1:9000/_simulator/state")

# The time of their own, for whatever is part of the play. libfaketime comes from the sandbox's image.
TIME = """
version: "3.8"
x-time: &time
  volumes: ["{folder}/time:/time:ro", "{folder}/faketime:/faketime:ro"]
  environment:
    LD_PRELOAD: /faketime/libfaketime.so.1
    FAKETIME_TIMESTAMP_FILE: /time/now
    FAKETIME_NO_CACHE: "1"
    FAKETIME_DONT_FAKE_MONOTONIC: "1"
services:
  bridge-1: *time
  bridge-2: *time
  whmcs: *time
"""


def tell(words):
    print(words, file=sys.stderr, flush=True)


def run(*command, patience=PATIENCE, check=True, **more):
    """Runs a program to its end; a failure shows what it said."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=patience, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def setUpModule():
    # Also a run that is told to end removes what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if run("docker", "info", check=False).returncode != 0:
        start_docker()
    run(ROOT / "tests/images", patience=BUILD_PATIENCE)


def start_docker():
    """Docker for the time of the tests, with its own folder of state as it is configured."""
    log = tempfile.TemporaryFile()
    daemon = subprocess.Popen(["dockerd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    unittest.addModuleCleanup(log.close)
    unittest.addModuleCleanup(daemon.wait, PATIENCE)
    unittest.addModuleCleanup(daemon.terminate)
    deadline = time.monotonic() + PATIENCE
    while run("docker", "info", check=False).returncode != 0:
        if daemon.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise AssertionError(f"dockerd does not come up:\n{log.read()[-4000:].decode()}")
        time.sleep(0.2)


class Stack:
    """All containers of one profile, with secrets, ports and volumes of their own."""

    def __init__(self, profile):
        self.profile = profile
        self.name = f"ostor-test-{secrets.token_hex(4)}"
        self._folder = tempfile.TemporaryDirectory(prefix="ostor-compose-")
        self.folder = pathlib.Path(self._folder.name)
        self.folder.chmod(0o755)
        self._containers = {}
        # Held by each command of WHMCS: its token is of the time in which it began.
        self.still = threading.Lock()
        self.ports = {name: free_port() for name in ("BRIDGE_PORT", "GATEWAY_PORT", "WHMCS_PORT")}
        words = {name: secrets.token_hex(24) for name in ("CLIENT_SECRET", "DATABASE_PASSWORD", "GATEWAY_SECRET")}
        settings = {**words, **self.ports, "INSTALL_OPTIONS": "--clock system --timezone UTC"}
        (self.folder / "env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        (self.folder / "time.yml").write_text(TIME.format(folder=self.folder))
        for name in ("time", "faketime"):
            (self.folder / name).mkdir()
        self.move_to(datetime.datetime(2031, 1, 1, 0, 30, tzinfo=UTC), gateway=False)

    def start(self):
        """Builds what is missing and waits until a call of WHMCS arrives at the gateway."""
        self.compose("build", patience=BUILD_PATIENCE)
        self._take_libfaketime()
        self.compose("up", "-d", "--no-build")
        self.wait_until("the gateway is there", lambda: self.inside("simulator", *GATEWAY_ALIVE, check=False).returncode == 0)
        self.move_to(self.now)
        self.wait_until("WHMCS reaches the gateway", lambda: self.whmcs("module", "testconnection", check=False)[0] == 0)

    def remove(self):
        self.compose("down", "--volumes", "--timeout", "5", "--remove-orphans")
        self._folder.cleanup()

    def compose(self, *words, **more):
        return run("docker-compose", "--project-directory", ROOT, "-p", self.name, "--env-file", self.folder / "env",
                   "-f", ROOT / "docker-compose.yml", "-f", self.folder / "time.yml", "--profile", self.profile, *words, **more)

    def container(self, service):
        """Id of the container of a service, which stays the same when it is killed and started again."""
        if service not in self._containers:
            labels = (f"label=com.docker.compose.{key}={value}" for key, value in (("project", self.name), ("service", service)))
            filters = [word for label in labels for word in ("--filter", label)]
            self._containers[service] = run("docker", "ps", "--all", "--quiet", *filters).stdout.strip()
        return self._containers[service]

    def docker(self, verb, service, *words, **more):
        """A command about the container of a service."""
        return run("docker", verb, *words, self.container(service), **more)

    def inside(self, service, *command, **more):
        """Runs a program in the container of a service."""
        return run("docker", "exec", self.container(service), *command, **more)

    def whmcs(self, *words, check=True):
        """A command of the sandbox: its exit code, and its answer or what it said instead."""
        done = self.inside("whmcs", "whmcs", *words, "--json", check=check)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            return done.returncode, {"said": done.stdout + done.stderr}

    def gateway(self, method, route, body=None):
        """A request to the simulator's admin route, which answers in its own network only."""
        pid = run("docker", "inspect", "--format", "{{.State.Pid}}", self.container("simulator")).stdout.strip()
        data = () if body is None else ("--header", "Content-Type: application/json", "--data", json.dumps(body))
        done = run("nsenter", "--target", pid, "--net", "curl", "--silent", "--show-error", "--fail-with-body", "--noproxy", "*",
                   "--request", method, *data, f"http://127.0.0.1:9000/_simulator/{route}")
        return json.loads(done.stdout)

    def balancer(self, command):
        """A command to HAProxy's runtime interface."""
        return self.inside("balancer", "sh", "-c", f"echo '{command}' | socat - /run/haproxy/admin.sock").stdout

    def statistics(self):
        """What HAProxy counts of each replica, by name."""
        table = [line.split(",") for line in self.balancer("show stat").splitlines() if line]
        head = table[0]
        rows = [dict(zip(head, row)) for row in table[1:]]
        return {row["svname"]: row for row in rows if row["# pxname"] == "bridge" and row["svname"].startswith("bridge-")}

    def servers(self):
        """State and number of calls so far of each replica."""
        return {name: (row["status"], int(row["stot"])) for name, row in self.statistics().items()}

    @contextlib.contextmanager
    def caught_at_work(self, replica):
        """Begins while the replica is at a call, and sees to it that calls take long until then."""
        self.gateway("POST", "fault", {"fault": "slow:700", "always": True})
        try:
            self.wait_until(f"{replica} is at a call", lambda: int(self.statistics()[replica]["scur"]) > 0)
            yield
        finally:
            self.gateway("DELETE", "fault")

    def repeated(self):
        """How many calls the module has repeated because they were cut off."""
        count = "SELECT COUNT(*) FROM tblmodulelog WHERE CONCAT_WS(' ', response, arrdata) LIKE '%cut off, repeated%'"
        return int(self.inside("whmcs", "sh", "-c", f'mariadb --no-defaults --socket="$WHMCS_SANDBOX_SOCKET" --user=root '
                               f'--skip-column-names --batch whmcs --execute "{count}"').stdout)

    def move_to(self, moment, gateway=True):
        """Makes it this time for the programs of the play."""
        with self.still:
            self._move_to(moment, gateway)

    def _move_to(self, moment, gateway):
        self.now = moment
        place = self.folder / "time" / "now"
        # Programs read it at any moment: it must never be half written.
        fresh = self.folder / "time" / "new"
        fresh.write_text(f"+{int(moment.timestamp() - time.time())}\n")
        fresh.replace(place)
        if gateway:
            self.gateway("POST", "clock", {"set": moment.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def wait_until(self, what, holds):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                logs = self.compose("logs", "--no-color", "--tail", "30", check=False).stdout
                raise AssertionError(f"it did not come about that {what}\n{logs}")
            time.sleep(0.3)

    def _take_libfaketime(self):
        image = run("docker", "create", "--name", f"{self.name}-time", "ostor-bridge-whmcs:0.1.0").stdout.strip()
        try:
            run("docker", "cp", f"{image}:/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", self.folder / "faketime")
        finally:
            run("docker", "rm", "-v", image)


class Load:
    """Commands of WHMCS without pause, beside whatever else happens: all of them may be repeated and must succeed."""

    COMMANDS = (("module", "create"), ("module", "changepackage"), ("module", "testconnection"), ("module", "suspend"),
                ("module", "unsuspend"))

    def __init__(self, stack, service):
        self.stack = stack
        self.service = service
        self.made = 0
        self.failures = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def wait_for(self, count):
        """Returns when so many more commands have ended."""
        wanted = self.made + count
        self.stack.wait_until(f"{count} commands end", lambda: self.made >= wanted)

    def _work(self):
        while not self._end.is_set():
            for command in self.COMMANDS:
                words = command if command[1] == "testconnection" else (*command, "--service", self.service)
                with self.stack.still:
                    code, answer = self.stack.whmcs(*words, check=False)
                if code != 0:
                    self.failures.append((self.stack.now.isoformat(), command, answer))
                self.made += 1


class Play(unittest.TestCase):
    maxDiff = None

    def bring_up(self, profile):
        self.stack = Stack(profile)
        self.addCleanup(self.stack.remove)
        self.stack.start()

    def order(self, client):
        """The S3 user of a new, paid service, whose number is the client's."""
        _, order = self.stack.whmcs("order", "--client", client, "--product", 1)
        self.stack.whmcs("pay", order["invoice"])
        _, shown = self.stack.whmcs("show", "service", order["service"], "--credentials")
        self.assertEqual(("Active", client), (shown["service"]["domainstatus"], shown["service"]["id"]))
        return shown["service"]["username"]

    def day(self, month, day, hour=3):
        self.stack.move_to(datetime.datetime(2031, month, day, hour, tzinfo=UTC))

    def collect_and_bill(self):
        """The new invoices."""
        replica = next(name for name, (status, _) in self.stack.servers().items() if status == "UP")
        self.stack.inside(replica, "ostor-bridge", "usage", "collect")
        # The sandbox watches what a module changes, and would take a change of another command for the cron's.
        with self.stack.still:
            code, cron = self.stack.whmcs("cron", check=False)
        self.assertEqual((0, []), (code, [each for each in cron.get("metrics", []) if each["error"] or each["without"]]), cron)
        return cron["invoices"]

    def download(self, user):
        self.stack.gateway("POST", "traffic", {"user_id": user, "bucket": "films", "get": 3, "downloaded": GIB})

    def usage_lines(self, invoice):
        _, shown = self.stack.whmcs("invoice", "show", invoice)
        return [line["amount"] for line in shown["lines"] if line["type"] == "UsageBilling"]


class Demo(Play):
    def test_orders_become_invoices_while_replicas_and_load_balancer_come_and_go(self):
        self.bring_up("demo")
        stack = self.stack
        stack.whmcs("usage", "price", "--product", 1, "--metric", "bandwidth_out", "--per-unit", PRICE)
        users = {client: self.order(client) for client in (1, 2)}
        stack.gateway("POST", "object", {"owner_id": users[1], "bucket": "films", "key": "film", "bytes": GIB})
        self.download(users[1])
        events = {5: self.kill_a_replica, 9: self.bring_it_back, 14: self.drain_a_replica, 20: self.stop_a_replica_without_notice,
                  27: self.replace_the_balancer}
        invoices = []
        with Load(stack, 2) as load:
            for day in range(1, 32):
                self.day(1, day)
                if day in BUSY_DAYS[1:]:
                    self.download(users[1])
                if day in events:
                    before = load.made
                    events[day](load)
                    tell(f"{events[day].__name__}: {load.made - before} commands meanwhile, {len(load.failures)} failed so far")
                invoices += self.collect_and_bill()
            for day in (1, 14, 20):
                self.day(2, day)
                invoices += self.collect_and_bill()
        self.assertEqual([], load.failures)
        self.assertGreater(load.made, 100)
        tell(f"{load.made} commands of WHMCS beside the cron, none failed")
        self.assertEqual([], stack.whmcs("queue")[1]["queue"])

        lines = {invoice: self.usage_lines(invoice) for invoice in invoices}
        expected = f"{len(BUSY_DAYS) * float(PRICE):.2f}"
        # The renewals of January come before a month of usage has ended.
        self.assertEqual([[], [], ["0.00"], [expected]], sorted(lines.values()), lines)
        state = {user["id"]: user for user in stack.gateway("GET", "state")["users"]}
        self.assertEqual(sorted(users.values()), sorted(id for id, user in state.items() if not user.get("system")))

    def kill_a_replica(self, load):
        """At once, while it works; nobody is told."""
        load.wait_for(5)
        with self.stack.caught_at_work("bridge-1"):
            self.stack.docker("kill", "bridge-1", "--signal", "KILL")
        load.wait_for(15)
        self.assertGreaterEqual(self.stack.repeated(), 1)
        self.assertNotEqual("UP", self.stack.servers()["bridge-1"][0])

    def bring_it_back(self, load):
        self.stack.docker("start", "bridge-1")
        self.stack.wait_until("bridge-1 is used again", lambda: self.stack.servers()["bridge-1"][0] == "UP")
        before = self.stack.servers()["bridge-1"][1]
        load.wait_for(10)
        self.assertGreater(self.stack.servers()["bridge-1"][1], before)

    def drain_a_replica(self, load):
        """As an operator does it before work on a machine."""
        self.stack.balancer("set server bridge/bridge-2 state drain")
        load.wait_for(5)
        calls = self.stack.servers()["bridge-2"][1]
        load.wait_for(10)
        self.assertEqual(("DRAIN", calls), self.stack.servers()["bridge-2"])
        self.stack.docker("stop", "bridge-2", "--time", "60")
        load.wait_for(5)
        self.stack.docker("start", "bridge-2")
        self.stack.balancer("set server bridge/bridge-2 state ready")
        self.stack.wait_until("bridge-2 is used again", lambda: self.stack.servers()["bridge-2"][0] == "UP")

    def stop_a_replica_without_notice(self, load):
        """As an upgrade of a package does it: the load balancer finds out by itself."""
        load.wait_for(5)
        repeated = self.stack.repeated()
        with self.stack.caught_at_work("bridge-1"):
            self.stack.docker("stop", "bridge-1", "--time", "60")
        load.wait_for(10)
        self.assertEqual(repeated, self.stack.repeated())
        self.stack.docker("start", "bridge-1")
        self.stack.wait_until("bridge-1 is used again", lambda: self.stack.servers()["bridge-1"][0] == "UP")

    def replace_the_balancer(self, load):
        """A new process takes the connections over, the old one finishes what it has."""
        load.wait_for(5)
        self.stack.docker("kill", "balancer", "--signal", "USR2")
        load.wait_for(15)
        self.stack.wait_until("both replicas are used again",
                              lambda: {status for status, _ in self.stack.servers().values()} == {"UP"})


class Images(unittest.TestCase):
    def test_the_image_says_what_is_in_it_and_runs_as_nobody(self):
        image = json.loads(run("docker", "image", "inspect", "ostor-bridge:0.1.0").stdout)[0]["Config"]
        inside = ("docker", "run", "--rm", "--read-only", "--network", "none", "--entrypoint")
        version = run(*inside, "ostor-bridge", "ostor-bridge:0.1.0", "--version").stdout.split()[1]
        labels = image["Labels"]
        self.assertEqual(version, labels["org.opencontainers.image.version"])
        self.assertEqual("65532:65532", image["User"])
        self.assertEqual("65532", run(*inside, "id", "ostor-bridge:0.1.0", "-u").stdout.strip())
        components = json.loads(run(*inside, "cat", "ostor-bridge:0.1.0", labels["ostor-bridge.sbom"]).stdout)
        self.assertEqual(("CycloneDX", version), (components["bomFormat"], components["metadata"]["component"]["version"]))
        self.assertIn("actix-web", {component["name"] for component in components["components"]})
        licences = run(*inside, "cat", "ostor-bridge:0.1.0", labels["ostor-bridge.licences"]).stdout
        self.assertIn("actix-web", licences)


class Cluster(Play):
    def test_orders_become_invoices_over_galera_whose_node_in_use_is_killed(self):
        self.bring_up("cluster")
        self.stack.whmcs("usage", "price", "--product", 1, "--metric", "bandwidth_out", "--per-unit", PRICE)
        user = self.order(1)
        self.stack.gateway("POST", "object", {"owner_id": user, "bucket": "films", "key": "film", "bytes": GIB})
        self.download(user)
        self.stack.docker("kill", "galera-1", "--signal", "KILL")
        self.stack.wait_until("WHMCS reaches the gateway over another node",
                              lambda: self.stack.whmcs("module", "testconnection", check=False)[0] == 0
                              and self.stack.whmcs("module", "create", "--service", 1, check=False)[0] == 0)
        self.order(2)
        self.stack.docker("start", "galera-1")
        # The load balancer ends the connections to the other node when it goes back to the first one. A commit whose answer is lost
        # then is not repeated by itself: who gives a command by hand repeats it.
        self.stack.wait_until("the replicas are back at the first node", lambda: self.connections("galera-1") > 0)
        self.day(1, 31)
        invoices = self.collect_and_bill()
        self.day(2, 1)
        invoices += self.collect_and_bill()
        self.day(2, 20)
        invoices += self.collect_and_bill()
        self.assertIn([PRICE], [self.usage_lines(invoice) for invoice in invoices])

    def connections(self, node):
        """How many connections of replicas a node of the cluster has."""
        count = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'ostor'"
        said = self.stack.inside(node, "mariadb", "--no-defaults", "--socket=/run/mysqld/mysqld.sock", "--user=mysql",
                                 "--skip-column-names", "--batch", "--execute", count, check=False)
        return int(said.stdout or 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
