"""The client area: who is logged in there, and the customer's pages of a service."""

import urllib.parse

from pages import PASSWORD, PageTest, one_of, wait

THEMES = ("six", "twenty-one", "nexus")

# The log-ins of the sandbox's clients.
CLIENTS = {1: "sean.o'brien@example.com", 2: "zoe+storage@example.com"}

FORM = "/clientarea.php?action=productdetails"

# What customers may call, each with fields that fit some service.
FUNCTIONS = ("clientRotateKey", "clientRevokeKey", "clientShowKeys", "clientCreateSubAccount", "clientDeleteSubAccount",
             "clientDownloadUsage")

# Sends a request as a page's script would, and answers its status, address and text.
SEND = """
const [method, address, fields, tell] = arguments;
fetch(address, {method, body: fields && new URLSearchParams(fields), credentials: 'same-origin', cache: 'no-store'})
    .then(answer => answer.text().then(text => tell([answer.status, answer.url, text])), problem => tell([0, '', String(problem)]));
"""


class ClientTest(PageTest):
    """Tests of the customer's pages. Products 1 and 2 have as many sub-accounts as the member sub_accounts says."""

    addon = False
    sub_accounts = (2, 0)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for product, most in enumerate(cls.sub_accounts, 1):
            cls.chain.sql(f"UPDATE tblproducts SET configoption10 = '{most}' WHERE id = {product}")

    # Going about

    def log_in(self, client=1):
        """Who is logged in stays so for the tests of a class, and so do theme and language."""
        if type(self).logged_in == client:
            return
        self.browser.forget()
        type(self).logged_in = client
        self.open("/login")
        self.fill("Email Address", CLIENTS[client])
        self.fill("Password", PASSWORD)
        self.press("Login")

    def serve(self, client=1, product=1):
        """A new service of a client, opened on its overview; service, user_id and first, its key pair, tell of it."""
        self.service = self.chain.order_and_pay(client, product)
        self.user_id = self.chain.service(self.service)["service"]["username"]
        self.first = self.pairs()[0]
        self.log_in(client)
        self.open_page("overview")

    def open_page(self, page, service=None, **arguments):
        self.open(address(service or self.service, page, **arguments))

    def send(self, method, path, fields=None):
        """A request of the page's own origin and session; returns status, address and text of the answer."""
        return self.driver.execute_async_script(SEND, method, path, fields)

    def wait_for_pairs(self):
        """The part with secret keys, once it is in the page."""
        return wait(self.driver).until(lambda driver: driver.find_elements("css selector", "[data-ostor-pairs]"))[0]

    def copied(self, name, within=None):
        """Presses a button Copy, and returns what the clipboard holds then."""
        self.browser.command("Browser.grantPermissions", origin=f"http://{self.chain.pages.address}",
                             permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        told = one_of(self.own(), "./*[@role='status']")
        self.driver.execute_script("arguments[0].textContent = '';", told)
        button = one_of(within or self.own(), f".//button[@aria-label='Copy: {name}']")
        for settings in button.find_elements("xpath", "./ancestor::details[not(@open)]"):
            settings.find_element("tag name", "summary").click()
        button.click()
        wait(self.driver).until(lambda _: told.get_attribute("textContent") == "Copied")
        return self.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0]);")

    # Finding

    def card(self, title):
        """A part of the page by its heading."""
        return one_of(self.driver, f"//*[contains(@class, 'ostor-card')][h3[normalize-space()='{title}']]")

    def menu(self):
        return self.driver.find_element("class name", "ostor-nav")

    def sidebar(self):
        return self.driver.find_element("tag name", "aside")

    def own(self):
        """The customer's page without what WHMCS shows around it."""
        return self.driver.find_element("class name", "ostor")

    def notice(self):
        """What the page says of the form it answers."""
        return one_of(self.driver, "//main//*[@role='alert']").text

    def token(self):
        return self.driver.find_element("name", "token").get_attribute("value")

    def buttons(self):
        """The texts of all that can be pressed on the customer's page, without its menu."""
        found = self.own().find_elements("xpath", ".//button[not(@hidden)] | .//a[not(ancestor::nav)]")
        return [" ".join(element.get_attribute("textContent").split()) for element in found]

    # Knowing

    def user(self):
        """The truth about the service's user at the gateway."""
        return self.chain.user(self.user_id)

    def pairs(self, sub_account=None):
        """Key pairs at the gateway as (id, secret), the oldest first."""
        words = ["query-user-info", "-i", self.user_id] if sub_account is None else [
            "query-account-info", "-n", sub_account, "-i", self.user_id]
        return [(key["access_key_id"], key["secret_access_key"]) for key in self.chain.s3_admin(*words)["keys"]]

    def stored(self):
        """The key pair WHMCS has stored for the service."""
        stored = self.chain.service(self.service)
        return stored["properties"]["Access Key ID"], stored["service"]["password"]


def address(service, page, **arguments):
    """Of a page of a service; the overview is what WHMCS itself shows of it."""
    own = {} if page == "overview" else {"ostor": page}
    return "/clientarea.php?" + urllib.parse.urlencode({"action": "productdetails", "id": service, **own, **arguments})
