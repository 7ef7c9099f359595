"""The settings customers copy are run: each text is copied from the page, the secret key put into its place as the page says,
and the app works with it.

Terraform, Cyberduck and Veeam cannot be had here: their texts are held against the fields their documentation names.
"""

import os
import plistlib
import re
import subprocess
import unittest

from client import ClientTest

CONTENT = "some content\n"


class Settings(ClientTest):
    """One service for all apps; each has a bucket of its own, but for those whose text names one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.chain.order_and_pay(1)
        cls.user_id = cls.chain.service(cls.service)["service"]["username"]
        cls.home = cls.chain.directory / "home"
        (cls.home / "Documents").mkdir(parents=True)
        (cls.home / "Documents" / "letter.txt").write_text(CONTENT)

    def setUp(self):
        super().setUp()
        self.log_in()

    def settings(self, name):
        """What the clipboard holds for an app, with the secret key from the page where it stands."""
        self.open_page("keys", self.service)
        self.press("Show secret key", leaves=False)
        key_id, secret = [code.text for code in self.wait_for_pairs().find_elements("tag name", "code")]
        self.open_page("connect", self.service)
        copied = self.copied(name)
        self.assertIn(key_id, copied)
        self.assertNotIn(secret, copied)
        self.assertNotIn("{{", copied)
        return copied.replace("YOUR_SECRET_KEY", secret)

    def run_app(self, *words, **environment):
        """Runs a program in a home of its own; it must succeed. Returns what it printed."""
        done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                              cwd=self.home, env={"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", **environment})
        self.assertEqual(0, done.returncode, f"{words}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def file(self, name, text):
        path = self.home / name
        path.write_text(text)
        return path

    def assertStored(self, bucket):
        """The bucket is the customer's, and there is something in it."""
        truth = self.chain.bucket(bucket)
        self.assertEqual(self.user_id, truth["owner_id"])
        self.assertGreater(truth["current"], 0)

    def test_aws_cli(self):
        text = self.settings("AWS CLI")
        self.assertIn("my-bucket", self.run_app("bash", "-e", self.file("aws.sh", text)))
        copy = text.replace("s3 mb s3://my-bucket", "s3 cp Documents/letter.txt s3://my-bucket/aws/letter.txt") \
            .replace("s3 ls", "s3 cp s3://my-bucket/aws/letter.txt -")
        self.assertNotEqual(text, copy)
        self.assertIn(CONTENT, self.run_app("bash", "-e", self.file("aws-copy.sh", copy)))
        self.assertStored("my-bucket")

    def test_rclone(self):
        config = self.file("rclone.conf", self.settings("rclone"))
        self.run_app("rclone", "--config", config, "mkdir", "storage:rclone-bucket")
        self.run_app("rclone", "--config", config, "copy", "Documents", "storage:rclone-bucket/deep/er")
        self.assertEqual("deep/er/letter.txt\n", self.run_app("rclone", "--config", config, "lsf", "--files-only", "--recursive", "storage:rclone-bucket"))
        self.run_app("rclone", "--config", config, "check", "--download", "Documents", "storage:rclone-bucket/deep/er")
        self.assertStored("rclone-bucket")

    def test_s3cmd(self):
        config = self.file("s3cmd.cfg", self.settings("s3cmd"))
        s3cmd = ("s3cmd", "--config", config)
        self.run_app(*s3cmd, "mb", "s3://s3cmd-bucket")
        self.run_app(*s3cmd, "put", "Documents/letter.txt", "s3://s3cmd-bucket/letter.txt")
        self.run_app(*s3cmd, "get", "s3://s3cmd-bucket/letter.txt", "s3cmd-letter.txt")
        self.assertEqual(CONTENT, (self.home / "s3cmd-letter.txt").read_text())
        self.assertStored("s3cmd-bucket")

    def test_restic(self):
        text = self.settings("restic")
        exports = "\n".join(line for line in text.splitlines() if line.startswith("export "))
        self.run_app("bash", "-e", self.file("restic.sh", text), RESTIC_PASSWORD="restic-password")
        options = re.search(r"^restic (.*) init$", text, re.M)[1]
        restored = self.file("restic-restore.sh", f"{exports}\nrestic {options} restore latest --target restored\n")
        self.run_app("bash", "-e", restored, RESTIC_PASSWORD="restic-password")
        self.assertEqual([CONTENT], [path.read_text() for path in self.home.glob("restored/**/letter.txt")])
        self.assertStored("my-bucket")

    def test_boto3(self):
        self.chain.create_bucket(self.user_id, "boto-bucket")
        text = self.settings("boto3 (Python)")
        self.assertIn("boto-bucket", self.run_app("/usr/bin/python3", self.file("storage.py", text)).split())
        more = ('\ns3.put_object(Bucket="boto-bucket", Key="letter", Body=b"some content")\n'
                'print(s3.get_object(Bucket="boto-bucket", Key="letter")["Body"].read().decode())\n')
        self.assertIn("some content", self.run_app("/usr/bin/python3", self.file("storage-more.py", text + more)))
        self.assertStored("boto-bucket")

    # For form

    def test_terraform(self):
        text = self.settings("Terraform")
        self.assertEqual(text.count("{"), text.count("}"))
        provider = re.search(r'^provider "aws" \{\n(.*?)^\}', text, re.M | re.S)[1]
        # Arguments of the provider's documentation.
        self.assertEqual({"region", "access_key", "secret_key", "s3", "s3_use_path_style", "skip_credentials_validation",
                          "skip_metadata_api_check", "skip_region_validation", "skip_requesting_account_id"},
                         set(re.findall(r"^\s+(\w+)\s+= ", provider, re.M)))
        self.assertIn(f's3 = "{self.endpoint()}"', provider)
        self.assertIn(f'secret_key = "{self.pairs()[0][1]}"', provider)

    def test_cyberduck(self):
        profile = plistlib.loads(self.settings("Cyberduck").encode())
        gateway = self.chain.gateways["eu1"]
        # Keys of Cyberduck's documentation of connection profiles.
        self.assertEqual({
            "Protocol": "s3", "Vendor": "storage", "Description": "127.0.0.1", "Scheme": "http", "Default Hostname": "127.0.0.1",
            "Default Port": gateway.port, "Region": "us-east-1", "Username": self.pairs()[0][0],
            "Properties": ["s3.bucket.virtualhost.disable=true"],
        }, profile)

    def test_veeam(self):
        text = self.settings("Veeam")
        # Fields of Veeam's wizard for S3 compatible object storage.
        fields = dict(re.findall(r"^([A-Z][a-z ]+):\s+(\S+)$", text, re.M))
        key_id, secret = self.pairs()[0]
        self.assertEqual({"Service point": self.endpoint(), "Region": "us-east-1", "Access key": key_id, "Secret key": secret,
                          "Bucket": "my-bucket"}, fields)

    def endpoint(self):
        return f"http://{self.chain.gateways['eu1'].address}"

    def test_every_app_of_the_page_is_tested(self):
        self.open_page("connect", self.service)
        names = [summary.text for summary in self.own().find_elements("tag name", "summary")]
        self.assertEqual(8, len(names))
        for name in names:
            test = "test_" + name.partition(" (")[0].lower().replace(" ", "_")
            self.assertTrue(hasattr(self, test), f"{name} has no {test}")


if __name__ == "__main__":
    unittest.main()
