"""One headless Chromium, and a test case that goes about the pages of a chain with it.

After every step it looks at the page, and after every test at the browser's log, so that no test has to ask for it.
"""

import atexit
import base64
import json
import unittest
import urllib.parse
from contextlib import contextmanager

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from chain import PATIENCE, ROOT, SANDBOX, Chain, Database

PICTURES = ROOT / "target" / "browser"

# CSS pixels: a desk and a phone.
WIDE, NARROW = 1280, 390
HEIGHTS = {WIDE: 900, NARROW: 844}

PASSWORD = "sandbox"

# Of a page that is there: how far it scrolls sideways, what was injected, and what strict mode found.
LOOK = """
const root = document.documentElement;
return document.readyState === 'complete' && [
    root.scrollWidth - root.clientWidth,
    document.querySelectorAll('[data-injected], [onerror]').length,
    document.getElementById('defects')?.innerText ?? null,
];
"""

AXE = SANDBOX / "public" / "assets" / "axe" / "axe.min.js"

# Answers what axe finds wrong with the page: rule, what it asks for, and the elements.
JUDGE = """
const tell = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
    found => tell(found.violations.map(rule => [rule.id, rule.help, rule.nodes.map(node => node.html.slice(0, 300))])),
    problem => tell([String(problem)]));
"""

# What a page makes of this must be text. It fits into every field, and would leave its mark in text and attributes.
MARKUP = "'\"><i data-injected=1>&</i><img src=/x onerror=injected()>"


