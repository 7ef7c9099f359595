"""No customer sees or changes what belongs to another, whatever is sent; and secret keys are nowhere but on the page that
answers the wish to see them.
"""

import unittest

from client import FORM, FUNCTIONS, ClientTest, address

PAGES = ("overview", "keys", "connect", "usage", "revoke", "delete")


class Walls(ClientTest):
    """Client 2 is who attacks; the service of client 1 has two key pairs, a sub-account and a bucket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.chain.order_and_pay(1)
        cls.their_user = cls.chain.service(cls.theirs)["service"]["username"]
        cls.chain.s3_admin("gen-access-key", "-i", cls.their_user)
        cls.chain.s3_admin("create-account", "-n", "their-app", "-i", cls.their_user)
        cls.chain.create_bucket(cls.their_user, "their-bucket", 5)
        cls.own = cls.chain.order_and_pay(2)
        cls.own_user = cls.chain.service(cls.own)["service"]["username"]

    def setUp(self):
        super().setUp()
        self.log_in(2)
        self.user_id = self.their_user
        self.their_pairs = self.pairs() + self.pairs("their-app")
        self.before = self.chain.sql(f"SELECT * FROM tblhosting WHERE id = {self.theirs}")
        self.open_page("keys", self.own)
        self.valid = self.token()

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.before, self.chain.sql(f"SELECT * FROM tblhosting WHERE id = {self.theirs}"))
        self.assertEqual(self.their_pairs, self.pairs() + self.pairs("their-app"))

    def assertNothingOfTheirs(self, text):
        for part in (self.their_user, "their-app", "their-bucket", *(part for pair in self.their_pairs for part in pair)):
            self.assertNotIn(part, text)

    def fields(self, function, **changed):
        old = self.their_pairs[0][0]
        return {"token": self.valid, "id": str(self.theirs), "modop": "custom", "a": function, "key": old, "sub": "their-app",
                "month": "", **changed}

    def test_their_pages(self):
        with self.expecting(404):
            for page in PAGES:
                self.open_page(page, self.theirs, key=self.their_pairs[0][0], sub="their-app")
                self.assertReads("you have no such service")
                self.assertNothingOfTheirs(self.driver.page_source)

    def test_their_service_in_every_form(self):
        with self.nothing_changes(), self.expecting(404):
            for function in FUNCTIONS:
                for sub in ("", "their-app"):
                    # Their service in the form, in the address, and own one in the other.
                    for path, service in ((FORM, self.theirs), (f"{FORM}&id={self.own}", self.theirs)):
                        status, _, text = self.send("POST", path, self.fields(function, id=str(service), sub=sub))
                        self.assertEqual(404, status, f"{function} at {path}")
                        self.assertNothingOfTheirs(text)

    def test_their_service_in_the_address_of_a_form_of_the_own_one(self):
        with self.nothing_changes():
            for function in FUNCTIONS:
                if function in ("clientRotateKey", "clientCreateSubAccount"):
                    continue
                _, _, text = self.send("POST", f"{FORM}&id={self.theirs}", self.fields(function, id=str(self.own)))
                self.assertNothingOfTheirs(text.replace("their-app", ""))

    def test_their_keys_and_sub_accounts_through_the_own_service(self):
        with self.nothing_changes():
            for function in ("clientRotateKey", "clientRevokeKey", "clientShowKeys", "clientDeleteSubAccount"):
                status, _, text = self.send("POST", FORM, self.fields(function, id=str(self.own)))
                self.assertEqual(200, status)
                self.assertFalse(has_pairs(text))
            for key, secret in self.their_pairs:
                status, _, text = self.send("POST", FORM, self.fields("clientRevokeKey", id=str(self.own), key=key, sub=""))
                self.assertNotIn(secret, text)
        self.open_page("revoke", self.own, key=self.their_pairs[0][0])
        self.assertReads("There is no such key, or it has been revoked already.")
        self.open_page("delete", self.own, sub="their-app")
        self.assertReads("There is no sub-account of this name.")
        self.open_page("usage", self.own, bucket="their-bucket")
        self.assertDoesNotRead("by day")

    def test_their_user_cannot_be_named(self):
        with self.nothing_changes():
            for name in ("user_id", "username", "service_id", "serviceid", "params[username]", "cluster", "actor"):
                _, _, text = self.send("POST", FORM, self.fields("clientShowKeys", id=str(self.own), sub="") | {name: self.their_user})
                self.assertNothingOfTheirs(text)
                self.assertTrue(has_pairs(text))

    def test_guessed_services(self):
        with self.nothing_changes(), self.expecting(404):
            for guess in ("0", "-1", "999999999", "99999999999999999999", "1e0", f"{self.theirs}.0", f" {self.theirs}", f"0{self.theirs}",
                          f"{self.theirs} OR 1=1", "%00", "", "ä"):
                for page in ("overview", "keys"):
                    status, _, text = self.send("GET", address(guess, page))
                    self.assertEqual(404, status, guess)
                    self.assertNothingOfTheirs(text)
                status, _, text = self.send("POST", FORM, self.fields("clientShowKeys", id=guess, sub=""))
                self.assertEqual(404, status, guess)
                self.assertNothingOfTheirs(text)

    def test_their_action(self):
        with self.expecting(404):
            status, _, text = self.send("POST", f"/clientarea/service/{self.theirs}/custom-action/ostorKeys", {"token": self.valid})
        self.assertEqual(404, status)
        self.assertNothingOfTheirs(text)


class Forms(ClientTest):
    """How a form has to come, also of the own service."""

    def setUp(self):
        super().setUp()
        self.serve()
        self.open_page("keys")

    def refused(self, status, method, fields, path=FORM):
        with self.nothing_changes(), self.expecting(status):
            for function in FUNCTIONS:
                sent = {"id": str(self.service), "modop": "custom", "a": function, "sub": "", "key": self.first[0], **fields}
                if method == "GET":
                    query = "&".join(f"{name}={value}" for name, value in sent.items())
                    seen, _, text = self.send("GET", f"{path}&{query}")
                else:
                    seen, _, text = self.send("POST", path, sent)
                self.assertEqual(status, seen, function)
                self.assertNotIn(self.first[1], text)

    def test_addresses_do_nothing(self):
        self.refused(405, "GET", {"token": self.token()})

    def test_without_a_token(self):
        self.refused(403, "POST", {})
        self.refused(403, "POST", {"token": ""})
        self.refused(403, "POST", {"token": "0" * 40})

    def test_the_token_of_a_session_that_ended(self):
        stale = self.token()
        self.press("Logout")
        type(self).logged_in = None
        self.log_in()
        self.open_page("keys")
        self.assertNotEqual(stale, self.token())
        self.refused(403, "POST", {"token": stale})
        self.driver.execute_script("document.querySelectorAll('[name=token]').forEach(field => { field.value = arguments[0]; });", stale)
        with self.nothing_changes(), self.expecting(403):
            self.press("Make a new pair")

    def test_nobody_who_is_not_logged_in(self):
        self.browser.forget()
        type(self).logged_in = None
        for page in PAGES:
            self.open_page(page)
            self.assertIn("/login", self.driver.current_url)
        with self.nothing_changes():
            for function in FUNCTIONS:
                _, _, text = self.send("POST", FORM, {"id": str(self.service), "modop": "custom", "a": function})
                self.assertNotIn(self.first[0], text)

    def test_functions_that_are_not_for_customers(self):
        with self.nothing_changes(), self.expecting(403):
            for function in ("rotateKeys", "showCredentials", "reapplyPlan", "refreshUsage", "enableUser", "CreateAccount",
                             "SuspendAccount", "TerminateAccount", "ListAccounts", "clientrotatekey", ""):
                status, _, text = self.send("POST", FORM, {"token": self.token(), "id": str(self.service), "modop": "custom", "a": function})
                self.assertEqual(403, status, function)
                self.assertNotIn(self.first[1], text)

    def test_while_suspended_there_is_looking_only(self):
        self.chain.s3_admin("gen-access-key", "-i", self.user_id)
        self.chain.s3_admin("create-account", "-n", "app", "-i", self.user_id)
        self.chain.whmcs("module", "suspend", "--service", self.service, "--reason", "Not paid <b>")
        self.open_page("overview")
        self.assertReads("Reason: Not paid <b>")
        for page in ("overview", "keys", "connect", "usage"):
            self.open_page(page)
            self.assertEqual([], [text for text in self.buttons() if text.startswith(("Make", "Revoke", "Create", "Delete"))])
        self.open_page("revoke", key=self.first[0])
        self.assertEqual(["Back"], self.buttons())
        self.open_page("delete", sub="app")
        self.assertEqual(["Back"], self.buttons())
        self.open_page("keys")
        token = self.token()
        with self.nothing_changes():
            for function in ("clientRotateKey", "clientRevokeKey", "clientCreateSubAccount", "clientDeleteSubAccount"):
                _, _, text = self.send("POST", FORM, {
                    "token": token, "id": str(self.service), "modop": "custom", "a": function, "sub": "app", "key": self.pairs()[1][0]})
                self.assertIn("The service is suspended, so nothing can be changed.", text)
                self.assertFalse(has_pairs(text))
            self.open_page("overview")
            self.press("Show secret key", leaves=False)
            self.wait_for_pairs()
        self.assertReads(self.first[1])


class Secrets(ClientTest):
    def setUp(self):
        super().setUp()
        self.serve()

    def everywhere(self):
        """The page as it is, its address, what the browser keeps for it, and all that WHMCS keeps."""
        kept = self.driver.execute_script("return JSON.stringify([localStorage, sessionStorage, history.state, document.cookie]);")
        return self.driver.page_source + self.driver.current_url + kept + self.chain.sessions() + self.chain.logs()

    def assertNowhere(self):
        held = self.everywhere()
        secrets = self.secrets()
        self.assertNotEqual([], secrets)
        for secret in secrets:
            self.assertEqual(40, len(secret))
            self.assertNotIn(secret, held, self.driver.current_url)

    def secrets(self):
        holders = [None] + [account["name"] for account in self.user()["accounts"]]
        return [secret for holder in holders for _, secret in self.pairs(holder)]

    def assertOnThePageOnly(self, secret):
        self.assertReads(secret)
        self.assertNotIn(secret, self.driver.current_url + self.chain.sessions() + self.chain.logs())

    def test_not_before_they_are_asked_for(self):
        self.chain.s3_admin("gen-access-key", "-i", self.user_id)
        self.chain.s3_admin("create-account", "-n", "app", "-i", self.user_id)
        for page in PAGES:
            self.open_page(page, key=self.pairs()[1][0])
            self.assertNowhere()
        self.open("/clientarea.php")
        self.assertNowhere()

    def test_shown_in_place_and_gone_again(self):
        for page in ("overview", "keys"):
            for leave in (self.reload, lambda: self.open_page("connect"), self.away_and_back):
                self.open_page(page)
                self.press("Show secret key", leaves=False)
                self.wait_for_pairs()
                self.assertOnThePageOnly(self.first[1])
                leave()
                self.assertNowhere()

    def test_a_page_that_a_browser_keeps_is_kept_without_them(self):
        self.press("Show secret key", leaves=False)
        self.wait_for_pairs()
        self.assertReads(self.first[1])
        self.driver.execute_script("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));")
        self.assertNowhere()
        self.assertIn("Show secret key", self.buttons())

    def away_and_back(self):
        self.press("Connect an app", self.menu())
        self.back()

    def test_shown_on_a_page_of_its_own(self):
        self.browser.scripts(False)
        self.open_page("keys")
        self.press("Show secret key")
        self.assertOnThePageOnly(self.first[1])
        # Whoever goes on and comes back has to send the form again, which browsers ask about.
        self.press("Connect an app", self.menu())
        self.assertNowhere()

    def test_new_pairs_are_shown_once(self):
        self.open_page("keys")
        self.press("Make a new pair")
        self.assertOnThePageOnly(self.pairs()[-1][1])
        with self.nothing_changes():
            self.reload()
        self.assertNowhere()
        self.open_page("keys")
        self.fill("Name of the new sub-account", "app")
        self.press("Create sub-account")
        self.assertOnThePageOnly(self.pairs("app")[0][1])
        with self.nothing_changes():
            self.reload()
        self.assertNowhere()

    def test_an_answer_with_secrets_is_not_kept(self):
        self.open_page("keys")
        fields = {"token": self.token(), "id": str(self.service), "modop": "custom", "sub": ""}
        for function in ("clientShowKeys", "clientRotateKey"):
            kept = self.driver.execute_async_script(
                "const [form, fields, tell] = arguments;"
                "fetch(form, {method: 'POST', body: new URLSearchParams(fields)}).then(answer => tell(answer.headers.get('Cache-Control')));",
                FORM, {**fields, "a": function})
            self.assertIn("no-store", kept)


def has_pairs(page):
    """Whether a page as it is sent shows secret keys."""
    return '<section class="ostor-card" data-ostor-pairs' in page


if __name__ == "__main__":
    unittest.main()
