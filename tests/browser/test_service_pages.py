"""WHMCS's own pages with what the module and the addon add to them: addon modules, products, services, clients."""

import re
import unittest

from chain import MODULES
from pages import PageTest, declared, one_of, sends

MODULE = MODULES / "servers" / "ostor"


class SwitchingOn(PageTest):
    addon = False

    @sends("action=activate", "action=save", "action=deactivate")
    def test_the_addon_opens_for_the_roles_that_are_ticked(self):
        self.log_in()
        self.open("/admin/configaddonmods.php")
        self.press("Activate", self.addon_section())
        self.assertIn("Tick the administrator roles that may use it under Access Control.", self.alert())
        self.denied(403)
        self.open("/admin/configaddonmods.php")
        self.tick("Full Administrator")
        self.press("Save Changes", self.addon_section())
        self.open("/admin/addonmodules.php")
        self.press("S3 Object Storage (ostor)")
        self.assertReads("Users found:")
        self.log_in("sales")
        self.denied(403)
        self.log_in()
        self.open("/admin/configaddonmods.php")
        self.tick("Sales Operator")
        self.press("Save Changes", self.addon_section())
        self.log_in("sales")
        self.open_addon("users")
        self.assertReads("Users found:")
        self.log_in()
        self.open("/admin/configaddonmods.php")
        self.press("Deactivate", self.addon_section())
        self.assertIn("The addon kept no data; nothing was removed.", self.alert())
        self.denied(404)

    @sends("packageconfigoption[2]=33")
    def test_saving_a_product_stores_its_settings_and_finds_the_hooks(self):
        self.chain.sql("UPDATE tblconfiguration SET value = '' WHERE setting = 'ModuleHooks'")
        service = self.chain.order_and_pay(2)
        self.log_in()
        self.open("/admin/clientssummary.php?userid=2")
        self.assertDoesNotRead("S3 object storage")
        self.open("/admin/configproducts.php")
        self.press("Object Storage 100")
        self.fill("Requests/s", "33")
        self.press("Save Changes")
        self.assertEqual("Changes Saved Successfully!", self.alert())
        self.open("/admin/configproducts.php?action=edit&id=1")
        self.assertEqual("33", self.field("Requests/s").get_attribute("value"))
        self.open("/admin/clientssummary.php?userid=2")
        self.assertReads("S3 object storage")
        # There is no addon to link to.
        self.assertDoesNotRead("All S3 users")
        self.open_service(2, service)
        self.press("Change Package")
        self.assertEqual(33, self.chain.user(self.chain.service(service)["service"]["username"])["limits"]["ops:default"])

    def denied(self, status):
        with self.expecting(status):
            self.open_addon("users")
        self.assertDoesNotRead("Users found")

    def addon_section(self):
        return self.driver.find_element("id", "addon-ostor_admin")

    def tick(self, role):
        one_of(self.addon_section(), f".//label[normalize-space()='{role}']/input").click()


