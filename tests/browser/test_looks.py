"""How every page looks, on a desk and on a phone; the pictures go to target/browser, those of the documentation to
target/browser/docs.

No page scrolls sideways, which PageTest sees to at every step.
"""

import re
import unittest

from chain import MODULES
from history import live_through
from pages import PICTURES, PageTest

# Pictures for docs/images: the first and the last element on each.
PANELS = "//main//*[contains(@class, 'panel-default')]"
DOCUMENTED = {
    "users": ("//nav", f"({PANELS})[last()]"),
    "user-of-a-service": (f"({PANELS})[last() - 1]", f"({PANELS})[last()]"),
    "service": ("//tr[th='Module Commands']", "//tr[th='S3 user']"),
    "client-summary": ("//h1", "//*[@id='ostor-summary']"),
}


class Looks(PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.chain.order_and_pay(1)
        cls.user_id = cls.chain.service(cls.service)["service"]["username"]
        cls.names = [f"{name}@example.com" for name in (
            "archive", "backups.of.a.department.with.a.long.name", "camera", "press", "zeta")]
        for name in cls.names:
            cls.chain.create_user(name)
        cls.pictured = set()
        live_through(cls.chain, cls.user_id)

    def setUp(self):
        super().setUp()
        self.log_in()

    def picture(self, name):
        super().picture(name)
        with self.subTest(page=name):
            self.assertAccessible()
        if name in DOCUMENTED:
            first, last = (self.driver.find_element("xpath", path) for path in DOCUMENTED[name])
            self.browser.picture(PICTURES / "docs" / f"admin-{name}.png", first, last)
        page = re.search(r"[?&]page=(\w+)", self.driver.current_url)
        self.pictured.add(page[1] if page else None)

    def test_the_pages_of_the_addon(self):
        self.open_addon("users")
        self.picture("users")
        self.open_addon("users", search="nobody")
        self.picture("users-none-found")
        self.open_user(self.user_id)
        self.picture("user-of-a-service")
        self.driver.find_element("tag name", "summary").click()
        self.picture("user-of-a-service-table")
        for step in ("48 hours", "12 months"):
            self.press(step)
            self.picture("user-" + step.replace(" ", "-"))
        self.open_addon("buckets")
        self.picture("buckets")
        self.press("photos")
        self.picture("bucket")
        self.chain.simulator("POST", "traffic", {"user_id": self.user_id, "bucket": "photos", "get": 2, "downloaded": 999})
        self.chain.simulator("POST", "restart", {"gateway": 0, "flush": True})
        self.open_addon("statistics")
        self.picture("statistics")
        self.press(self.rows()[0].find_element("tag name", "a").text)
        self.picture("statistics-object")
        self.open_addon("defaults")
        self.fill("Quota in gigabytes", "50", self.section("Default quota of users"))
        self.press("Set quota", self.section("Default quota of users"))
        self.picture("question")
        self.press("Yes, do it")
        self.picture("defaults")
        self.open_addon("audit")
        self.picture("audit")
        self.open_addon("user", user="0" * 16)
        self.picture("user-unknown")
        self.chores()
        source = (MODULES / "addons" / "ostor_admin" / "lib" / "Addon.php").read_text()
        pages = set(re.findall(r"'(\w+)' => \[\w+Page::class", source))
        self.assertEqual(pages, self.pictured & pages, "every page has a picture")

    def chores(self):
        self.chain.sql("UPDATE tblproducts SET configoption8 = 'grace' WHERE id = 2")
        service = self.chain.order_and_pay(2, 2)
        user_id = self.chain.service(service)["service"]["username"]
        self.chain.create_bucket(user_id, "left-behind", 1024)
        self.chain.whmcs("module", "terminate", "--service", service)
        self.open_addon("deletions")
        self.picture("deletions")
        self.press("Cancel deletion…")
        self.picture("deletions-question")
        self.open_service(2, service)
        self.picture("service-terminated")
        self.chain.s3_admin("set-limits", "-i", self.user_id, "-t", "ops", "-L", "get=7")
        self.open_addon("drift", run=1)
        self.picture("drift")
        self.chain.sql("INSERT INTO tblhosting (userid, packageid, server, domainstatus) VALUES (1, 1, 0, 'Active')")
        self.open_addon("adopt", run=1)
        self.picture("adopt")
        self.chain.sql("INSERT INTO tblnotes (userid, created, note) VALUES (1, '2026-01-02',"
                       " 'AWSAccessKeyId: 0123456789abcdefAB8C\nAWSSecretAccessKey: dbwTnQTW602aAAdq8DQVFzB6yrTCFTNiGB8C8RFA')")
        self.open_addon("notes")
        self.picture("notes")
        self.press("Scrub all…")
        self.picture("notes-question")

    def test_a_user_without_a_service(self):
        self.open_addon("users", search="department")
        self.press(self.rows()[0].find_element("tag name", "a").text)
        self.fill("Name of the sub-account", "offsite copies of the night shift")
        self.press("Create sub-account")
        self.picture("secrets")
        self.press("Go on")
        self.press("Generate key", self.section("Access keys"))
        self.press("Go on")
        self.fill("GET/s", "100")
        self.fill("Outgoing bandwidth (kB/s)", "0")
        self.press("Set limits")
        self.picture("user-refused-limit")
        self.fill("Outgoing bandwidth (kB/s)", "2048.5")
        self.press("Set limits")
        self.picture("user")

    def test_the_pages_of_whmcs(self):
        service = self.chain.whmcs("order", "--client", 2, "--product", 2)["service"]
        self.open_service(2, service)
        self.picture("service-before-create")
        self.press("Create")
        self.press("Rotate S3 Keys")
        self.picture("service-rotated")
        self.press("Show S3 Credentials")
        self.picture("service-credentials")
        user_id = self.chain.service(service)["service"]["username"]
        self.chain.s3_admin("set-limits", "-i", user_id, "-t", "ops", "-L", "get=7")
        self.open_service(2, service)
        self.picture("service-differs")
        self.open_service(1, self.service)
        self.picture("service")
        self.open("/admin/clientssummary.php?userid=1")
        self.picture("client-summary")
        for page in ("index", "clients", "addonmodules", "configaddonmods", "configproducts", "systemactivitylog",
                     "systemmodulelog"):
            self.open(f"/admin/{page}.php")
            self.picture(page)
        self.open("/admin/configproducts.php?action=edit&id=1")
        self.picture("product")
        with self.expecting(404):
            self.open("/admin/addonmodules.php?module=no_such_addon")
        self.picture("error")
        self.chain.sql("UPDATE tblservers SET port = 1 WHERE id = 1")
        self.addCleanup(self.chain.sql, f"UPDATE tblservers SET port = {self.chain.bridge.port} WHERE id = 1")
        self.open_service(1, self.service)
        self.picture("service-without-bridge")
        self.open("/admin/clientssummary.php?userid=1")
        self.picture("client-summary-without-bridge")
        self.open_user(self.user_id)
        self.picture("user-without-bridge")

    def test_the_log_in(self):
        self.browser.forget()
        type(self).logged_in = None
        self.open("/admin/login.php")
        self.picture("log-in")


if __name__ == "__main__":
    unittest.main()