class Browser:
    """Headless Chromium that reaches nothing but loopback, one for all tests of a run."""

    _only = None

    @classmethod
    def get(cls):
        if cls._only is None:
            cls._only = cls(Database.get().directory)
            atexit.register(cls._only.quit)
        return cls._only

    def __init__(self, directory):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                         f"--user-data-dir={directory}/chromium"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        # A dialog that a page opens stays open, and so breaks the test.
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(PATIENCE)
        # A phone has none that take room, and pictures are as wide as the page.
        self.command("Emulation.setScrollbarsHidden", hidden=True)

    def quit(self):
        self.driver.quit()

    def forget(self):
        """Ends every session of the pages."""
        self.command("Network.clearBrowserCookies")

    def renew(self):
        """Takes back the settings of a test, and leaves its page."""
        self.driver.get("about:blank")
        self.scripts(True)
        self.width(WIDE)
        self.log()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def width(self, pixels):
        self.command("Emulation.setDeviceMetricsOverride", width=pixels, height=HEIGHTS[pixels], deviceScaleFactor=1,
                     mobile=False)

    def scripts(self, on):
        """Whether pages may run scripts."""
        self.command("Emulation.setScriptExecutionDisabled", value=not on)

    def picture(self, path, first=None, last=None):
        """Writes the page as PNG, or what of it stands from the upper edge of one element to the lower of another."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        left, top, right, bottom = 0, 0, size["width"], size["height"]
        if first is not None:
            upper, lower = first.rect, last.rect
            top, bottom = upper["y"], lower["y"] + lower["height"]
            left, right = min(upper["x"], lower["x"]), max(part["x"] + part["width"] for part in (upper, lower))
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top, "scale": 1}
        shot = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def log(self):
        """Complaints, requests that failed as (status, address), and forms sent, since this was asked last."""
        complaints = [entry["message"] for entry in self.driver.get_log("browser")
                      if entry["level"] in ("SEVERE", "WARNING")]
        failed, sent = [], []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            event = message["params"]
            if message["method"] == "Network.responseReceived" and event["response"]["status"] >= 400:
                failed.append((event["response"]["status"], event["response"]["url"]))
            elif message["method"] == "Network.loadingFailed" and not event.get("canceled"):
                failed.append((event["errorText"], event.get("type", "")))
            elif message["method"] == "Network.requestWillBeSent" and event["request"]["method"] == "POST":
                sent.append(dict(urllib.parse.parse_qsl(event["request"].get("postData", ""))))
        return complaints, failed, sent


def sends(*fields):
    """Declares forms a test sends, as texts `field=value`; it fails when the browser did not send one of them."""
    def mark(test):
        test.sends = set(fields)
        return test
    return mark


def declared(cases, field):
    """The values of a field that the tests of some cases declare to send."""
    return {form.partition("=")[2] for case in cases for name in dir(case)
            for form in getattr(getattr(case, name), "sends", ()) if form.startswith(f"{field}=")}


class PageTest(unittest.TestCase):
    """Tests of the pages of one chain. The members scopes, clusters and addon of a class say what it is made of."""

    scopes = ("provision", "usage", "admin")
    clusters = ("eu1",)
    addon = True  # whether the addon is switched on for full administrators

    @classmethod
    def setUpClass(cls):
        cls.chain = Chain(cls.scopes, cls.clusters)
        cls.addClassCleanup(cls.chain.stop)
        cls.browser = Browser.get()
        cls.driver = cls.browser.driver
        cls.logged_in = None
        cls.browser.forget()
        if cls.addon:
            cls.chain.sql("INSERT INTO tbladdonmodules (module, setting, value) VALUES"
                          " ('ostor_admin', 'version', '0.1.0'), ('ostor_admin', 'access', '1')")
            cls.chain.sql("INSERT INTO tblconfiguration (setting, value) VALUES ('ActiveAddonModules', 'ostor_admin')")

    def setUp(self):
        self.browser.renew()
        self._expected = []
        self._sent = set()

    def tearDown(self):
        self._drain()
        missing = getattr(getattr(self, self._testMethodName), "sends", set()) - self._sent
        self.assertEqual(set(), missing, "the test declares forms that the browser did not send")

    # Going about

    def log_in(self, name="admin"):
        """Who is logged in stays so for the tests of a class."""
        if type(self).logged_in == name:
            return
        self.browser.forget()
        type(self).logged_in = name
        self.open("/admin/login.php")
        self.fill("Username", name)
        self.fill("Password", PASSWORD)
        self.press("Login")

    def open(self, path):
        """Opens a page of the host; path begins with a slash."""
        self.driver.get(f"http://{self.chain.pages.address}{path}")
        self._settled()

    def open_addon(self, page, server=1, **arguments):
        query = urllib.parse.urlencode({"module": "ostor_admin", "server": server, "page": page, **arguments})
        self.open(f"/admin/addonmodules.php?{query}")

    def open_user(self, user_id):
        self.open_addon("user", user=user_id)

    def open_service(self, client, service):
        self.open(f"/admin/clientsservices.php?userid={client}&id={service}")

    def back(self):
        self.driver.back()
        self._settled()

    def reload(self):
        """Loads the page again, by sending its form again where it is the answer to one."""
        self.driver.refresh()
        self._settled()

    def press(self, text, within=None, leaves=True):
        """Clicks a button or link by its text and waits for the page that follows."""
        label = literal(text)
        place = within or self.driver
        before = self.driver.find_element(By.TAG_NAME, "html")
        one_of(place, f".//button[normalize-space()={label}] | .//a[normalize-space()={label}]").click()
        if leaves:
            wait(self.driver).until(lambda _: is_gone(before))
            self._settled()

    def fill(self, label, text, within=None):
        """Types into the field with a label."""
        field = self.field(label, within)
        field.clear()
        field.send_keys(text)

    def choose(self, label, option, within=None):
        Select(self.field(label, within)).select_by_visible_text(option)

    def unguard(self):
        """Switches off whatever the browser itself checks before it sends a form."""
        self.driver.execute_script(
            "document.querySelectorAll('form').forEach(form => { form.noValidate = true; });"
            "document.querySelectorAll('input').forEach(input => {"
            " ['maxlength', 'required', 'pattern', 'min', 'max', 'step'].forEach(name => input.removeAttribute(name)); });")

    def set_hidden(self, name, value, within):
        """Changes what a form sends without being asked."""
        field = one_of(within, f".//input[@type='hidden'][@name={literal(name)}]")
        self.driver.execute_script("arguments[0].value = arguments[1];", field, value)

    # Finding

    def field(self, label, within=None):
        place = within or self.driver
        found = one_of(place, f".//label[normalize-space()={literal(label)}]")
        return self.driver.find_element(By.ID, found.get_attribute("for"))

    def section(self, title):
        """A part of an addon's page by its heading."""
        return one_of(self.driver, f"//*[contains(@class, 'panel-title')][normalize-space()={literal(title)}]"
                                   "/ancestor::*[contains(@class, 'panel-default')]")

    def row(self, text, within=None):
        """The table row one of whose cells holds just this text."""
        return one_of(within or self.driver, f".//tr[*[normalize-space()={literal(text)}]]")

    def rows(self):
        """The rows of the page's tables, without their heads."""
        return self.driver.find_elements(By.XPATH, "//main//tbody/tr")

    def form(self, button, within=None):
        """The form of a button."""
        return one_of(within or self.driver, f".//button[normalize-space()={literal(button)}]/ancestor::form")

    def text(self):
        """What can be read on the page."""
        return self.driver.find_element(By.TAG_NAME, "main").text

    def alert(self):
        """The one message of the page."""
        return one_of(self.driver, "//main//*[contains(@class, 'alert')]").text

    # Judging

    def assertReads(self, text):
        self.assertIn(text, self.text())

    def assertDoesNotRead(self, text):
        self.assertNotIn(text, self.text())

    def assertAccessible(self):
        self.driver.execute_script(AXE.read_text())
        found = self.driver.execute_async_script(JUDGE)
        self.assertEqual([], found, self.driver.current_url)

    @contextmanager
    def nothing_changes(self):
        """Whatever is done within leaves the gateway as it is."""
        before = self.chain.changes()
        yield
        self.assertEqual(before, self.chain.changes())

    @contextmanager
    def expecting(self, *statuses):
        """Requests within are answered with these HTTP statuses; without one for each, the test fails."""
        self._drain()
        self._expected = statuses
        yield
        seen = self._drain()
        self._expected = []
        self.assertEqual(set(statuses), seen)

    def picture(self, name):
        """Pictures of the page on a desk and a phone, and how it fits there."""
        for width in (NARROW, WIDE):
            self.browser.width(width)
            self._settled()
            self.browser.picture(PICTURES / f"{name}-{width}.png")

    def _settled(self):
        """What holds for every page, at the width it is seen in."""
        sideways, injected, defects = wait(self.driver).until(lambda driver: driver.execute_script(LOOK))
        where = self.driver.current_url
        self.assertEqual(0, injected, f"{where} has elements that came as text")
        self.assertLessEqual(sideways, 0, f"{where} scrolls sideways")
        self.assertIsNone(defects, f"{where}: the module broke a rule of the host")

    def _drain(self):
        """Holds the browser's log against what is expected; returns the statuses seen."""
        complaints, failed, sent = self.browser.log()
        self._sent.update(f"{name}={value}" for form in sent for name, value in form.items())
        unexpected = [entry for entry in failed if entry[0] not in self._expected]
        self.assertEqual([], unexpected, "requests failed")
        # A page with such a status is a complaint of its own.
        named = [f"status of {status} (" for status in self._expected]
        self.assertEqual([], [text for text in complaints if not any(part in text for part in named)],
                         "the browser complains")
        return {status for status, _ in failed}


def wait(driver):
    # While one page goes and the next one comes, the driver may have neither to answer for: it is asked again.
    return WebDriverWait(driver, PATIENCE, poll_frequency=0.02, ignored_exceptions=[WebDriverException])


def one_of(place, path):
    """The only element an XPath finds."""
    found = place.find_elements(By.XPATH, path)
    if len(found) != 1:
        raise AssertionError(f"{len(found)} elements are {path}")
    return found[0]


def is_gone(element):
    try:
        element.is_enabled()
        return False
    except StaleElementReferenceException:
        return True


def literal(text):
    """A text inside an XPath, which has no escapes."""
    if "'" not in text:
        return f"'{text}'"
    return "concat('" + "', \"'\", '".join(text.split("'")) + "')"