class ServicePage(PageTest):
    """Services of client 1; every test has one of its own."""

    def setUp(self):
        super().setUp()
        self.log_in()

    def serve(self, product=1):
        self.service = self.chain.order_and_pay(1, product)
        self.user_id = self.chain.service(self.service)["service"]["username"]
        self.open_service(1, self.service)

    def user(self):
        return self.chain.user(self.user_id)

    def stored(self, name):
        """A row of the table of what WHMCS, bridge and gateway hold."""
        return one_of(self.driver, f"//tr[contains(@class, 'module-field')]//tr[th='{name}']").text

    def told(self):
        return one_of(self.driver, "//tr[contains(@class, 'module-field')][th='S3 result']/td").text

    @sends("modop=create", "modop=suspend", "suspreason=Not paid <b>", "modop=unsuspend", "modop=changepackage",
           "modop=terminate")
    def test_the_commands_of_whmcs(self):
        self.service = self.chain.whmcs("order", "--client", 1, "--product", 1)["service"]
        self.open_service(1, self.service)
        self.assertEqual("Pending", self.status())
        self.press("Create")
        self.assertIn("Service Created Successfully", self.alert())
        self.assertEqual("Active", self.status())
        self.user_id = self.field("Username").get_attribute("value")
        self.assertEqual(100, self.user()["quota_gb"])
        self.assertEqual((50, 100), (self.user()["limits"]["ops:default"], self.user()["limits"]["ops:get"]))

        self.fill("Suspend reason", "Not paid <b>")
        self.press("Suspend")
        self.assertIn("Service Suspended Successfully", self.alert())
        self.assertEqual("Suspended", self.status())
        self.assertReads("Suspend reason: Not paid <b>")
        self.assertFalse(self.user()["enabled"])
        with self.nothing_changes():
            self.press("Enable S3 User")
        self.assertIn("The service is suspended in WHMCS. Use Unsuspend", self.alert())

        self.press("Unsuspend")
        self.assertIn("Service Unsuspended Successfully", self.alert())
        self.assertTrue(self.user()["enabled"])

        self.chain.sql(f"UPDATE tblhosting SET packageid = 2 WHERE id = {self.service}")
        self.open_service(1, self.service)
        self.assertIn("differs", self.stored("Storage quota (GB)"))
        self.press("Change Package")
        self.assertIn("Service Upgraded/Downgraded Successfully", self.alert())
        self.assertNotIn("differs", self.stored("Storage quota (GB)"))
        self.assertEqual(500, self.user()["quota_gb"])

        self.chain.create_bucket(self.user_id, "still-there", 1)
        with self.nothing_changes():
            self.press("Terminate")
        self.assertIn("still-there", self.alert())
        self.assertEqual("Active", self.status())
        self.chain.simulator("DELETE", "bucket", {"bucket": "still-there"})
        self.press("Terminate")
        self.assertIn("Service Terminated Successfully", self.alert())
        self.assertEqual("Terminated", self.status())
        self.assertIsNone(self.user())

    def status(self):
        return self.field("Status").get_attribute("value")

    @sends("ac=rotateKeys")
    def test_rotating_keys_stores_a_new_pair_beside_the_old_one(self):
        self.serve()
        old = self.user()["keys"][0]
        self.press("Rotate S3 Keys")
        stored = self.chain.service(self.service)
        new = stored["properties"]["Access Key ID"]
        self.assertNotEqual(old, new)
        self.assertEqual({old, new}, set(self.user()["keys"]))
        self.assertIn(f"The new key {new} is stored in the service. The old key {old} works until it is revoked",
                      self.told())
        keys = self.chain.s3_admin("query-user-info", "-i", self.user_id)["keys"]
        self.assertIn({"access_key_id": new, "secret_access_key": stored["service"]["password"]}, keys)
        self.press("Keys, sub-accounts, limits, buckets and usage")
        self.press("Revoke…", self.row(old))
        self.press("Yes, do it")
        self.assertEqual([new], self.user()["keys"])
        self.open_service(1, self.service)
        self.assertNotIn("differs", self.stored("Access key ID"))

    @sends("ac=showCredentials")
    def test_the_credentials_are_shown(self):
        self.serve()
        stored = self.chain.service(self.service)
        with self.nothing_changes():
            self.press("Show S3 Credentials")
        shown = one_of(self.driver, "//tr[contains(@class, 'module-field')][th='S3 credentials']").text
        self.assertIn(stored["service"]["password"], shown)
        self.assertIn(stored["properties"]["Access Key ID"], shown)

    @sends("ac=reapplyPlan")
    def test_the_plan_is_put_back(self):
        self.serve()
        self.assertNotIn("differs", self.text())
        self.chain.s3_admin("set-limits", "-i", self.user_id, "-t", "ops", "-L", "get=7")
        self.chain.s3_admin("set-quotas", "-i", self.user_id, "-q", "9")
        self.open_service(1, self.service)
        self.assertIn("differs", self.stored("GET/s"))
        self.assertIn("differs", self.stored("Storage quota (GB)"))
        self.assertNotIn("differs", self.stored("PUT/s"))
        self.press("Re-apply S3 Plan")
        self.assertNotIn("differs", self.text())
        self.assertEqual((100, 100), (self.user()["limits"]["ops:get"], self.user()["quota_gb"]))

    @sends("ac=refreshUsage")
    def test_the_usage_columns_are_refreshed(self):
        self.serve()
        self.chain.create_bucket(self.user_id, "measured", 300 * 1024 ** 2)
        self.open_service(1, self.service)
        self.assertReads("Buckets: 1. Stored: 0.29 GiB (314572800 bytes)")
        with self.nothing_changes():
            self.press("Refresh S3 Usage")
        self.assertIn("Disk usage: 300 MB.", self.told())
        self.assertEqual(300, int(float(self.chain.service(self.service)["service"]["diskusage"])))
        self.open_service(1, self.service)
        self.assertIn("300 /", self.row("Disk Usage").text)

    @sends("ac=enableUser")
    def test_a_user_locked_out_by_hand_is_let_in_again(self):
        self.serve()
        self.chain.s3_admin("disable-user", "-i", self.user_id)
        self.open_service(1, self.service)
        self.assertIn("differs", self.stored("State"))
        self.press("Enable S3 User")
        self.assertEqual("The S3 user is enabled, with its plan in force.", self.told())
        self.assertTrue(self.user()["enabled"])
        self.assertNotIn("differs", self.text())

    @sends("ac=cancelDeletion", "ac=retryDeletion", "modop=terminate", "modop=unsuspend")
    def test_a_deletion_is_seen_and_decided_about(self):
        self.serve()
        self.assertEqual([], self.driver.find_elements("xpath", "//button[normalize-space()='Cancel S3 Deletion']"))
        self.chain.create_bucket(self.user_id, "kept-a-while", 1)
        self.chain.sql("UPDATE tblproducts SET configoption8 = 'grace' WHERE id = 1")
        self.addCleanup(self.chain.sql, "UPDATE tblproducts SET configoption8 = 'refuse' WHERE id = 1")
        self.press("Terminate")
        self.assertIn("Service Terminated Successfully", self.alert())
        self.assertReads("waits for the end of the grace time on")
        self.press("Retry S3 Deletion")
        self.assertIn("There is nothing to try again.", self.alert())
        self.press("Cancel S3 Deletion")
        self.assertIn("The deletion is cancelled: the data stays", self.told())
        self.press("Deletions of this service")
        self.assertIn("cancelled", self.rows()[0].text)
        self.open_service(1, self.service)
        self.press("Unsuspend")
        self.assertTrue(self.user()["enabled"])
        self.assertIsNotNone(self.chain.bucket("kept-a-while"))

    @sends("modop=create", "domainstatus=Pending")
    def test_before_create_the_buttons_say_what_is_missing(self):
        self.service = self.chain.whmcs("order", "--client", 1, "--product", 1)["service"]
        with self.nothing_changes():
            for button in ("Rotate S3 Keys", "Show S3 Credentials", "Refresh S3 Usage"):
                self.open_service(1, self.service)
                self.press(button)
                self.assertIn("The service has no S3 user yet. Run Create first.", self.alert())
        self.press("Create")
        self.choose("Status", "Pending")
        self.press("Save Changes")
        self.assertIn("Changes Saved Successfully!", self.alert())

    def test_the_page_of_a_service_comes_up_while_the_bridge_is_gone(self):
        self.serve()
        self.chain.sql("UPDATE tblservers SET port = 1 WHERE id = 1")
        self.addCleanup(self.chain.sql, f"UPDATE tblservers SET port = {self.chain.bridge.port} WHERE id = 1")
        self.open_service(1, self.service)
        self.assertReads("cannot be reached")
        self.assertReads(self.user_id)
        self.press("Rotate S3 Keys")
        self.assertIn("cannot be reached", self.alert())
        self.open("/admin/clientssummary.php?userid=1")
        self.assertReads("cannot be reached")
        self.assertReads("Other Actions")
        self.open_addon("users")
        self.assertReads("cannot be reached")

    def test_the_summary_of_a_client_leads_to_its_storage(self):
        self.serve()
        self.chain.create_bucket(self.user_id, "summed", 1024 ** 3)
        self.open("/admin/clientssummary.php?userid=1")
        row = self.row(self.user_id, self.driver.find_element("id", "ostor-summary")).text
        for part in ("WHMCS: Active. Bridge: active. Gateway: active.", self.user()["keys"][0], "Storage quota (GB): 100",
                     "1.00 GiB"):
            self.assertIn(part, row)
        links = {f"S3 user of service #{self.service}": f"S3 user {self.user_id}",
                 "Search S3 users by the client's address": "Users found: 0.",
                 "All S3 users": "Users found:",
                 "All S3 buckets": "summed",
                 "S3 statistics objects": "The gateway writes down its traffic in these objects."}
        for link, sentence in links.items():
            self.open("/admin/clientssummary.php?userid=1")
            self.press(link)
            self.assertReads(sentence)
        self.open("/admin/clientssummary.php?userid=1")
        self.press("Create S3 user")
        self.assertEqual("sean.o'brien@example.com", self.field("E-mail address").get_attribute("value"))
        self.press("Create user")
        self.press("Go on")
        self.assertReads("sean.o'brien@example.com")
        self.open("/admin/clientssummary.php?userid=1")
        self.press(self.user_id, self.driver.find_element("id", "ostor-summary"))
        self.press(f"#{self.service} (active)")
        self.assertEqual("Active", self.status())

    def test_no_button_of_the_module_is_without_a_test(self):
        settings = (MODULE / "lib" / "Settings.php").read_text()
        buttons = set(re.findall(r"Lang::text\('button_\w+'\) => '(\w+)'", settings))
        self.assertEqual(buttons, declared([ServicePage], "ac"))
        functions = re.findall(r"^function ostor_([A-Z]\w+Account|ChangePackage)\(", (MODULE / "ostor.php").read_text(), re.M)
        commands = {name.lower().removesuffix("account") for name in functions}
        self.assertEqual(commands, declared([ServicePage], "modop"))


if __name__ == "__main__":
    unittest.main()
