"""Wrong, missing and repeated input gets a sentence and changes nothing at the gateway.

The forms are sent by clicking, with the browser's own checks switched off where it has any.
"""

import unittest

from pages import PageTest, one_of, sends

NO_USER = "0" * 16


class BadInput(PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_id = cls.chain.create_user("somebody@example.com")
        cls.other_id = cls.chain.create_user("somebody-else@example.com")
        cls.chain.create_bucket(cls.other_id, "not-yours", 5)

    def setUp(self):
        super().setUp()
        self.log_in()

    def refuses(self, label, typed, button, sentence, section=None):
        """Sends a field that the browser itself would not send, or that PHP must not take."""
        within = section and self.section(section)
        self.unguard()
        self.fill(label, typed, within)
        self.press(button, within)
        self.assertIn(sentence, self.alert())

    def test_limits(self):
        self.open_user(self.user_id)
        with self.nothing_changes():
            for typed in ("-1", "0", "0.00", "0.001", "many", "1e3", "1,5", "1000000001", "+1", "0x10", "½"):
                self.refuses("GET/s", typed, "Set limits", f'GET/s: "{typed}" is not a limit.')
                self.assertEqual(typed, self.field("GET/s").get_attribute("value"))
            for holder in ({"page": "user", "user": self.user_id}, {"page": "bucket", "bucket": "not-yours"}):
                self.open_addon(**holder)
                self.refuses("PUT/s", "9" * 400, "Set limits", "Limit is longer than 18 bytes.")
                self.open_addon(**holder)
                self.refuses("Outgoing bandwidth (kB/s)", "-0.5", "Set limits", 'kB/s): "-0.5" is not a limit.')
                self.open_addon(**holder)
                self.press("Set limits")
                self.assertEqual("The form holds the limits there were. Nothing was changed.", self.alert())

    def test_the_browser_lets_nobody_type_more_than_fits(self):
        self.open_user(self.user_id)
        self.fill("GET/s", "1" * 30)
        self.assertEqual("1" * 18, self.field("GET/s").get_attribute("value"))

    def test_quotas(self):
        self.open_user(self.user_id)
        with self.nothing_changes():
            for typed in ("-5", "10 GB", "1073741825", "9" * 18):
                self.refuses("Quota in gigabytes", typed, "Set quota", f'"{typed}" is not a quota.')
            for holder in ({"page": "user", "user": self.user_id}, {"page": "bucket", "bucket": "not-yours"},
                           {"page": "defaults"}):
                self.open_addon(**holder)
                title = "Default quota of buckets" if holder["page"] == "defaults" else "Quota"
                for typed, sentence in (("0", '"0" is not a quota.'), ("0.5", '"0.5" is not a quota.'),
                                        ("", "Quota in gigabytes is empty."), ("1" * 19, "is longer than 18 bytes")):
                    self.refuses("Quota in gigabytes", typed, "Set quota", sentence, title)

    def test_addresses_of_new_users(self):
        self.open_addon("users")
        with self.nothing_changes():
            self.refuses("E-mail address", "", "Create user", "E-mail address is empty.")
            self.refuses("E-mail address", "   ", "Create user", "E-mail address is empty.")
            self.refuses("E-mail address", "a" * 300, "Create user", "E-mail address is longer than 254 bytes.")
            self.open_addon("users")
            self.refuses("E-mail address", "no address", "Create user", "reason: invalid_params")
            self.refuses("E-mail address", "somebody@example.com", "Create user", "reason: user_exists")
            self.assertEqual("somebody@example.com", self.field("E-mail address").get_attribute("value"))

    def test_names_of_sub_accounts(self):
        self.chain.s3_admin("create-account", "-n", "taken", "-i", self.other_id)
        self.open_user(self.other_id)
        with self.nothing_changes():
            self.refuses("Name of the sub-account", "", "Create sub-account", "Name of the sub-account is empty.")
            self.refuses("Name of the sub-account", "n" * 65, "Create sub-account", "is longer than 64 bytes")
            self.refuses("Name of the sub-account", "taken", "Create sub-account", "reason: sub_account_exists")

    def test_fields_of_another_kind(self):
        self.open_addon("users")
        with self.nothing_changes():
            field = self.field("E-mail address")
            self.driver.execute_script("arguments[0].name = 'email[]'", field)
            field.send_keys("list@example.com")
            self.press("Create user")
            self.assertIn("E-mail address holds characters that cannot be used.", self.alert())
            for action in ("", "drop_everything", "__construct", "a" * 31):
                self.open_addon("users")
                self.set_hidden("action", action, self.form("Create user"))
                self.fill("E-mail address", "action@example.com")
                self.press("Create user")
                self.assertIn("Nothing was changed" if len(action) > 30 else "so nothing was changed", self.alert())
            self.open_user(self.user_id)
            self.set_hidden("type", "everything", self.form("Remove request limits"))
            self.press("Remove request limits")
            self.assertIn("The form does not say which limits to remove.", self.alert())
            self.open_addon("defaults")
            form = self.form("Set quota", self.section("Default quota of users"))
            self.set_hidden("default", "nobody", form)
            self.fill("Quota in gigabytes", "5", form)
            self.press("Set quota", form)
            self.assertIn("The form does not say which default it is about.", self.alert())

    def test_keys_that_are_not_there_or_belong_to_others(self):
        foreign = self.chain.user(self.other_id)["keys"][0]
        with self.nothing_changes():
            for key, sentence in ((foreign, "was not there any more"), ("NOSUCHKEY0000000001", "was not there any more"),
                                  ("a-b", '"a-b" is not an access key ID.'), ("", "Access key ID is empty."),
                                  ("A" * 129, "Access key ID is longer than 128 bytes.")):
                self.open_user(self.user_id)
                self.set_hidden("key", key, self.form("Revoke…"))
                self.press("Revoke…")
                if "was not there" in sentence:
                    self.press("Yes, do it")
                self.assertIn(sentence, self.alert())

    def test_a_third_key(self):
        user_id = self.chain.create_user("two-keys@example.com")
        self.open_user(user_id)
        form = self.form("Generate key")
        self.chain.s3_admin("gen-access-key", "-i", user_id)
        keys = sorted(self.chain.user(user_id)["keys"])
        with self.nothing_changes():
            self.set_hidden("known", ",".join(keys), form)
            self.press("Generate key")
            self.assertIn("reason: key_limit", self.alert())

    def test_a_form_that_is_sent_twice(self):
        self.open_user(self.chain.create_user("one-more-key@example.com"))
        self.send_aside(self.form("Generate key"))
        with self.nothing_changes():
            self.press("Generate key")
            self.assertIn("The keys are no longer what they were when the form was made", self.alert())
        self.open_addon("users")
        self.fill("E-mail address", "twice@example.com")
        self.send_aside(self.form("Create user"))
        with self.nothing_changes():
            self.press("Create user")
            self.assertIn("reason: user_exists", self.alert())
        twice = next(user["id"] for user in self.chain.simulator("GET", "state")["users"]
                     if user["email"] == "twice@example.com")
        self.open_user(twice)
        self.press("Delete user…")
        self.send_aside(self.form("Yes, do it"))
        with self.nothing_changes():
            self.press("Yes, do it")
            self.assertEqual(f"The S3 user {twice} was not there any more.", self.alert())

    def send_aside(self, form):
        """The form is sent, as by a second click or tab, while its page stays."""
        self.assertEqual(200, self.driver.execute_async_script(
            "const [form, done] = arguments;"
            "fetch(form.getAttribute('action'), {method: 'POST', body: new URLSearchParams(new FormData(form))})"
            ".then(answer => done(answer.status));", form))

    def test_users_and_buckets_that_are_gone(self):
        gone = self.chain.create_user("gone@example.com")
        owner = self.chain.create_user("owner@example.com")
        for button, sentence in (("Disable user…", "reason: user_unknown"), ("Generate key", "reason: user_unknown"),
                                 ("Show secret keys", "reason: user_unknown"), ("Set quota", "reason: user_unknown"),
                                 ("Remove all limits", "reason: user_unknown"), ("Create sub-account", "reason: user_unknown"),
                                 ("Delete user…", "was not there any more")):
            self.open_user(gone)
            self.fill("Quota in gigabytes", "5")
            self.fill("Name of the sub-account", "nobody")
            self.chain.s3_admin("delete-user", "-i", gone)
            with self.nothing_changes():
                self.press(button)
                if button.endswith("…"):
                    self.press("Yes, do it")
                self.assertReads(sentence)
            gone = self.chain.create_user("gone@example.com")
        for button, sentence in (("Delete bucket…", "was not there any more"), ("Set quota", "reason: bucket_unknown"),
                                 ("Remove all limits", "reason: bucket_unknown")):
            self.chain.create_bucket(owner, "vanishing")
            self.open_addon("bucket", bucket="vanishing")
            self.fill("Quota in gigabytes", "5")
            self.chain.simulator("DELETE", "bucket", {"bucket": "vanishing"})
            with self.nothing_changes():
                self.press(button)
                if button.endswith("…"):
                    self.press("Yes, do it")
                self.assertReads(sentence)

    def test_addresses_that_name_nothing(self):
        for page, arguments, sentence in (
                ("user", {"user": NO_USER}, "reason: user_unknown"),
                ("user", {}, '"" is not the ID of an S3 user'),
                ("user", {"user": self.user_id.upper() + "x"}, "is not the ID of an S3 user"),
                ("bucket", {"bucket": "no-such-bucket"}, "reason: bucket_unknown"),
                ("bucket", {}, "The address names no bucket."),
                ("object", {"name": "no-such-object"}, "(reason: "),
                ("object", {}, "The address names no statistics object."),
                ("users", {"search": "x" * 255}, "Search is longer than 254 bytes."),
                ("users", {"server": 99}, "There is no server 99 of the module ostor."),
                ("users", {"server": 2}, "The server record lacks:"),
                ("audit", {"service_id": "-1"}, '"-1" is not the number of a service.'),
                ("audit", {"user_id": "nobody"}, "(reason: invalid_params"),
                ("deletions", {"service_id": "-1"}, '"-1" is not the number of a service.')):
            self.open_addon(page, **arguments)
            self.assertReads(sentence)

    def test_the_audit_can_be_searched_again_after_a_wrong_number(self):
        self.open_addon("audit")
        self.refuses("Service number", "first", "Search", '"first" is not the number of a service.')
        self.assertEqual("first", self.field("Service number").get_attribute("value"))
        self.fill("Service number", "77")
        self.press("Search")
        self.assertReads("There is nothing to list.")

    def test_users_that_must_stay(self):
        service = self.chain.order_and_pay()
        served = self.chain.service(service)["service"]["username"]
        with self.nothing_changes():
            for user_id, reason in ((self.other_id, "user_has_buckets"), (served, "user_in_use")):
                self.open_user(user_id)
                self.press("Delete user…")
                self.press("Yes, do it")
                self.assertIn(f"reason: {reason}", self.alert())
            self.open_user(self.other_id)
            self.press("Delete user…")
            self.press("Yes, do it")
            self.assertIn("not-yours", self.alert())

    def test_a_token_that_is_not_that_of_the_session(self):
        with self.nothing_changes():
            for token in ("", "0" * 40):
                self.open_user(self.user_id)
                self.set_hidden("token", token, self.form("Generate key"))
                self.press("Generate key")
                self.assertIn("The form has expired or was not sent from this page. Nothing was changed.", self.alert())
            with self.expecting(403):
                self.open_service(1, self.chain.whmcs("order", "--client", 1, "--product", 1)["service"])
                self.set_hidden("token", "0" * 40, self.driver.find_element("id", "module-command"))
                self.press("Create")
            self.assertReads("Invalid Token")

    def test_a_form_in_the_address_does_nothing(self):
        with self.nothing_changes():
            self.open_addon("users", action="create_user", email="by-address@example.com")
            self.open_addon("user", user=self.user_id, action="delete_user", confirmed=1)

    def test_somebody_who_logged_out_meanwhile(self):
        self.open_user(self.user_id)
        self.browser.forget()
        type(self).logged_in = None
        with self.nothing_changes():
            self.press("Generate key")
        self.assertEqual("Log In", one_of(self.driver, "//h1").text)

    def test_a_role_that_lost_its_access_meanwhile(self):
        self.open_user(self.user_id)
        self.chain.sql("UPDATE tbladdonmodules SET value = '2' WHERE setting = 'access'")
        self.addCleanup(self.chain.sql, "UPDATE tbladdonmodules SET value = '1' WHERE setting = 'access'")
        with self.nothing_changes(), self.expecting(403):
            self.press("Generate key")
        self.assertIn("Access Denied: your role may not open this addon module.", self.alert())

    def test_a_role_without_module_commands(self):
        service = self.chain.order_and_pay()
        self.log_in("sales")
        self.open_service(1, service)
        self.assertEqual([], self.driver.find_elements("id", "module-commands"))
        self.log_in("admin")
        self.open_service(1, service)
        self.chain.sql("UPDATE tbladmins SET roleid = 2 WHERE username = 'admin'")
        self.addCleanup(self.chain.sql, "UPDATE tbladmins SET roleid = 1 WHERE username = 'admin'")
        with self.nothing_changes(), self.expecting(403):
            self.press("Rotate S3 Keys")
        self.assertIn("Access Denied", self.alert())


class WithoutScope(PageTest):
    scopes = ("provision", "usage")

    @sends("action=create_user")
    def test_every_page_says_what_the_client_of_the_bridge_lacks(self):
        user_id = self.chain.create_user("closed@example.com")
        self.chain.create_bucket(user_id, "closed")
        self.log_in()
        with self.nothing_changes():
            for page in ("users", "user", "buckets", "bucket", "statistics", "object", "defaults", "audit", "deletions",
                         "drift", "adopt"):
                self.open_addon(page, user=user_id, bucket="closed", name="closed", run=1)
                self.assertReads("reason: scope_missing")
                self.assertDoesNotRead("closed@example.com")
            self.open_addon("users")
            self.fill("E-mail address", "new@example.com")
            self.press("Create user")
            self.assertIn("reason: scope_missing", self.driver.find_element("class name", "alert").text)
        # What the customer bought goes on.
        service = self.chain.order_and_pay()
        self.open_service(1, service)
        for button in ("Rotate S3 Keys", "Re-apply S3 Plan"):
            self.press(button)
            self.assertIn("The function was completed successfully", self.alert())


if __name__ == "__main__":
    unittest.main()
