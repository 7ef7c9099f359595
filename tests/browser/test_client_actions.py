"""Everything a customer can do, by clicking, without scripts, and by keyboard; what came of it is looked up at the gateway."""

import csv
import datetime
import unittest

from client import FUNCTIONS, ClientTest
from history import GIGABYTE, day_ago
from pages import declared, is_gone, one_of, sends, wait

SHOW = "Show secret key"
NEW = "Make a new pair"


class Keys(ClientTest):
    def press_key(self, key_id, sub_account=""):
        """Makes a new pair, and returns it as the gateway has it."""
        self.press(f"{NEW} {sub_account}".strip())
        pair = self.pairs(sub_account or None)[-1]
        self.assertNotEqual(key_id, pair[0])
        self.assertReads(f"The new key {pair[0]} works now.")
        self.assertEqual(list(pair), [code.text for code in self.shown().find_elements("tag name", "code")])
        return pair

    def shown(self):
        """The part with the secret keys."""
        return one_of(self.driver, "//*[@data-ostor-pairs]")

    def revoke(self, key_id):
        self.press(f"Revoke… {key_id}")
        self.assertReads(f"Revoke the key {key_id}?")
        self.assertIn("cannot be undone", self.text())
        self.press("Revoke the key")
        self.assertEqual(f"The key {key_id} does not work any more.", self.notice())

    def change_keys(self):
        first_id, first_secret = self.first
        self.open_page("keys")
        self.assertNotIn(f"Revoke… {first_id}", self.buttons())
        new = self.press_key(first_id)
        self.assertEqual((first_id, first_secret), self.pairs()[0])
        self.assertEqual(new, self.stored())
        # Two are the most, and the old one only can go.
        self.assertReads("There are two pairs, more are not possible. Revoke one first.")
        self.assertNotIn(NEW, self.buttons())
        self.assertNotIn(f"Revoke… {new[0]}", self.buttons())
        with self.nothing_changes():
            self.press(f"Revoke… {first_id}")
            self.press("Back")
        self.revoke(first_id)
        self.assertEqual([new], self.pairs())
        self.assertIn(NEW, self.buttons())
        self.open_page("overview")
        self.assertReads(new[0])

    @sends("a=clientRotateKey", "a=clientRevokeKey")
    def test_new_pair_and_the_end_of_the_old_one(self):
        self.serve()
        self.change_keys()

    @sends("a=clientRotateKey", "a=clientRevokeKey", "a=clientShowKeys", "a=clientCreateSubAccount", "a=clientDeleteSubAccount")
    def test_without_scripts(self):
        self.serve()
        self.browser.scripts(False)
        self.open_page("overview")
        self.assertEqual([SHOW], [text for text in self.buttons() if text != "Show as a table"], "copying needs scripts")
        self.press(SHOW)
        self.assertEqual(self.first[1], self.shown().find_elements("tag name", "code")[1].text)
        self.change_keys()
        self.open_page("keys")
        self.live_of_a_sub_account()

    @sends("a=clientCreateSubAccount", "a=clientRotateKey", "a=clientRevokeKey", "a=clientDeleteSubAccount")
    def test_sub_accounts(self):
        self.serve()
        self.open_page("keys")
        self.assertReads("Sub-accounts: 0 of 2.")
        self.live_of_a_sub_account()
        self.create("a" * 64)
        self.create("second.one_-")
        self.assertReads("Sub-accounts: 2 of 2.")
        self.assertNotIn("Create sub-account", self.buttons())
        self.assertEqual({"a" * 64, "second.one_-"}, {account["name"] for account in self.user()["accounts"]})

    def live_of_a_sub_account(self):
        """Is made, gets a second pair, loses the first one, is shown and deleted."""
        self.create("app-1")
        first = self.pairs("app-1")[0]
        self.assertEqual(list(first), [code.text for code in self.shown().find_elements("tag name", "code")])
        self.open_page("keys")
        stored = self.stored()
        second = self.press_key(first[0], "app-1")
        self.assertEqual(stored, self.stored(), "the pair of the service is another one")
        self.revoke(first[0])
        self.assertEqual([second], self.pairs("app-1"))
        self.open_page("keys")
        self.press("Delete sub-account… app-1")
        self.assertReads("Delete the sub-account app-1?")
        with self.nothing_changes():
            self.press("Back")
        self.press("Delete sub-account… app-1")
        self.press("Delete the sub-account")
        self.assertEqual("The sub-account app-1 was deleted.", self.notice())
        self.assertEqual([], self.user()["accounts"])

    def create(self, name):
        self.fill("Name of the new sub-account", name)
        self.press("Create sub-account")
        self.assertEqual(f"The sub-account {name} was created.", self.notice())

    @sends("a=clientCreateSubAccount")
    def test_names_that_are_none(self):
        self.serve()
        self.open_page("keys")
        self.create("taken")
        with self.nothing_changes():
            self.fill("Name of the new sub-account", "two words")
            self.press("Create sub-account", leaves=False)
            self.assertFalse(self.driver.execute_script("return document.getElementById('ostor-sub').checkValidity();"))
            for name in ("two words", "-first", ".", "ä", "a" * 65, "a/b", "<b>", "a'b", "", "${jndi}", "a\u202eb"):
                self.unguard()
                self.fill("Name of the new sub-account", name)
                self.press("Create sub-account")
                self.assertIn("digits, dot, hyphen and underscore only", self.notice(), name)
            self.fill("Name of the new sub-account", "taken")
            self.press("Create sub-account")
            self.assertEqual("There is a sub-account of this name already.", self.notice())

    def test_a_form_that_is_sent_again(self):
        self.serve()
        self.open_page("keys")
        self.press(NEW)
        pairs = self.pairs()
        with self.nothing_changes():
            self.reload()
        self.assertIn("There are two pairs", self.notice())
        self.assertEqual(pairs, self.pairs())

    def test_a_product_without_sub_accounts(self):
        self.serve(product=2)
        self.open_page("keys")
        self.assertReads("Your product includes no sub-accounts.")
        self.assertNotIn("Create sub-account", self.buttons())


