"""Markup in whatever people or programs can write is text on every page. PageTest looks for what it would leave behind."""

import unittest

from pages import MARKUP, PageTest, sends

# The gateway's own users have such an address, too; spaces would not get into one.
ADDRESS = "\"><i/data-injected=1>'&@example.com"


class Injection(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_in_every_search_box(self):
        for page, label in (("users", "Part of an e-mail address or user ID"), ("buckets", "Part of a bucket's name")):
            self.open_addon(page)
            self.fill(label, MARKUP)
            self.press("Search")
            self.assertEqual(MARKUP, self.field(label).get_attribute("value"))
            self.assertReads("found: 0.")
        self.open_addon("audit")
        self.fill("S3 user ID", MARKUP)
        self.press("Search")
        self.assertEqual(MARKUP, self.field("S3 user ID").get_attribute("value"))
        self.open_addon("audit")
        self.driver.execute_script("document.querySelectorAll('input').forEach(field => field.removeAttribute('maxlength'));")
        self.fill("Service number", MARKUP[:18])
        self.press("Search")
        self.assertReads(f'"{MARKUP[:18]}" is not the number of a service.')
        self.open_addon("statistics")
        self.fill("Name of a statistics object", MARKUP)
        self.press("Look at it")
        self.assertReads(f"Statistics object {MARKUP}")

    def test_in_every_part_of_the_address(self):
        for page, names in {"users": ["search", "cursor", "email"], "user": ["user"], "buckets": ["search", "cursor"],
                            "bucket": ["bucket"], "statistics": ["cursor"], "object": ["name"],
                            "audit": ["user_id", "service_id", "cursor"], "deletions": ["service_id", "cursor"],
                            "drift": ["run"], "adopt": ["run", "after"], "notes": ["run"]}.items():
            for name in names:
                self.open_addon(page, **{name: MARKUP})
        user_id = self.chain.create_user("addressed@example.com")
        for name in ("cursor", "range"):
            self.open_addon("user", **{"user": user_id, name: MARKUP})
        self.open_addon("users", server=MARKUP[:18])
        self.assertReads(f"There is no server {MARKUP[:18]} of the module ostor.")
        self.open_addon("user", user=MARKUP)
        self.assertReads(f'"{MARKUP}" is not the ID of an S3 user')
        self.open_addon(MARKUP)
        self.assertReads("Users found:")

    @sends("action=create_user", "action=create_account", "action=delete_account", "account=" + MARKUP)
    def test_in_addresses_and_sub_accounts(self):
        self.open_addon("users")
        self.fill("E-mail address", ADDRESS)
        self.press("Create user")
        self.assertReads(f"({ADDRESS}) was created.")
        self.press("Go on")
        self.assertReads(ADDRESS)
        user_id = self.driver.current_url[-16:]
        self.assertEqual(ADDRESS, self.chain.user(user_id)["email"])
        self.fill("Name of the sub-account", MARKUP)
        self.press("Create sub-account")
        self.assertReads(f"The sub-account {MARKUP} was created.")
        self.press("Go on")
        self.assertReads(f"Sub-account {MARKUP}")
        self.press("Show secret keys", self.section("Sub-accounts"))
        self.assertReads(f"The secret keys of the sub-account {MARKUP} were shown.")
        # The audit and the log of WHMCS hold it as well, and so do refusals.
        self.open_addon("audit")
        self.assertReads(ADDRESS)
        self.assertReads(MARKUP)
        self.open("/admin/systemactivitylog.php")
        self.assertReads(MARKUP)
        self.open_addon("users", search="data-injected")
        self.assertReads(ADDRESS)
        self.fill("E-mail address", ADDRESS)
        self.press("Create user")
        self.assertIn(ADDRESS, self.alert())
        self.assertIn("reason: user_exists", self.alert())
        self.open_user(user_id)
        self.press("Delete sub-account…")
        self.assertReads(f"Delete the sub-account {MARKUP}?")
        self.press("Yes, do it")
        self.assertReads(f"The sub-account {MARKUP} was deleted.")
        self.assertEqual([], self.chain.user(user_id)["accounts"])

    @sends("action=delete_bucket", "action=set_quota", "action=set_limits")
    def test_in_names_of_buckets_and_lines_of_statistics(self):
        user_id = self.chain.create_user("odd-buckets@example.com")
        self.chain.create_bucket(user_id, MARKUP, 10)
        self.chain.simulator("POST", "traffic", {"user_id": user_id, "bucket": MARKUP, "get": 3, "downloaded": 9})
        self.chain.simulator("POST", "restart", {"gateway": 0, "flush": True})
        self.open_addon("buckets")
        self.press(MARKUP)
        self.assertReads(f"Bucket {MARKUP}")
        self.fill("Quota in gigabytes", "3")
        self.press("Set quota")
        self.assertReads("The quota is 3 GB.")
        self.fill("GET/s", MARKUP[:18])
        self.press("Set limits")
        self.assertIn(f'GET/s: "{MARKUP[:18]}" is not a limit.', self.alert())
        self.assertEqual(MARKUP[:18], self.field("GET/s").get_attribute("value"))
        self.press("Delete bucket…")
        self.assertReads(f"Delete the bucket {MARKUP}?")
        self.press("Yes, do it")
        # No S3 client can name such a bucket.
        self.assertIn("DELETE bucket was refused by the gateway", self.alert())
        self.open_user(user_id)
        self.assertReads(MARKUP)
        self.open_addon("statistics")
        self.press(self.rows()[-1].find_element("tag name", "a").text)
        self.assertReads(MARKUP)
        self.open_addon("object", name=MARKUP)
        self.assertReads(f"Statistics object {MARKUP}")

    @sends("notes=" + MARKUP, "suspreason=" + MARKUP, "domain=" + MARKUP)
    def test_in_what_whmcs_knows_of_the_client(self):
        service = self.chain.order_and_pay(2)
        quoted = MARKUP.replace("'", "''")
        self.chain.sql(f"UPDATE tblclients SET firstname = '{quoted}', companyname = '{quoted}', email = '{quoted}',"
                       " address1 = firstname WHERE id = 2")
        self.chain.sql(f"INSERT INTO tblnotes (userid, adminid, created, modified, note, sticky)"
                       f" VALUES (2, 1, NOW(), NOW(), '{quoted}', 1)")
        self.chain.sql(f"UPDATE tblproducts SET name = '{quoted}' WHERE id = 1")
        self.chain.sql(f"UPDATE tblservers SET name = '{quoted}' WHERE id = 2")
        self.chain.sql(f"UPDATE tbladmins SET username = '{quoted}' WHERE username = 'admin'")
        self.addCleanup(self.chain.sql, f"UPDATE tbladmins SET username = 'admin' WHERE username = '{quoted}'")
        self.open_service(2, service)
        self.fill("Admin Notes", MARKUP)
        self.fill("Domain", MARKUP)
        self.press("Save Changes")
        self.assertEqual(MARKUP, self.field("Domain").get_attribute("value"))
        self.fill("Suspend reason", MARKUP)
        self.press("Suspend")
        self.assertReads(f"Suspend reason: {MARKUP}")
        self.open("/admin/clientssummary.php?userid=2")
        panel = self.driver.find_element("id", "ostor-summary").text
        self.assertIn(f"#{service} {MARKUP}", panel)
        self.press("Search S3 users by the client's address")
        self.assertEqual(MARKUP, self.field("Part of an e-mail address or user ID").get_attribute("value"))
        self.assertEqual(MARKUP, self.field("Server").find_elements("tag name", "option")[1].text)
        self.open("/admin/clientssummary.php?userid=2")
        self.press("Create S3 user")
        self.assertEqual(MARKUP, self.field("E-mail address").get_attribute("value"))
        self.open_user(self.chain.service(service)["service"]["username"])
        self.press("Enable user")
        self.open_addon("audit")
        self.assertReads(MARKUP)
        for page in ("clients", "systemactivitylog", "systemmodulelog", "configproducts"):
            self.open(f"/admin/{page}.php")
        # Stored as it cannot come from the module: the user of a service is named by WHMCS.
        self.chain.sql(f"UPDATE tblhosting SET username = '{quoted}' WHERE id = {service}")
        self.open_service(2, service)
        self.press("Rotate S3 Keys")
        self.open("/admin/clientssummary.php?userid=2")

    def test_in_what_a_proxy_answers_for_the_gateway(self):
        user_id = self.chain.create_user("behind-a-proxy@example.com")
        for fault in ("html_502_before", "broken_body", "status:503"):
            self.chain.simulator("POST", "fault", {"fault": fault, "always": True})
            self.addCleanup(self.chain.simulator, "DELETE", "fault")
            for page in ("users", "buckets", "statistics", "defaults"):
                self.open_addon(page)
                self.assertRegex(self.text(), r"\(reason: gateway_\w+, request \w+\)")
            self.open_user(user_id)
            self.assertRegex(self.text(), r"\(reason: gateway_\w+, request \w+\)")
            self.chain.simulator("DELETE", "fault")


if __name__ == "__main__":
    unittest.main()
