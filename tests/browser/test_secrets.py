"""Secret keys stand on the page that answers the wish to see them, and nowhere else."""

import unittest

from pages import PageTest, one_of


class Secrets(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def everywhere(self):
        """The page as it was sent and as it is now, its address, what the browser keeps for it, and the sessions."""
        kept = self.driver.execute_script("return JSON.stringify([localStorage, sessionStorage, history.state, document.cookie]);")
        return self.driver.page_source + self.driver.current_url + kept + self.chain.sessions()

    def assertNowhere(self, secrets):
        held = self.everywhere()
        self.assertNotEqual([], secrets)
        for secret in secrets:
            self.assertEqual(40, len(secret))
            self.assertNotIn(secret, held, self.driver.current_url)

    def assertOnThePageOnly(self, secrets):
        self.assertNotEqual([], secrets)
        for secret in secrets:
            self.assertIn(secret, self.text())
            self.assertNotIn(secret, self.driver.current_url)
            self.assertNotIn(secret, self.chain.sessions())

    def secrets(self, user_id):
        """All secret keys of a user and its sub-accounts."""
        accounts = [account["name"] for account in self.chain.user(user_id)["accounts"]]
        pairs = [self.chain.s3_admin("query-user-info", "-i", user_id)] + [
            self.chain.s3_admin("query-account-info", "-n", name, "-i", user_id) for name in accounts]
        return [key["secret_access_key"] for pair in pairs for key in pair["keys"]]

    def test_of_a_user_and_its_sub_account(self):
        user_id = self.chain.create_user("quiet@example.com")
        self.chain.s3_admin("create-account", "-n", "quieter", "-i", user_id)
        own, account = self.secrets(user_id)
        for section, secret, other in (("Access keys", own, account), ("Sub-accounts", account, own)):
            self.open_user(user_id)
            self.assertNowhere([own, account])
            self.press("Show secret keys", self.section(section))
            self.assertOnThePageOnly([secret])
            self.assertNotIn(other, self.driver.page_source)
            self.reload()
            self.assertReads("The secret keys were shown already.")
            self.assertNowhere([own, account])
            self.press("Show secret keys", self.section(section))
            self.assertOnThePageOnly([secret])
            self.press("Go on")
            self.assertNowhere([own, account])
            self.open_addon("audit")
            self.assertNowhere([own, account])
            self.open("/admin/systemactivitylog.php")
            self.assertReads("The secret keys of the")
            self.assertNowhere([own, account])
            self.open("/admin/systemmodulelog.php")
            self.assertNowhere([own, account])

    def test_going_back_shows_none(self):
        user_id = self.chain.create_user("back@example.com")
        secrets = self.secrets(user_id)
        self.open_user(user_id)
        self.press("Show secret keys", self.section("Access keys"))
        self.assertOnThePageOnly(secrets)
        self.back()
        self.assertReads("back@example.com")
        self.assertNowhere(secrets)
        self.press("Show secret keys", self.section("Access keys"))
        self.assertOnThePageOnly(secrets)
        self.press("Go on")
        # The page with the secrets is not kept, wherever back leads.
        self.back()
        self.assertReads("back@example.com")
        self.assertNowhere(secrets)

    def test_new_keys_are_shown_once(self):
        self.open_addon("users")
        self.fill("E-mail address", "new@example.com")
        self.press("Create user")
        user_id = one_of(self.driver, "//main//tbody//td[1]/code").text[:16]
        self.once(user_id, "reason: user_exists")
        self.open_user(user_id)
        self.press("Generate key")
        self.once(user_id, "The keys are no longer what they were when the form was made")
        self.open_user(user_id)
        self.fill("Name of the sub-account", "once")
        self.press("Create sub-account")
        self.once(user_id, "reason: sub_account_exists")

    def once(self, user_id, sentence):
        """The newest key pair stands on the page, and is gone with it."""
        newest = self.secrets(user_id)[-1:]
        self.assertOnThePageOnly(newest)
        keys = self.chain.user(user_id)
        self.reload()
        self.assertReads(sentence)
        self.assertNowhere(newest)
        self.assertEqual(keys, self.chain.user(user_id))

    def test_of_a_service(self):
        service = self.chain.order_and_pay()
        user_id = self.chain.service(service)["service"]["username"]
        secrets = self.secrets(user_id)
        for open_page in (lambda: self.open_service(1, service), lambda: self.open("/admin/clientssummary.php?userid=1"),
                          lambda: self.open("/admin/clients.php"), lambda: self.open("/admin/systemmodulelog.php"),
                          lambda: self.open("/admin/systemactivitylog.php"), lambda: self.open_user(user_id)):
            open_page()
            self.assertNowhere(secrets)
        self.open_service(1, service)
        self.press("Show S3 Credentials")
        self.assertOnThePageOnly(secrets)
        self.open_service(1, service)
        self.assertNowhere(secrets)
        self.press("Show S3 Credentials")
        self.back()
        self.assertNowhere(secrets)
        self.press("Rotate S3 Keys")
        self.assertEqual(2, len(self.secrets(user_id)))
        self.assertNowhere(self.secrets(user_id))


if __name__ == "__main__":
    unittest.main()