class InPlace(ClientTest):
    """What scripts do."""

    def setUp(self):
        super().setUp()
        self.serve()

    def reveal(self, button):
        """Shows secrets in the place of their form; the page stays."""
        page = self.driver.find_element("tag name", "html")
        self.press(button, leaves=False)
        pairs = self.wait_for_pairs()
        wait(self.driver).until(lambda driver: driver.switch_to.active_element == pairs)
        self.assertFalse(is_gone(page))
        return pairs

    def test_copying(self):
        self.assertEqual(f"http://{self.chain.gateways['eu1'].address}", self.copied("Endpoint"))
        self.assertEqual("us-east-1", self.copied("Region"))
        self.assertEqual(self.first[0], self.copied("Access key ID"))
        pairs = self.reveal(SHOW)
        self.assertEqual(self.first[0], self.copied("Access key ID", pairs))
        self.assertEqual(self.first[1], self.copied("Secret access key", pairs))
        self.open_page("connect")
        for settings in self.own().find_elements("tag name", "details"):
            settings.find_element("tag name", "summary").click()
            name = settings.find_element("tag name", "summary").text
            self.assertEqual(settings.find_element("tag name", "code").text.strip(), self.copied(name).strip())
            # Cyberduck asks for it.
            self.assertEqual(name != "Cyberduck", "YOUR_SECRET_KEY" in self.copied(name))

    @sends("a=clientCreateSubAccount")
    def test_showing_leaves_the_page(self):
        self.open_page("keys")
        self.fill("Name of the new sub-account", "app")
        self.press("Create sub-account")
        self.open_page("keys")
        before = self.driver.current_url
        self.assertIn(self.first[1], self.reveal(SHOW).text)
        self.assertEqual(before, self.driver.current_url)
        self.open_page("keys")
        self.assertIn(self.pairs("app")[0][1], self.reveal(f"{SHOW} app").text)
        self.assertDoesNotRead(self.first[1])

    def test_showing_while_the_gateway_is_gone(self):
        self.chain.simulator("POST", "fault", {"fault": "status:503", "always": True})
        self.addCleanup(self.chain.simulator, "DELETE", "fault")
        self.press(SHOW)
        self.assertIn("That did not work.", self.notice())


