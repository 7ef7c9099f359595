"""The simulator's data plane beside an S3 server that others wrote: the same requests, the same outcome.

Needs OSTOR_BRIDGE_BIN, and what tests/radosgw needs.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.parse

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

HERE = pathlib.Path(__file__).parent
KEYS = json.loads((HERE / "fixtures/s3/odd_keys.json").read_text())
PAIR = ("0123456789abcdefPEER", "exampleSecretExampleSecretExampleSecret0")
# No step takes longer, in seconds.
PATIENCE = 300


def is_in_xml(key):
    """Whether XML 1.0 has all characters of a key, in any form."""
    return all(c in "\t\n\r" or " " <= c <= "\ufffd" or c >= "\U00010000" for c in key)


class Server:
    """An S3 server of this module's, and a client of it."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline().split()
        if not line:
            raise AssertionError(f"{name} did not start")
        self.endpoint = "http://" + line[-1].removeprefix("http://")
        self.s3 = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=PAIR[0],
            aws_secret_access_key=PAIR[1],
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}, read_timeout=PATIENCE),
        )

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def versions(self, bucket, kind="Versions"):
        """Key and version id of all versions, or of all delete markers, of which there are few."""
        # On one page: S3 encodes NextKeyMarker as it does keys, radosgw does not, which leads botocore astray.
        page = self.s3.list_object_versions(Bucket=bucket, MaxKeys=1000)
        if page["IsTruncated"]:
            raise AssertionError("there is more in the bucket than was put there")
        return [(found["Key"], found["VersionId"]) for found in page.get(kind, [])]

    def uploads(self, bucket):
        """Key and id of all unfinished uploads."""
        found, marker = [], {}
        while True:
            page = self.s3.list_multipart_uploads(Bucket=bucket, EncodingType="url", MaxUploads=7, **marker)
            uploads = page.get("Uploads", [])
            found += [(urllib.parse.unquote_plus(upload["Key"]), upload["UploadId"]) for upload in uploads]
            if not page["IsTruncated"]:
                return found
            if not uploads:
                raise AssertionError(f"{self.name} listed an empty page of uploads")
            # Not NextKeyMarker, see above.
            marker = {"KeyMarker": found[-1][0], "UploadIdMarker": found[-1][1]}

    def empty(self, bucket):
        """Deletes whatever is in a bucket, one by one, and the bucket."""
        for key, version in self.versions(bucket) + self.versions(bucket, "DeleteMarkers"):
            self.s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
        for key, upload in self.uploads(bucket):
            self.s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
        self.s3.delete_bucket(Bucket=bucket)

    def outcome(self, method, **wish):
        """Status and error code of a call."""
        try:
            return getattr(self.s3, method)(**wish)["ResponseMetadata"]["HTTPStatusCode"]
        except ClientError as error:
            return (error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"])


SERVERS = []


def setUpModule():
    commands = {
        "radosgw": [HERE / "radosgw", f"peer:{PAIR[0]}:{PAIR[1]}"],
        "simulator": [
            os.environ["OSTOR_BRIDGE_BIN"], "simulate", "--listen", "127.0.0.1:0",
            "--system-key", PAIR[0], "--system-secret", PAIR[1],
        ],
    }  # fmt: skip
    for name, command in commands.items():
        SERVERS.append(Server(name, command))


def tearDownModule():
    for server in SERVERS:
        server.end()


class PeerTest(unittest.TestCase):
    def each(self):
        for server in SERVERS:
            with self.subTest(server.name):
                yield server

    def test_odd_keys_come_back_and_go(self):
        for server in self.each():
            s3 = server.s3
            s3.create_bucket(Bucket="odd")
            s3.put_bucket_versioning(Bucket="odd", VersioningConfiguration={"Status": "Enabled"})
            for key in KEYS:
                s3.put_object(Bucket="odd", Key=key, Body=b"x")
            found = server.versions("odd")
            self.assertEqual(sorted(key for key, _ in found), sorted(KEYS))
            for key, version in found:
                wish = {"Objects": [{"Key": key, "VersionId": version}]}
                if is_in_xml(key):
                    answer = s3.delete_objects(Bucket="odd", Delete=wish)
                    self.assertEqual([gone["Key"] for gone in answer["Deleted"]], [key])
                else:
                    with self.assertRaises(ClientError) as refused:
                        s3.delete_objects(Bucket="odd", Delete=wish)
                    status = refused.exception.response["ResponseMetadata"]["HTTPStatusCode"]
                    self.assertEqual(status, 400, repr(key))
            left = sorted(key for key, _ in server.versions("odd"))
            self.assertEqual(left, sorted(key for key in KEYS if not is_in_xml(key)))
            server.empty("odd")

    def test_uploads_of_odd_keys(self):
        for server in self.each():
            server.s3.create_bucket(Bucket="uploads")
            for key in KEYS:
                try:
                    server.s3.create_multipart_upload(Bucket="uploads", Key=key)
                except ResponseParserError:
                    # The answer names the key.
                    self.assertFalse(is_in_xml(key), repr(key))
            self.assertEqual(sorted(key for key, _ in server.uploads("uploads")), sorted(KEYS))
            server.empty("uploads")

    def test_object_lock(self):
        until = datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
        kept = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
        suspended = {"Status": "Suspended"}
        outcomes = {}
        for server in self.each():
            s3, seen = server.s3, []
            s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
            s3.create_bucket(Bucket="plain")
            s3.put_object(Bucket="plain", Key="k", Body=b"x")
            version = s3.put_object(Bucket="locked", Key="k", Body=b"x", **kept)["VersionId"]
            head = s3.head_object(Bucket="locked", Key="k")
            seen.append((head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]))
            one = {"Bucket": "locked", "Key": "k", "VersionId": version}
            seen += [
                server.outcome("get_object_lock_configuration", Bucket="plain"),
                server.outcome("get_object_retention", Bucket="plain", Key="k"),
                server.outcome("put_object", Bucket="plain", Key="k", Body=b"x", **kept),
                server.outcome("put_bucket_versioning", Bucket="locked", VersioningConfiguration=suspended),
                server.outcome("delete_object", Bucket="locked", Key="k"),
                server.outcome("delete_object", **one),
            ]
            wish = {"Objects": [{"Key": "k", "VersionId": version}, {"Key": "none"}]}
            answer = s3.delete_objects(Bucket="locked", Delete=wish)
            seen.append([(error["Key"], error["Code"]) for error in answer["Errors"]])
            seen.append(server.outcome("delete_object", BypassGovernanceRetention=True, **one))
            outcomes[server.name] = seen
            server.empty("locked")
            server.empty("plain")
        self.assertEqual(outcomes["simulator"], outcomes["radosgw"])
        self.assertEqual(outcomes["radosgw"][6], (403, "AccessDenied"))

    def test_both_are_filled_alike(self):
        for server in self.each():
            command = [
                sys.executable, HERE / "s3_load.py", server.endpoint, *PAIR, "filled", "--odd", "--objects", "20",
                "--versions", "3", "--markers", "1", "--uploads", "60", "--bytes", "5",
            ]  # fmt: skip
            told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout)
            keys = KEYS + [f"{number:08}" for number in range(20)]
            self.assertEqual(
                told,
                {
                    "keys": len(keys),
                    "versions": 3 * len(keys),
                    "markers": len(keys),
                    "uploads": 60,
                    "bytes": 5 * (3 * len(keys) + 60),
                },
            )
            self.assertEqual(sorted(key for key, _ in server.versions("filled")), sorted(3 * keys))
            markers = server.versions("filled", "DeleteMarkers")
            self.assertEqual(sorted(key for key, _ in markers), sorted(keys))
            uploads = [key for key, _ in server.uploads("filled")]
            self.assertEqual(sorted(uploads), sorted(KEYS + KEYS[: 60 - len(KEYS)]))
            server.empty("filled")


if __name__ == "__main__":
    unittest.main()
