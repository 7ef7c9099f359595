"""Deletions, drift, adopting and client notes: the addon's pages by clicking, with the effect in WHMCS and at the gateway."""

import time
import unittest

from chain import PATIENCE
from pages import PageTest, one_of, sends

SECRET = "dbwTnQTW602aAAdq8DQVFzB6yrTCFTNiGB8C8RFA"


class Chores(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def serve(self):
        """A new service of client 1 with its S3 user."""
        self.service = self.chain.order_and_pay(1)
        self.user_id = self.chain.service(self.service)["service"]["username"]

    # Deletions

    def terminate(self, policy):
        """Ends a service that has data."""
        self.serve()
        self.chain.create_bucket(self.user_id, f"bucket-{self.service}", 5)
        self.chain.sql(f"UPDATE tblproducts SET configoption8 = '{policy}' WHERE id = 1")
        self.addCleanup(self.chain.sql, "UPDATE tblproducts SET configoption8 = 'refuse' WHERE id = 1")
        self.chain.whmcs("module", "terminate", "--service", self.service)

    def job(self):
        """The row of the service's deletion on the addon's page."""
        self.open_addon("deletions", service_id=self.service)
        rows = self.rows()
        self.assertEqual(1, len(rows))
        return rows[0]

    def wait_for(self, words):
        """Looks at the deletion again and again until it says something."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.job().text:
            self.assertLess(time.monotonic(), deadline, self.job().text)

    @sends("action=cancel_job", "confirmed=1")
    def test_a_deletion_is_cancelled_within_the_grace_time(self):
        self.terminate("grace")
        self.assertFalse(self.chain.user(self.user_id)["enabled"])
        row = self.job()
        self.assertIn("waits for the end of the grace time on", row.text)
        with self.nothing_changes():
            self.press("Cancel deletion…", row)
            self.assertReads("The data stays and the customer stays locked out.")
            self.assertReads(self.user_id)
        self.press("Yes, do it")
        self.assertIn("The deletion is cancelled.", self.alert())
        self.assertIn("cancelled", self.job().text)
        self.assertIsNotNone(self.chain.bucket(f"bucket-{self.service}"))
        self.open_service(1, self.service)
        self.press("Unsuspend")
        self.assertTrue(self.chain.user(self.user_id)["enabled"])
        self.assertEqual("Active", self.field("Status").get_attribute("value"))

    @sends("action=retry_job", "confirmed=1")
    def test_a_deletion_that_failed_goes_on_when_it_is_told_to(self):
        self.terminate("grace")
        self.chain.simulator("POST", "fault", {"fault": "status:503", "always": True})
        self.addCleanup(self.chain.simulator, "DELETE", "fault")
        # Under another policy the deletion that waits is due at once; the bridge has what it needs on record.
        self.chain.sql("UPDATE tblproducts SET configoption8 = 'purge' WHERE id = 1")
        self.chain.whmcs("module", "terminate", "--service", self.service)
        self.wait_for("failed; the next one is at")
        self.chain.simulator("DELETE", "fault")
        self.press("Retry…", self.job())
        self.assertReads("It deletes all data of the user for good.")
        self.press("Yes, do it")
        self.assertIn("The deletion goes on.", self.alert())
        self.wait_for("everything is deleted")
        self.assertIsNone(self.chain.user(self.user_id))
        self.assertIsNone(self.chain.bucket(f"bucket-{self.service}"))

    # Drift

    def finding(self, words):
        """The row of what disagrees about the service."""
        return one_of(self.driver, f"//tr[contains(., '{words}')][.//a[normalize-space()='#{self.service}']]")

    @sends("action=repair", "confirmed=1")
    def test_a_limit_that_was_changed_by_hand_is_put_back(self):
        self.serve()
        self.chain.s3_admin("set-limits", "-i", self.user_id, "-t", "ops", "-L", "get=7")
        self.open_addon("drift")
        with self.nothing_changes():
            self.press("Compare now")
            self.press("Repair…", self.finding(self.user_id))
            self.assertReads("This would be done about:")
        self.assertEqual(7, self.chain.user(self.user_id)["limits"]["ops:get"])
        self.press("Yes, do it")
        self.assertReads("Repaired.")
        self.assertEqual(100, self.chain.user(self.user_id)["limits"]["ops:get"])
        self.assertEqual([], [row.text for row in self.rows() if self.user_id in row.text])

    @sends("action=repair", "confirmed=1")
    def test_whmcs_suspends_whom_it_calls_suspended(self):
        self.serve()
        self.chain.sql(f"UPDATE tblhosting SET domainstatus = 'Suspended' WHERE id = {self.service}")
        self.open_addon("drift", run=1)
        with self.nothing_changes():
            self.press("Repair…", self.finding(self.user_id))
            self.assertReads(f"WHMCS runs SuspendAccount for service #{self.service}, which is Suspended.")
        self.press("Yes, do it")
        self.assertReads(f"WHMCS ran SuspendAccount for service #{self.service}.")
        self.assertFalse(self.chain.user(self.user_id)["enabled"])

    # Adopting

    def strangers(self, *names):
        """Services of another module's time, each with an S3 user whose key stands in a note: service, user, key."""
        made = []
        for name in names:
            user_id = self.chain.create_user(f"{name}@example.com")
            key = self.chain.user(user_id)["keys"][0]
            client = self.sql_id(f"INSERT INTO tblclients (email, currency, status) VALUES ('{name}@example.com', 1, 'Active')")
            service = self.sql_id("INSERT INTO tblhosting (userid, packageid, server, domainstatus) VALUES"
                                  f" ({client}, 1, 0, 'Active')")
            self.sql_id(f"INSERT INTO tblnotes (userid, created, note) VALUES ({client}, '2026-01-02', 'UserId: {user_id}\n"
                        f"AWSAccessKeyId: {key}\nAWSSecretAccessKey: {SECRET}')")
            made.append((service, user_id, key))
        return made

    def sql_id(self, statement):
        return int(self.chain.sql(f"{statement}; SELECT LAST_INSERT_ID()").split()[-1])

    def assertAdopted(self, service, user_id, key):
        stored = self.chain.service(service)
        self.assertEqual((user_id, "1"), (stored["service"]["username"], str(stored["service"]["server"])))
        self.assertEqual(key, stored["properties"]["Access Key ID"])
        keys = self.chain.s3_admin("query-user-info", "-i", user_id)["keys"]
        self.assertEqual([{"access_key_id": key, "secret_access_key": stored["service"]["password"]}], keys)

    @sends("action=adopt", "confirmed=1")
    def test_one_is_adopted(self):
        (service, user_id, key), = self.strangers("single")
        self.open_addon("adopt")
        with self.nothing_changes():
            self.press("Look for matches")
            row = self.row(f"#{service}")
            self.assertIn(user_id, row.text)
            self.press("Adopt…", row)
            self.assertReads(f"Adopt the S3 user {user_id} (single@example.com) for service #{service}?")
            self.press("Yes, do it")
            self.assertReads(f"The S3 user {user_id} (single@example.com) belongs to service #{service} now.")
        self.assertAdopted(service, user_id, key)

    @sends("action=adopt", "confirmed=1")
    def test_one_is_adopted_by_hand(self):
        user_id = self.chain.create_user("other-address@example.com")
        (service, _, _), = self.strangers("by-hand")
        self.open_addon("adopt")
        with self.nothing_changes():
            self.fill("Service number", str(service))
            self.fill("S3 user ID", user_id)
            self.press("Adopt this user…")
            self.press("Yes, do it")
        self.assertAdopted(service, user_id, self.chain.user(user_id)["keys"][0])

    @sends("action=adopt_all", "confirmed=1")
    def test_all_are_adopted(self):
        made = self.strangers("ada", "bea", "cid")
        self.open_addon("adopt", run=1)
        with self.nothing_changes():
            self.press(one_of(self.driver, "//button[starts-with(normalize-space(), 'Adopt all')]").text)
            self.assertReads("At the cluster nothing changes")
            self.press("Yes, do it")
            self.assertReads("Left to do: 0. Failed: 0.")
        for service in made:
            self.assertAdopted(*service)

    # Client notes

    @sends("action=scrub_notes", "confirmed=1")
    def test_secrets_are_taken_out_of_notes(self):
        self.strangers("noted")
        self.open_addon("notes")
        self.assertDoesNotRead(SECRET)
        before = self.notes()
        row = self.rows()[0]
        self.press("Scrub…", row)
        self.assertReads("AWSSecretAccessKey: [removed by ostor-bridge]")
        self.press("Cancel, nothing was changed")
        self.assertEqual(before, self.notes())
        self.press("Scrub all…")
        self.assertDoesNotRead(SECRET)
        self.press("Yes, do it")
        self.assertReads("Notes with secret keys: 0.")
        self.assertEqual(before.replace(SECRET, "[removed by ostor-bridge]"), self.notes())
        self.assertNotIn(SECRET, self.chain.logs())

    def notes(self):
        return self.chain.sql("SELECT id, note FROM tblnotes ORDER BY id")


if __name__ == "__main__":
    unittest.main()
