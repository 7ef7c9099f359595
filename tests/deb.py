"""The Debian package on a bare Debian: installed, configured, an order of WHMCS through it, upgraded, removed, purged.

The bare Debian is made by debootstrap and booted by systemd-nspawn, so the unit runs as on a machine, hardening included; it shares
the network of this machine. The order comes from the WHMCS sandbox on this machine, with the module that the package holds.

Needs root, debootstrap, systemd-container, cargo-deb, and what the sandbox needs. OSTOR_TEST_DEB names a package to test instead of
building one. Run it alone with `/usr/bin/python3 -B tests/deb.py -v`.
"""

import json
import os
import pathlib
import re
import secrets
import signal
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/browser"))
from chain import SANDBOX, free_port  # noqa: E402

# What takes longer, in seconds, never ends. Building is another matter.
PATIENCE = 300
BUILD_PATIENCE = 3600
SYSTEM_KEY = "SYSTEMKEY00000000001"


def run(*command, patience=PATIENCE, check=True, **more):
    """Runs a program to its end; a failure shows what it said."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=patience, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def package():
    """The package to test."""
    given = os.environ.get("OSTOR_TEST_DEB")
    if given:
        return pathlib.Path(given)
    return pathlib.Path(run(ROOT / "packaging/make-deb", patience=BUILD_PATIENCE).stdout.split()[-1])


class Machine:
    """A bare Debian that has booted."""

    def __init__(self, folder):
        self.root = folder / "root"
        run("debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus,ca-certificates", "bookworm", self.root)
        self._console = open(folder / "console", "wb")
        self._process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--boot", "--directory", self.root, "--machine", f"ostor-{secrets.token_hex(4)}",
             "--register=no", "--keep-unit", "--link-journal=no", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=self._console, stderr=self._console)
        self._leader = None
        self._wait_for("it has booted", self._has_booted)

    def inside(self, *command, **more):
        return run("nsenter", "--target", self._leader, "--all", *command, **more)

    def copy(self, file, place):
        shutil.copy(file, self.root / place)

    def off(self):
        if self._leader:
            self.inside("systemctl", "poweroff", check=False)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._console.close()

    def wait_for(self, what, *command):
        self._wait_for(what, lambda: self.inside(*command, check=False).returncode == 0)

    def everything(self):
        """Every file and folder of it that has to do with the package, by name or by owner."""
        users = {line.split(":")[2] for line in (self.root / "etc/passwd").read_text().splitlines() if "ostor" in line}
        found = self.inside("find", "/", "-xdev", "(", "-path", "/proc", "-o", "-path", "/sys", "-o", "-path", "/run/systemd",
                            "-o", "-path", "/var/log/journal", ")", "-prune", "-o", "-iname", "*ostor*", "-print", check=False)
        owned = self.inside("find", "/", "-xdev", "(", "-path", "/proc", "-o", "-path", "/sys", ")", "-prune", "-o", "(", "-nouser",
                            "-o", "-nogroup", ")", "-print", check=False)
        names = [line for text in (found.stdout, owned.stdout) for line in text.splitlines()]
        return sorted(set(names)) + sorted(users)

    def _has_booted(self):
        children = run("ps", "-o", "pid=", "--ppid", self._process.pid, check=False).stdout.split()
        if self._process.poll() is not None:
            raise AssertionError(f"systemd-nspawn ended with {self._process.returncode}")
        if not children:
            return False
        self._leader = children[0]
        return self.inside("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded")

    @staticmethod
    def _wait_for(what, holds):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not come about that {what}")
            time.sleep(0.2)


def setUpModule():
    # Also a run that is told to end ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Package(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ostor-deb-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.deb = package()
        self.machine = Machine(self.folder)
        self.addCleanup(self.machine.off)
        self.machine.copy(self.deb, "root/package.deb")

    def install(self):
        environment = ("env", "DEBIAN_FRONTEND=noninteractive")
        return self.machine.inside(*environment, "apt-get", "install", "-qy", "--no-install-recommends", "--reinstall",
                                   "/root/package.deb").stdout

    def test_it_installs_serves_an_order_and_leaves_nothing(self):
        machine = self.machine
        self.assertEqual([], machine.everything())
        said = self.install()
        self.assertGreater(len(machine.everything()), 20)
        self.assertIn("installed but not started", said)
        self.assertIn("/etc/ostor-bridge/config.toml", said)
        self.see_what_is_installed()
        self.see_that_it_does_not_start_unconfigured()

        self.configure()
        machine.inside("systemctl", "enable", "--now", "--quiet", "ostor-bridge")
        machine.wait_for("the service is ready", "ostor-bridge", "healthcheck", f"http://127.0.0.1:{self.port}/readyz")
        self.order()
        self.see_how_it_runs()

        machine.inside("sh", "-c", "echo '# of the operator' >>/etc/ostor-bridge/config.toml")
        self.assertIn("goes on running", self.install())
        machine.inside("grep", "-q", "of the operator", "/etc/ostor-bridge/config.toml")
        machine.inside("systemctl", "restart", "ostor-bridge")
        machine.wait_for("the service is ready", "ostor-bridge", "healthcheck", f"http://127.0.0.1:{self.port}/readyz")

        machine.inside("apt-get", "remove", "-qy", "ostor-bridge")
        self.assertNotEqual(0, machine.inside("systemctl", "is-active", "ostor-bridge", check=False).returncode)
        machine.inside("test", "-s", "/var/lib/ostor-bridge/ledger.db", "-a", "-s", "/etc/ostor-bridge/config.toml")
        machine.inside("systemctl", "stop", "simulator")
        machine.inside("apt-get", "purge", "-qy", "ostor-bridge")
        machine.inside("rm", "/usr/local/bin/ostor-simulator")
        self.assertEqual([], machine.everything())
        self.assertNotEqual(0, machine.inside("getent", "passwd", "ostor-bridge", check=False).returncode)
        self.assertNotEqual(0, machine.inside("getent", "group", "ostor-bridge", check=False).returncode)
        self.assertEqual("", machine.inside("systemctl", "--failed", "--no-legend", "--plain").stdout)

    def see_what_is_installed(self):
        machine = self.machine
        facts = machine.inside("stat", "-c", "%a %U:%G", "/etc/ostor-bridge/config.toml", "/var/lib/ostor-bridge").stdout
        self.assertEqual(["640 root:ostor-bridge", "750 ostor-bridge:ostor-bridge"], facts.splitlines())
        self.assertIn("/etc/ostor-bridge/config.toml",
                      machine.inside("dpkg-query", "-W", "-f", "${Conffiles}", "ostor-bridge").stdout)
        files = machine.inside("dpkg", "-L", "ostor-bridge").stdout.splitlines()
        for file in ("/usr/share/man/man1/ostor-bridge.1.gz", "/usr/share/bash-completion/completions/ostor-bridge",
                     "/usr/share/doc/ostor-bridge/third-party-licences.txt", "/usr/share/doc/ostor-bridge/sbom.cdx.json"):
            self.assertIn(file, files)
        self.assertEqual("", machine.inside("systemd-analyze", "verify", "--man=no", "ostor-bridge.service").stderr)
        self.module = next(file for file in files if file.endswith(".zip"))

    def see_that_it_does_not_start_unconfigured(self):
        machine = self.machine
        self.assertNotEqual(0, machine.inside("systemctl", "is-active", "ostor-bridge", check=False).returncode)
        done = machine.inside("ostor-bridge", "serve", "--config", "/etc/ostor-bridge/config.toml", check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn("clusters", done.stderr)

    def configure(self):
        """A simulator as a service of its own, and settings as an operator writes them."""
        machine = self.machine
        self.port, self.gateway = free_port(), f"127.0.0.1:{free_port()}"
        self.secret, system_secret = secrets.token_hex(24), secrets.token_hex(24)
        machine.inside("cp", "/usr/bin/ostor-bridge", "/usr/local/bin/ostor-simulator")
        machine.inside("systemd-run", "--quiet", "--unit", "simulator", "/usr/local/bin/ostor-simulator", "simulate", "--listen",
                       self.gateway, "--system-key", SYSTEM_KEY, "--system-secret", system_secret)
        file = self.machine.root / "etc/ostor-bridge/config.toml"
        text = file.read_text().replace("127.0.0.1:8787", f"127.0.0.1:{self.port}")
        file.write_text(f'{text}\n[clients.whmcs]\nsecret = "{self.secret}"\nscopes = ["provision", "usage", "admin"]\n'
                        f'[clusters.eu1]\nendpoint = "http://{self.gateway}"\naccess_key = "{SYSTEM_KEY}"\n'
                        f'secret_key = "{system_secret}"\n')

    def order(self):
        """An order of WHMCS, with the module of the package."""
        run(sys.executable, "-m", "zipfile", "-e", f"{self.machine.root}{self.module}", self.folder / "whmcs")
        database = self.folder / "db"
        socket = run(SANDBOX / "mariadb", "start", database).stdout.strip()
        self.addCleanup(run, SANDBOX / "mariadb", "stop", database)
        environment = {**os.environ, "WHMCS_SANDBOX_SOCKET": socket, "WHMCS_SANDBOX_MODULES": str(self.folder / "whmcs/modules")}

        def whmcs(*words):
            return json.loads(run(SANDBOX / "whmcs", *words, "--json", env=environment).stdout)

        whmcs("install", "--hostname", "127.0.0.1", "--port", self.port, "--username", "whmcs", "--password", self.secret,
              "--accesshash", "eu1")
        whmcs("pay", whmcs("order", "--client", 1, "--product", 1)["invoice"])
        service = whmcs("show", "service", 1)["service"]
        self.assertEqual("Active", service["domainstatus"])
        with urllib.request.urlopen(f"http://{self.gateway}/_simulator/state", timeout=PATIENCE) as answer:
            users = {user["id"]: user for user in json.load(answer)["users"]}
        self.assertEqual(100, users[service["username"]]["quota_gb"])

    def see_how_it_runs(self):
        """As nobody in particular, hardened, with its log in the journal and nowhere else."""
        machine = self.machine
        pid = machine.inside("systemctl", "show", "--property", "MainPID", "--value", "ostor-bridge").stdout.strip()
        status = machine.inside("cat", f"/proc/{pid}/status").stdout
        self.assertRegex(status, r"(?m)^NoNewPrivs:\s1$")
        self.assertRegex(status, r"(?m)^CapEff:\s0+$")
        self.assertRegex(status, r"(?m)^Seccomp:\s2$")
        self.assertNotRegex(status, r"(?m)^Uid:\s0\b")
        self.assertIn("listening on", machine.inside("journalctl", "--unit", "ostor-bridge", "--output", "cat").stdout)
        written = machine.inside("find", "/var/lib/ostor-bridge", "/var/log", "-user", "ostor-bridge", "-type", "f").stdout
        # The ledger with its locks; no log.
        self.assertEqual([], [file for file in written.split() if not file.startswith("/var/lib/ostor-bridge/ledger.db")])
        said = machine.inside("systemd-analyze", "security", "ostor-bridge").stdout
        exposure = float(re.search(r"Overall exposure level for ostor-bridge.service: ([\d.]+)", said)[1])
        print(f"systemd-analyze security: {exposure}", file=sys.stderr)
        self.assertLessEqual(exposure, 1.1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
