"""How every page of a customer looks, in each theme, on a desk and on a phone, with little and with much in it; the pictures
go to target/browser, those of the documentation to target/browser/docs.

No page scrolls sideways, which PageTest sees to at every step, and axe has nothing to say about any.
"""

import unittest

from client import THEMES, ClientTest
from history import GIGABYTE, day_ago, live_through
from pages import NARROW, PICTURES, WIDE

BUCKETS = 200
SUB_ACCOUNTS = 20

# Pictures for docs/images, in this theme: the first and the last element on each.
DOCUMENTED_IN = "twenty-one"
CARD = "//*[contains(@class, 'ostor-card')]"
DOCUMENTED = {
    "overview": (f"{CARD}[h3='Storage and traffic']", f"{CARD}[h3='History']"),
    "keys": ("//*[@class='ostor']/h2", f"({CARD})[last()]"),
    "usage": ("//*[@class='ostor']/h2", f"({CARD})[last()]"),
}


class Pages(ClientTest):
    sub_accounts = (5, SUB_ACCOUNTS + 1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chain = cls.chain
        for metric, unit in (("storage_month", "0.02"), ("bandwidth_out", "0.05"), ("requests_put", "0.00001")):
            chain.whmcs("usage", "price", "--product", 1, "--metric", metric, "--per-unit", unit, "--included", 100)
        chain.whmcs("usage", "price", "--product", 2, "--metric", "bandwidth_out", "--graduated", "0=0.05,1000=0.04,10000=0.03")
        cls.services = {name: chain.order_and_pay(1, product) for name, product in (
            ("light", 1), ("usual", 1), ("full", 2), ("suspended", 1), ("deleting", 1), ("retained", 1), ("ended", 1))}
        cls.services["pending"] = chain.whmcs("order", "--client", 1, "--product", 1)["service"]
        cls.users = {name: chain.service(service)["service"]["username"] for name, service in cls.services.items()}
        live_through(chain, cls.users["usual"])
        chain.s3_admin("create-account", "-n", "camera", "-i", cls.users["usual"])
        chain.s3_admin("gen-access-key", "-i", cls.users["usual"])
        day_ago(chain, 0, cls.use_much)
        for name in ("usual", "full"):
            chain.whmcs("usage", "refresh", "--service", cls.services[name])
        for number in range(SUB_ACCOUNTS):
            chain.s3_admin("create-account", "-n", f"{number:02}" + "W" * 62, "-i", cls.users["full"])
        chain.s3_admin("gen-access-key", "-i", cls.users["full"])
        chain.whmcs("module", "suspend", "--service", cls.services["suspended"], "--reason",
                    "Invoice 4711 is unpaid since <October>; see https://billing.example.com/" + "very-long-" * 12)
        chain.whmcs("module", "terminate", "--service", cls.services["ended"])
        chain.create_bucket(cls.users["retained"], "left-behind", 5)
        chain.sql("UPDATE tblproducts SET configoption8 = 'grace' WHERE id = 1")
        chain.whmcs("module", "terminate", "--service", cls.services["retained"])
        chain.sql("UPDATE tblproducts SET configoption8 = 'refuse' WHERE id = 1")
        for attempt in range(1, 9):
            chain.simulator("POST", "fault", {"fault": "status:503", "method": "DELETE", "service": "ostor-users", "nth": attempt})
        try:
            chain.whmcs("module", "terminate", "--service", cls.services["deleting"])
        except RuntimeError as refused:
            # The gateway does not delete the user.
            assert "module defect" not in str(refused)
        chain.simulator("DELETE", "fault")

    @classmethod
    def use_much(cls):
        """The largest that a customer's pages hold, as good as full."""
        user_id = cls.users["full"]
        for number in range(BUCKETS):
            name = f"{number:03}-" + "bucket-of-a-customer-who-likes-names-as-long-as-they-may-be-x"[:59]
            cls.chain.simulator("POST", "object", {"owner_id": user_id, "bucket": name, "key": "file",
                                                   "bytes": 470 * GIGABYTE if number == 7 else 1024 ** 2 * number})
            cls.chain.simulator("POST", "traffic", {"user_id": user_id, "bucket": name, "put": 10 ** 9, "get": 10 ** 12,
                                                    "downloaded": 10 ** 15, "uploaded": 10 ** 13})

    def setUp(self):
        super().setUp()
        self.log_in()

    def pages_of(self, name):
        """The pages of a service with what an address needs, as they are called in the names of pictures."""
        pairs = self.chain.s3_admin("query-user-info", "-i", self.users[name])["keys"]
        account = next((account["name"] for account in self.chain.user(self.users[name])["accounts"]), None)
        pages = [("overview", {}), ("keys", {}), ("connect", {}), ("usage", {})]
        if len(pairs) > 1:
            pages += [("revoke", {"key": pairs[1]["access_key_id"]}), ("delete", {"sub": account})]
        return pages

    def show(self, theme, name, page="overview", **arguments):
        self.open_page(page, self.services[name], **arguments)
        self.look(theme, f"{name}-{page}")
        if theme == DOCUMENTED_IN and name == "usual" and page in DOCUMENTED:
            self.document(page, *DOCUMENTED[page])

    def document(self, name, *paths):
        """A picture for the documentation, from the first to the last of two elements."""
        first, last = (self.driver.find_element("xpath", path) for path in paths)
        self.browser.picture(PICTURES / "docs" / f"client-{name}.png", first, last)

    def look(self, theme, name):
        """The picture of what is shown, and what axe says on a phone, where most has to scroll."""
        with self.subTest(theme=theme, page=name):
            self.assertNotIn("{$", self.text())
            self.picture(f"client-{theme}-{name}")
            self.browser.width(NARROW)
            self.assertAccessible()
        self.browser.width(WIDE)

    def in_theme(self, theme):
        self.open(f"/clientarea.php?systpl={theme}")
        self.look(theme, "home")
        for name in ("light", "usual", "full"):
            for page, arguments in self.pages_of(name):
                self.show(theme, name, page, **arguments)
        for name in ("suspended", "deleting", "retained", "ended", "pending"):
            self.show(theme, name)
        self.show(theme, "suspended", "keys")
        self.show(theme, "light", "revoke", key="nobody's")
        self.open_page("usage", self.services["usual"], bucket="photos")
        self.look(theme, "usual-usage-days")
        self.open_page("connect", self.services["usual"])
        for summary in self.own().find_elements("tag name", "summary"):
            summary.click()
        self.look(theme, "usual-connect-open")
        self.open_page("overview", self.services["usual"])
        for summary in self.own().find_elements("tag name", "summary"):
            summary.click()
        self.look(theme, "usual-tables")
        self.open_page("keys", self.services["usual"])
        self.press("Show secret key", leaves=False)
        self.wait_for_pairs()
        self.look(theme, "usual-secrets")
        self.while_something_is_down(theme)
        self.from_right_to_left(theme)

    def from_right_to_left(self, theme):
        self.open("/clientarea.php?language=arabic")
        for name, pages in (("usual", ("overview", "keys", "connect", "usage")), ("full", ("overview", "keys", "revoke"))):
            arguments = dict(self.pages_of(name))
            for page in pages:
                self.open_page(page, self.services[name], **arguments[page])
                self.assertEqual("rtl", self.own().value_of_css_property("direction"))
                for code in self.own().find_elements("css selector", "code, pre, .ostor-chart"):
                    self.assertEqual("ltr", code.value_of_css_property("direction"))
                self.look(theme, f"arabic-{name}-{page}")
                if (theme, name, page) == (DOCUMENTED_IN, "usual", "overview"):
                    self.browser.width(NARROW)
                    self.document("arabic", "//*[@class='ostor']/h2", f"({CARD})[3]")
                    self.browser.width(WIDE)
        self.open("/clientarea.php?language=english")

    def while_something_is_down(self, theme):
        self.chain.simulator("POST", "fault", {"fault": "status:503", "always": True})
        try:
            for page in ("overview", "keys"):
                self.open_page(page, self.services["usual"])
                self.look(theme, f"no-gateway-{page}")
            self.assertReads("Your keys cannot be read right now.")
            self.assertDoesNotRead("Sub-accounts: 0")
        finally:
            self.chain.simulator("DELETE", "fault")
        self.chain.sql("UPDATE tblservers SET port = 1 WHERE id = 1")
        try:
            for page in ("overview", "keys", "connect", "usage"):
                self.open_page(page, self.services["usual"])
                self.assertReads("Current figures are not available right now.")
                self.look(theme, f"no-bridge-{page}")
        finally:
            self.chain.sql(f"UPDATE tblservers SET port = {self.chain.bridge.port} WHERE id = 1")

    def test_six(self):
        self.in_theme("six")

    def test_twenty_one(self):
        self.in_theme("twenty-one")

    def test_nexus(self):
        self.in_theme("nexus")

    def test_every_theme_is_looked_at(self):
        for theme in THEMES:
            self.assertTrue(hasattr(self, "test_" + theme.replace("-", "_")))

    def test_states_are_words(self):
        for name, words in {
            "light": "Active\nYour storage is ready to use.", "suspended": "Access is refused for now. Your data is kept. Reason: Invoice 4711",
            "deleting": "The data is being deleted.",
            "retained": "Cancelled\nThe storage was cancelled. The data is kept until",
            "ended": "This storage is closed and can no longer be used.",
            "pending": "Your storage is set up after the payment.",
        }.items():
            self.open_page("overview", self.services[name])
            self.assertIn(words.replace("\n", " "), self.own().text.replace("\n", " "))
        self.open_page("overview", self.services["full"])
        self.assertReads("Nearly full: 9")


if __name__ == "__main__":
    unittest.main()
