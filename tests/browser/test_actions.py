"""Everything the addon can do, done once by clicking, with the effect on the page and at the gateway."""

import re
import unittest

import test_chores
from chain import MODULES
from pages import PageTest, declared, one_of, sends


class Actions(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    # Users

    @sends("action=create_user")
    def test_a_user_is_created_and_its_key_pair_shown(self):
        self.open_addon("users")
        self.fill("E-mail address", "created@example.com", self.section("Create an S3 user"))
        self.press("Create user")
        user_id, key, secret = self.shown_pair(r"The S3 user (\S+) \(created@example.com\) was created\.")
        self.assertEqual([key], self.chain.user(user_id)["keys"])
        self.assertEqual(secret, self.secrets(user_id)[key])
        self.press("Go on")
        self.assertReads("created@example.com")
        self.assertReads(key)
        self.assertDoesNotRead(secret)

    @sends("action=disable_user", "action=enable_user", "confirmed=1")
    def test_a_user_is_disabled_after_a_question_and_enabled(self):
        user_id = self.chain.create_user("switched@example.com")
        self.open_user(user_id)
        with self.nothing_changes():
            self.press("Disable user…")
            self.assertReads(f"Disable the S3 user {user_id}?")
        self.press("Yes, do it")
        self.assertEqual(f"The S3 user {user_id} is disabled.", self.alert())
        self.assertFalse(self.chain.user(user_id)["enabled"])
        self.assertIn("disabled", self.row("State").text)
        self.press("Enable user")
        self.assertEqual(f"The S3 user {user_id} is enabled.", self.alert())
        self.assertTrue(self.chain.user(user_id)["enabled"])
        self.assertIn("enabled", self.row("State").text)

    @sends("action=delete_user")
    def test_a_user_is_deleted_after_a_question(self):
        user_id = self.chain.create_user("deleted@example.com")
        self.open_user(user_id)
        with self.nothing_changes():
            self.press("Delete user…")
            self.press("Cancel, nothing was changed")
        self.assertReads("deleted@example.com")
        self.press("Delete user…")
        self.press("Yes, do it")
        self.assertEqual(f"The S3 user {user_id} was deleted.", self.alert())
        self.assertIsNone(self.chain.user(user_id))
        self.assertDoesNotRead("deleted@example.com")

    # Keys

    @sends("action=generate_key", "action=revoke_key", "action=show_secrets")
    def test_keys_are_made_shown_and_the_chosen_one_revoked(self):
        user_id = self.chain.create_user("keys@example.com")
        first = self.chain.user(user_id)["keys"][0]
        self.open_user(user_id)
        self.press("Generate key", self.section("Access keys"))
        second, _, secret = self.shown_pair(r"The key (\S+) of the user \S+ was made\.")
        self.assertEqual({first, second}, set(self.chain.user(user_id)["keys"]))
        self.press("Go on")
        self.assertReads("There are two key pairs, more are not possible.")
        self.press("Show secret keys", self.section("Access keys"))
        self.assertReads(f"The secret keys of the user {user_id} were shown.")
        for key, value in self.secrets(user_id).items():
            self.assertIn(value, self.row(key).text)
        self.assertReads(secret)
        self.press("Go on")
        self.press("Revoke…", self.row(first))
        self.assertReads(f"Revoke the key {first} of the user {user_id}?")
        self.press("Yes, do it")
        self.assertEqual(f"The key {first} of the user {user_id} was revoked.", self.alert())
        self.assertEqual([second], self.chain.user(user_id)["keys"])

    # Sub-accounts

    @sends("action=create_account", "action=delete_account", "account=press")
    def test_a_sub_account_has_keys_of_its_own(self):
        user_id = self.chain.create_user("sub-accounts@example.com")
        self.open_user(user_id)
        self.fill("Name of the sub-account", "press")
        self.press("Create sub-account")
        _, first, secret = self.shown_pair(r"The sub-account (press) was created\.")
        self.assertEqual([{"name": "press", "keys": [first]}], self.chain.user(user_id)["accounts"])
        self.press("Go on")
        accounts = "Sub-accounts"
        self.press("Generate key", self.section(accounts))
        second, _, _ = self.shown_pair(r"The key (\S+) of the sub-account press was made\.")
        self.assertEqual({first, second}, set(self.chain.user(user_id)["accounts"][0]["keys"]))
        self.press("Go on")
        self.press("Show secret keys", self.section(accounts))
        self.assertIn(secret, self.row(first).text)
        self.press("Go on")
        self.press("Revoke…", self.row(first, self.section(accounts)))
        self.press("Yes, do it")
        self.assertEqual(f"The key {first} of the sub-account press was revoked.", self.alert())
        self.assertEqual([second], self.chain.user(user_id)["accounts"][0]["keys"])
        self.press("Delete sub-account…")
        self.assertReads("Delete the sub-account press?")
        self.press("Yes, do it")
        self.assertEqual("The sub-account press was deleted.", self.alert())
        self.assertEqual([], self.chain.user(user_id)["accounts"])

    # Limits and quotas

    @sends("action=set_limits", "action=delete_limits", "type=ops", "type=bandwidth")
    def test_limits_of_a_user_are_set_read_and_removed(self):
        user_id = self.chain.create_user("limits@example.com")
        self.open_user(user_id)
        self.limits(lambda: self.chain.user(user_id)["limits"])

    @sends("action=set_limits", "action=delete_limits", "type=ops", "type=bandwidth")
    def test_limits_of_a_bucket_are_set_read_and_removed(self):
        user_id = self.chain.create_user("bucket-limits@example.com")
        self.chain.create_bucket(user_id, "limited")
        self.open_addon("bucket", bucket="limited")
        self.limits(lambda: gateway_words(self.chain.s3_admin("query-limits", "-b", "limited")["limits"]))
        self.assertIsNone(self.chain.user(user_id)["limits"], "the user's own stay as they are")

    def limits(self, at_gateway):
        """Sets, changes and removes the limits of the page, each time with a look at the page and the gateway."""
        numbers = {"Requests/s": "0.5", "GET/s": "100", "PUT/s": "2.25", "LIST/s": "3", "DELETE/s": "4",
                   "Outgoing bandwidth (kB/s)": "2048"}
        for label, number in numbers.items():
            self.fill(label, number)
        self.press("Set limits")
        self.assertEqual("Now in force: Requests/s 0.5, GET/s 100, PUT/s 2.25, LIST/s 3, DELETE/s 4,"
                         " Outgoing bandwidth (kB/s) 2048.", self.alert())
        for label, number in numbers.items():
            self.assertEqual(number, self.field(label).get_attribute("value"))
        self.assertEqual({"ops:default": 0.5, "ops:get": 100, "ops:put": 2.25, "ops:list": 3, "ops:delete": 4,
                          "bandwidth:out": 2048}, at_gateway())
        self.fill("GET/s", "")
        self.fill("LIST/s", "30")
        self.press("Set limits")
        self.assertEqual("", self.field("GET/s").get_attribute("value"))
        self.assertEqual({"ops:default": 0.5, "ops:get": 0, "ops:put": 2.25, "ops:list": 30, "ops:delete": 4,
                          "bandwidth:out": 2048}, at_gateway())
        self.press("Remove bandwidth limit")
        self.assertEqual(0, at_gateway()["bandwidth:out"])
        self.assertEqual(30, at_gateway()["ops:list"])
        self.fill("Outgoing bandwidth (kB/s)", "512")
        self.press("Set limits")
        self.press("Remove request limits")
        self.assertEqual("Now in force: Outgoing bandwidth (kB/s) 512.", self.alert())
        self.assertEqual(512, at_gateway()["bandwidth:out"])
        self.assertEqual(0, at_gateway()["ops:list"])
        self.press("Remove all limits")
        self.assertEqual("Now in force: no limits.", self.alert())
        self.assertEqual({0}, set(at_gateway().values()))

    @sends("action=set_quota", "action=delete_quota")
    def test_a_quota_of_a_user_is_set_read_and_removed(self):
        user_id = self.chain.create_user("quota@example.com")
        self.open_user(user_id)
        self.quota(lambda: self.chain.user(user_id)["quota_gb"])

    @sends("action=set_quota", "action=delete_quota")
    def test_a_quota_of_a_bucket_is_set_read_and_removed(self):
        user_id = self.chain.create_user("bucket-quota@example.com")
        self.chain.create_bucket(user_id, "quoted")
        self.open_addon("bucket", bucket="quoted")
        self.quota(lambda: self.chain.s3_admin("query-quotas", "-b", "quoted")["quota_gb"])
        self.assertIsNone(self.chain.user(user_id)["quota_gb"], "the user's own stays as it is")

    def quota(self, at_gateway):
        self.assertReads("No quota of its own is set.")
        for gigabytes in (100, 250):
            self.fill("Quota in gigabytes", str(gigabytes))
            self.press("Set quota")
            self.assertEqual(f"The quota is {gigabytes} GB now.", self.alert())
            self.assertReads(f"The quota is {gigabytes} GB.")
            self.assertEqual(gigabytes, at_gateway())
        self.press("Remove quota")
        self.assertEqual("The quota was removed.", self.alert())
        # The gateway's word for no quota is 0.
        self.assertFalse(at_gateway())

    @sends("default=user", "default=bucket", "action=set_quota", "action=delete_quota")
    def test_default_quotas_are_set_and_removed_after_a_question(self):
        for kind in ("user", "bucket"):
            title = f"Default quota of {kind}s"
            self.open_addon("defaults")
            self.fill("Quota in gigabytes", "70", self.section(title))
            with self.nothing_changes():
                self.press("Set quota", self.section(title))
                self.assertReads(f"Set the default quota of {kind}s to 70 GB?")
            self.press("Yes, do it")
            self.assertIn("The quota is 70 GB.", self.section(title).text)
            self.assertEqual(70, self.chain.s3_admin("query-quotas", "-o", kind)["quota_gb"])
            with self.nothing_changes():
                self.press("Remove quota", self.section(title))
                self.assertReads("Remove this default quota?")
            self.press("Yes, do it")
            self.assertIn("No quota of its own is set.", self.section(title).text)
            self.assertIsNone(self.chain.s3_admin("query-quotas", "-o", kind)["quota_gb"])

    # Buckets

    @sends("action=delete_bucket")
    def test_an_empty_bucket_is_deleted_and_a_full_one_is_not(self):
        user_id = self.chain.create_user("buckets@example.com")
        self.chain.create_bucket(user_id, "empty-one")
        self.chain.create_bucket(user_id, "full-one", 5 * 1024 ** 2)
        self.open_addon("buckets")
        self.assertIn("5.00 MiB", self.row("full-one").text)
        self.press("full-one")
        self.assertReads("buckets@example.com")
        with self.nothing_changes():
            self.press("Delete bucket…")
            self.press("Yes, do it")
        self.assertIn("reason: bucket_not_empty", self.alert())
        self.open_addon("buckets")
        self.press("empty-one")
        self.press("Delete bucket…")
        self.assertReads("Delete the bucket empty-one?")
        self.press("Yes, do it")
        self.assertEqual("The bucket empty-one was deleted.", self.alert())
        self.assertIsNone(self.chain.bucket("empty-one"))
        self.assertIsNotNone(self.chain.bucket("full-one"))

    # Lists

    def test_users_are_searched_and_paged(self):
        for number in range(102):
            self.chain.create_user(f"reader-{number:03}@example.com")
        self.open_addon("users")
        self.fill("Part of an e-mail address or user ID", "READER-")
        self.press("Search")
        self.assertReads("Users found: 102.")
        self.assertEqual(100, len(self.rows()))
        first = {row.text for row in self.rows()}
        self.press("Next page")
        self.assertEqual(2, len(self.rows()))
        self.assertEqual(102, len(first | {row.text for row in self.rows()}))
        self.assertReads("Users found: 102.")
        self.press("First page")
        self.assertEqual(first, {row.text for row in self.rows()})
        self.fill("Part of an e-mail address or user ID", "reader-07")
        self.press("Search")
        self.assertReads("Users found: 10.")
        user_id = self.row("reader-077@example.com").find_element("tag name", "a").text
        self.press(user_id)
        self.assertReads("reader-077@example.com")
        self.open_addon("users", search=user_id[3:12])
        self.assertReads("Users found: 1.")
        self.open_addon("users", search="nobody-at-all")
        self.assertReads("Users found: 0.")
        self.assertReads("There is nothing to list.")

    def test_buckets_are_searched_and_paged_on_both_pages_that_list_them(self):
        user_id = self.chain.create_user("librarian@example.com")
        for number in range(103):
            self.chain.create_bucket(user_id, f"shelf-{number:03}", number)
        self.open_addon("buckets")
        self.fill("Part of a bucket's name", "shelf-")
        self.press("Search")
        self.assertReads("Buckets found: 103.")
        first = {row.text for row in self.rows()}
        self.press("Next page")
        self.assertEqual(103, len(first | {row.text for row in self.rows()}))
        self.fill("Part of a bucket's name", "shelf-042")
        self.press("Search")
        self.assertIn("librarian@example.com", self.row("shelf-042").text)
        self.press("librarian@example.com")
        self.assertReads("Buckets: 103.")
        self.press("Next page", self.section("Buckets"))
        self.assertReads("shelf-102")
        self.press("shelf-102")
        self.assertIn("102 bytes", self.row("Size").text)

    def test_the_audit_tells_who_did_what_by_user_and_service(self):
        service = self.chain.order_and_pay()
        served = self.chain.service(service)["service"]["username"]
        user_id = self.chain.create_user("audited@example.com")
        self.open_user(user_id)
        self.fill("Quota in gigabytes", "12")
        self.press("Set quota")
        self.open_addon("audit")
        self.fill("S3 user ID", user_id)
        self.press("Search")
        last = self.rows()[0].text
        for part in ("admin", "whmcs", "quotas.set", user_id, "success"):
            self.assertIn(part, last)
        self.fill("S3 user ID", "")
        self.fill("Service number", str(service))
        self.press("Search")
        self.assertEqual(1, len(self.rows()))
        self.assertIn("CreateAccount", self.text())
        self.fill("S3 user ID", served)
        self.fill("Service number", "")
        self.press("Search")
        self.assertReads("There is nothing to list.")

    def test_no_action_of_the_addon_is_without_a_test(self):
        source = (MODULES / "addons" / "ostor_admin" / "lib" / "Actions.php").read_text()
        table = re.search(r"METHODS = \[(.*?)\];", source, re.S)[1]
        self.assertEqual(set(re.findall(r"'(\w+)' =>", table)),
                         declared([Actions, StatisticsObjects, test_chores.Chores], "action"))

    # What the tests share

    def shown_pair(self, sentence):
        """What the sentence names, and the key pair of the page."""
        named = re.search(sentence, self.text())
        self.assertIsNotNone(named, self.text())
        cells = one_of(self.driver, "//main//tbody/tr").find_elements("tag name", "code")
        return (named[1], *(cell.text for cell in cells))

    def secrets(self, user_id):
        """Secret keys of a user by their ids, as the gateway has them."""
        keys = self.chain.s3_admin("query-user-info", "-i", user_id)["keys"]
        return {key["access_key_id"]: key["secret_access_key"] for key in keys}


class StatisticsObjects(PageTest):
    @sends("action=delete_statistics", "discard=1")
    def test_statistics_objects_are_looked_at_discarded_and_deleted_once_counted(self):
        user_id = self.chain.create_user("traffic@example.com")
        self.chain.create_bucket(user_id, "busy", 4096)
        self.chain.simulator("POST", "traffic", {"user_id": user_id, "bucket": "busy", "get": 7, "downloaded": 2048})
        self.chain.simulator("POST", "restart", {"gateway": 0, "flush": True})
        self.log_in()
        self.open_addon("statistics")
        rows = self.rows()
        self.assertEqual(1, len(rows))
        name = rows[0].find_element("tag name", "a").text
        with self.nothing_changes():
            self.press(name)
            self.assertReads("Lines shown: 1 of 1.")
            line = self.row("busy").text
            self.assertIn(user_id, line)
            self.assertIn("2.00 KiB", line)
            # From the object's own page only what is counted is deleted.
            self.press("Delete…")
            self.press("Yes, do it")
            self.assertIn("reason: object_not_counted", self.alert())
        self.open_addon("statistics")
        self.fill("Name of a statistics object", name)
        self.press("Look at it")
        self.assertReads("Lines shown: 1 of 1.")
        self.open_addon("statistics")
        with self.nothing_changes():
            self.press("Discard…", self.row(name))
            self.assertReads("the usage in it will never be billed")
        self.press("Yes, do it")
        self.assertEqual(f"The statistics object {name} was deleted.", self.alert())
        self.assertReads("There is nothing to list.")
        self.assertIn("DELETE", [method for method, service, _ in self.chain.changes() if service == "ostor-usage"])


class TwoClusters(PageTest):
    clusters = ("eu1", "us2")

    def test_the_cluster_is_chosen_and_kept(self):
        self.chain.sql("UPDATE tblservers AS second, tblservers AS first SET second.hostname = first.hostname,"
                       " second.port = first.port, second.username = first.username, second.password = first.password,"
                       " second.accesshash = 'us2', second.name = 'Overseas' WHERE first.id = 1 AND second.id = 2")
        # Both simulators give the same ids in the same order.
        self.chain.create_user("here@example.com")
        second = self.chain.create_user("here-too@example.com")
        self.log_in()
        self.open_addon("users")
        self.assertReads("here@example.com")
        self.choose("Server", "Overseas")
        self.press("Choose")
        self.assertDoesNotRead("here@example.com")
        self.fill("E-mail address", "overseas@example.com")
        self.press("Create user")
        self.press("Go on")
        users = self.chain.simulator("GET", "state", cluster="us2")["users"]
        self.assertIn("overseas@example.com", [user["email"] for user in users])
        self.press("Users")
        self.assertReads("overseas@example.com")
        self.open_addon("user", server=2, user=second)
        self.assertReads("reason: user_unknown")
        self.choose("Server", "Bridge")
        self.press("Choose")
        self.assertReads("here@example.com")


def gateway_words(limits):
    """Limits as the simulator tells those of users."""
    words = {f"ops:{name}": number or 0 for name, number in limits["ops_per_second"].items()}
    return {**words, "bandwidth:out": limits["bandwidth_out_kbps"] or 0}


if __name__ == "__main__":
    unittest.main()