class Usage(ClientTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.chain.order_and_pay(1)
        cls.user_id = cls.chain.service(cls.service)["service"]["username"]
        cls.today = datetime.datetime.now(datetime.timezone.utc)
        for day in (40, 0):
            day_ago(cls.chain, day, lambda: cls.use(day))

    @classmethod
    def use(cls, day):
        for bucket, share in (("photos", 1), ("=1+1", 2)):
            cls.chain.simulator("POST", "object", {"owner_id": cls.user_id, "bucket": bucket, "key": str(day), "bytes": GIGABYTE * share})
            cls.chain.simulator("POST", "traffic", {"user_id": cls.user_id, "bucket": bucket, "put": share, "get": day + 1,
                                                    "downloaded": GIGABYTE * share, "uploaded": 1000 + day})

    def setUp(self):
        super().setUp()
        self.log_in()
        self.open_page("usage", self.service)

    def month(self, days_ago):
        # The traffic of a day was five hours before.
        return (self.today - datetime.timedelta(days=days_ago, hours=5)).strftime("%Y-%m")

    def test_the_month_is_chosen(self):
        self.choose("Month", self.month(40))
        self.press("Show")
        self.assertIn(f"month={self.month(40)}", self.driver.current_url)
        self.assertReads("1.00 GiB")
        uploaded = self.row("photos").find_elements("tag name", "td")[2].text
        self.assertEqual("1.02 KiB", uploaded)
        self.press("photos")
        self.assertReads("photos by day")
        day = (self.today - datetime.timedelta(days=40, hours=5)).strftime("%Y-%m-%d")
        self.assertEqual(uploaded, self.row(day).find_elements("tag name", "td")[2].text)

    @sends("a=clientDownloadUsage")
    def test_the_file(self):
        folder = self.chain.directory / "downloads"
        folder.mkdir()
        self.browser.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        month = self.month(0)
        self.choose("Month", month)
        self.press("Show")
        self.press("Download as CSV", leaves=False)
        file = folder / f"usage-{self.service}-{month}.csv"
        wait(self.driver).until(lambda _: file.exists())
        with open(file, newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        day = (self.today - datetime.timedelta(hours=5)).strftime("%Y-%m-%d")
        of_the_day = {row["bucket"]: row for row in rows if row["day"] == day}
        # A spreadsheet must not take the name of a bucket for a formula.
        self.assertEqual({"photos", "'=1+1"}, set(of_the_day))
        for row, share in ((of_the_day["photos"], 1), (of_the_day["'=1+1"], 2)):
            self.assertEqual([str(GIGABYTE * share), "1000", str(share), "1", "0", "0"],
                             [row[name] for name in ("bytes_downloaded", "bytes_uploaded", "ops_put", "ops_get", "ops_list", "ops_other")])

    def test_months_and_buckets_that_cannot_be_chosen(self):
        for month in ("1999-01", "2999-12", "<b>", "2026-13"):
            self.open_page("usage", self.service, month=month)
            self.assertReads("Usage is known until")
        self.open_page("usage", self.service, bucket="<i data-injected=1>")
        self.assertDoesNotRead("by day")


class Ways(ClientTest):
    """How WHMCS leads to the pages."""

    def setUp(self):
        super().setUp()
        self.serve()

    def test_the_sidebar_and_the_menu(self):
        for place in (self.sidebar, self.menu):
            for label, title in (("Access keys", "Access keys"), ("Connect an app", "Connect an app"), ("Usage by bucket", "Usage by bucket")):
                self.open_page("overview")
                self.press(label, place())
                self.card(title)
                self.assertEqual(label, one_of(self.menu(), ".//a[@aria-current='page']").text)
        self.press("Overview", self.menu())
        self.card("Connection")

    def test_the_action(self):
        before = self.driver.window_handles
        self.press("S3 access keys", self.sidebar(), leaves=False)
        wait(self.driver).until(lambda driver: "ostor=keys" in driver.current_url or len(driver.window_handles) > len(before))
        for handle in set(self.driver.window_handles) - set(before):
            self.driver.switch_to.window(handle)
            self.addCleanup(self.driver.switch_to.window, before[0])
            self.addCleanup(self.driver.close)
        wait(self.driver).until(lambda driver: "ostor=keys" in driver.current_url)
        self._settled()
        self.card("Access keys")


# Where the focus is: the element itself, and what is drawn around it.
FOCUS = """
const element = document.activeElement, style = getComputedStyle(element);
return [element, element.closest('.ostor') !== null, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
"""

# All that must be reached, in the order in which it stands.
CONTROLS = """
return [...document.querySelectorAll('.ostor :is(a[href], button, input, select, summary, pre, [tabindex="0"])')]
    .filter(element => element.type !== 'hidden' && element.getClientRects().length > 0);
"""


class Keyboard(ClientTest):
    def setUp(self):
        super().setUp()
        self.serve()

    def key(self, text):
        self.driver.switch_to.active_element.send_keys(text)

    def walk(self):
        """Tabs through the page: everything is reached, in its order, and shows that it is."""
        expected = self.driver.execute_script(CONTROLS)
        self.driver.execute_script("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');")
        reached = []
        for _ in range(len(expected) + 40):
            self.key("\ue004")
            element, is_ours, is_seen = self.driver.execute_script(FOCUS)
            if is_ours:
                self.assertTrue(is_seen, f"the focus on {element.get_attribute('outerHTML')[:200]} is not seen")
                reached.append(element)
            elif reached:
                break
        self.assertEqual([element.get_attribute("outerHTML")[:200] for element in expected],
                         [element.get_attribute("outerHTML")[:200] for element in reached])
        self.assertEqual(expected, reached)

    def focus(self, text):
        """Tabs to what has this text."""
        for _ in range(100):
            self.key("\ue004")
            focused = self.driver.switch_to.active_element
            if " ".join((focused.get_attribute("textContent") or "").split()) == text:
                return
        self.fail(f"Tab does not lead to {text}")

    def enter(self, text):
        self.focus(text)
        before = self.driver.find_element("tag name", "html")
        self.key("\ue007")
        wait(self.driver).until(lambda _: is_gone(before))
        self._settled()

    def test_every_control_is_reached(self):
        self.chain.create_bucket(self.user_id, "bucket", 5)
        self.chain.s3_admin("create-account", "-n", "app", "-i", self.user_id)
        self.chain.s3_admin("gen-access-key", "-i", self.user_id)
        old = self.pairs()[-1][0]
        for page, arguments in (("overview", {}), ("keys", {}), ("connect", {}), ("usage", {}),
                                ("revoke", {"key": old}), ("delete", {"sub": "app"})):
            self.open_page(page, **arguments)
            if page == "connect":
                for settings in self.own().find_elements("tag name", "summary"):
                    settings.send_keys(" ")
            self.walk()

    @sends("a=clientRotateKey", "a=clientRevokeKey", "a=clientCreateSubAccount")
    def test_keys_are_changed(self):
        self.enter("Access keys")
        self.card("Access keys")
        self.open_page("keys")
        self.enter(NEW)
        self.assertEqual(2, len(self.pairs()))
        self.enter(f"Revoke… {self.first[0]}")
        self.enter("Revoke the key")
        self.assertEqual(1, len(self.pairs()))
        self.open_page("keys")
        for _ in range(100):
            self.key("\ue004")
            if self.driver.switch_to.active_element.get_attribute("name") == "sub":
                break
        before = self.driver.find_element("tag name", "html")
        self.key("typed\ue007")
        wait(self.driver).until(lambda _: is_gone(before))
        self._settled()
        self.assertEqual(["typed"], [account["name"] for account in self.user()["accounts"]])


class Everything(unittest.TestCase):
    def test_every_function_of_customers_is_sent_by_a_click(self):
        cases = (Keys, InPlace, Usage, Keyboard)
        self.assertEqual(set(FUNCTIONS), declared(cases, "a"))


if __name__ == "__main__":
    unittest.main()
