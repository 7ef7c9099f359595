"""Everything works in a browser that runs no scripts."""

import unittest

from pages import PageTest, sends


class WithoutScripts(PageTest):
    def setUp(self):
        super().setUp()
        self.browser.scripts(False)
        self.driver.get("data:text/html,<p>off</p><script>document.querySelector('p').textContent = 'on'</script>")
        self.assertEqual("off", self.driver.find_element("tag name", "p").text)

    @sends("action=create_user", "action=generate_key", "action=revoke_key", "action=set_limits", "action=set_quota",
           "action=create_account", "action=delete_account", "action=show_secrets", "action=delete_user",
           "action=disable_user", "confirmed=1")
    def test_the_life_of_a_user(self):
        self.log_in()
        self.open_addon("users")
        self.fill("E-mail address", "plain@example.com")
        self.press("Create user")
        self.press("Go on")
        user_id = self.driver.current_url[-16:]
        first = self.chain.user(user_id)["keys"][0]
        self.press("Generate key")
        self.press("Go on")
        self.press("Revoke…", self.row(first))
        self.press("Yes, do it")
        self.assertNotIn(first, self.chain.user(user_id)["keys"])
        self.press("Show secret keys")
        self.press("Go on")
        self.fill("Name of the sub-account", "plain")
        self.press("Create sub-account")
        self.press("Go on")
        self.press("Delete sub-account…")
        self.press("Yes, do it")
        self.fill("GET/s", "5")
        self.press("Set limits")
        self.fill("Quota in gigabytes", "6")
        self.press("Set quota")
        user = self.chain.user(user_id)
        self.assertEqual((5, 6, []), (user["limits"]["ops:get"], user["quota_gb"], user["accounts"]))
        self.press("Disable user…")
        self.press("Yes, do it")
        self.assertFalse(self.chain.user(user_id)["enabled"])
        self.press("Delete user…")
        self.press("Yes, do it")
        self.assertIsNone(self.chain.user(user_id))
        self.fill("Part of an e-mail address or user ID", "plain@")
        self.press("Search")
        self.assertReads("Users found: 0.")
        for tab in ("Buckets", "Statistics objects", "Defaults", "Deletions", "Drift", "Adopt", "Client notes", "Audit", "Users"):
            self.press(tab)

    @sends("modop=create", "ac=rotateKeys", "modop=suspend", "modop=unsuspend")
    def test_a_service_and_its_client(self):
        service = self.chain.whmcs("order", "--client", 1, "--product", 1)["service"]
        self.log_in()
        self.open_service(1, service)
        self.press("Create")
        user_id = self.chain.service(service)["service"]["username"]
        self.press("Rotate S3 Keys")
        self.assertEqual(2, len(self.chain.user(user_id)["keys"]))
        self.press("Suspend")
        self.assertFalse(self.chain.user(user_id)["enabled"])
        self.press("Unsuspend")
        self.assertTrue(self.chain.user(user_id)["enabled"])
        self.open("/admin/clientssummary.php?userid=1")
        self.press(f"S3 user of service #{service}")
        for step in ("48 hours", "12 months", "30 days"):
            self.press(step)
            self.assertReads(user_id)


if __name__ == "__main__":
    unittest.main()
