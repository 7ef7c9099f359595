"""The metrics of a running service in a real Prometheus, with the rules and the dashboard of the documentation.

Needs OSTOR_BRIDGE_BIN and Debian's package prometheus, which has promtool. All of it is on loopback.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).parent.parent
BRIDGE = os.environ["OSTOR_BRIDGE_BIN"]
SYSTEM = ("0123456789abcdefPROM", "exampleSecretExampleSecretExampleSecret0")
# What takes longer, in seconds, never ends.
PATIENCE = 120

CONFIG = """
[server]
listen = "127.0.0.1:0"
[database]
url = "sqlite:{folder}/ledger.db"
[clients.whmcs]
secret = "a secret of tests that is long enough"
[clusters.eu1]
endpoint = "{gateway}"
access_key = "{key}"
secret_key = "{secret}"
"""

PROMETHEUS = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: ostor-bridge
    static_configs: [{{targets: ["{bridge}"]}}]
"""


def promtool(*words, given=None):
    done = subprocess.run(["promtool", *words], input=given, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"promtool {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def fetch(url, **more):
    with urllib.request.urlopen(urllib.request.Request(url, **more), timeout=PATIENCE) as answer:
        return answer.read().decode()


class Program:
    """A program in the background that says where it listens, in the last word of a line."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().split()[-1].removeprefix("http://")

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class PrometheusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        folder = pathlib.Path(place.name)
        gateway = Program(
            BRIDGE, "simulate", "--listen", "127.0.0.1:0", "--system-key", SYSTEM[0], "--system-secret", SYSTEM[1]
        )
        cls.addClassCleanup(gateway.end)
        cls.config = folder / "config.toml"
        values = dict(folder=folder, gateway=f"http://{gateway.address}", key=SYSTEM[0], secret=SYSTEM[1])
        cls.config.write_text(CONFIG.format(**values))
        bridge = Program(BRIDGE, "serve", "--config", cls.config)
        cls.addClassCleanup(bridge.end)
        cls.bridge = f"http://{bridge.address}"
        settings = folder / "prometheus.yml"
        rules = ROOT / "docs/observability/alerts.yml"
        settings.write_text(PROMETHEUS.format(rules=rules, bridge=bridge.address))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        server = subprocess.Popen(
            ["prometheus", f"--config.file={settings}", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address={address}", "--log.level=warn"]
        )
        cls.addClassCleanup(server.wait, PATIENCE)
        cls.addClassCleanup(server.terminate)
        cls.prometheus = f"http://{address}"
        cls.call("TestConnection", {"cluster": "eu1"})
        plan = {"quota_gb": 1}
        cls.call("CreateAccount", {"cluster": "eu1", "service_id": 1, "client_id": 1, "email": "a@b.example", "plan": plan})
        cls.refused()

    @classmethod
    def call(cls, method, params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        mint = [BRIDGE, "token", "--client", "whmcs", "--config", cls.config]
        token = subprocess.run(mint, input=body, capture_output=True, text=True, check=True).stdout.strip()
        answer = json.loads(fetch(f"{cls.bridge}/rpc", data=body.encode(), headers={"Authorization": f"Bearer {token}"}))
        assert "result" in answer, answer

    @classmethod
    def refused(cls):
        """Somebody calls without a token."""
        try:
            fetch(f"{cls.bridge}/rpc", data=b"{}")
        except urllib.error.HTTPError as error:
            error.close()
            assert error.code == 401, error

    def query(self, expression):
        address = f"{self.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            answer = json.loads(fetch(address))
        except urllib.error.HTTPError as error:
            self.fail(f"{expression}: {error.read().decode()}")
        return answer["data"]["result"]

    def wait(self, expression):
        """The answer, once there is one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if result := self.query(expression):
                    return result
            except urllib.error.URLError:
                pass
            time.sleep(0.2)
        self.fail(f"{expression} had no value for {PATIENCE} s")

    def test_the_metrics_have_the_form_that_promtool_demands(self):
        promtool("check", "metrics", given=fetch(f"{self.bridge}/metrics"))

    def test_the_rules_hold_and_fire_when_they_should(self):
        rules = promtool("check", "rules", str(ROOT / "docs/observability/alerts.yml"))
        self.assertRegex(rules, r"SUCCESS: \d\d rules found")
        promtool("test", "rules", str(ROOT / "tests/alerts.yml"))

    def test_every_series_of_the_service_arrives(self):
        self.wait('up{job="ostor-bridge"} == 1')
        served = set(re.findall(r"^# TYPE (\S+) ", fetch(f"{self.bridge}/metrics"), re.M))
        self.assertGreater(len(served), 18)
        for name in served:
            self.wait(f'{{__name__=~"{name}(_count)?"}}')
        self.wait('ostor_bridge_rpc_calls_total{method="CreateAccount",outcome="success"} == 1')
        kinds = {series["metric"]["kind"] for series in self.wait("ostor_bridge_job_runs_total")}
        self.assertLessEqual(kinds, {"collect", "sample", "drop", "purge"})

    def test_every_expression_of_the_dashboard_is_one(self):
        self.wait("rate(ostor_bridge_http_responses_total[1m])")
        dashboard = json.loads((ROOT / "docs/observability/dashboard.json").read_text())
        shown = []
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                expression = target["expr"]
                for name, value in [("$__rate_interval", "1m"), ("$instance", ".*"), ("$cluster", ".*")]:
                    expression = expression.replace(name, value)
                self.assertNotIn("$", expression)
                if self.query(expression):
                    shown.append(expression)
        # A healthy service of a minute has nothing to show in some panels.
        self.assertGreater(len(shown), 15, shown)

    def test_an_alert_fires(self):
        self.wait('ostor_bridge_refused_tokens_total{reason="no_bearer_token"}')
        for _ in range(40):
            self.refused()
        self.wait('ALERTS{alertname="OstorBridgeTokensRefused",alertstate="firing",reason="no_bearer_token"}')
        answer = json.loads(fetch(f"{self.prometheus}/api/v1/alerts"))
        alerts = [alert for alert in answer["data"]["alerts"] if alert["state"] == "firing"]
        self.assertEqual([alert["annotations"]["summary"] for alert in alerts], ["Tokens are refused (no_bearer_token)"])


if __name__ == "__main__":
    unittest.main()
