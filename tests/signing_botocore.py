"""Signs requests with botocore's signature version 2, for comparison with the service's own.

Reads one request per line, separated by tabs: verb, path and query, headers as a JSON list of pairs, access key,
secret key. Prints one signature per line. Run by signing_botocore.rs.
"""

import json
import sys

from botocore.auth import HmacV1Auth
from botocore.awsrequest import HTTPHeaders, urlsplit
from botocore.credentials import Credentials


class FixedDate(HmacV1Auth):
    """botocore signs the present moment; the comparison needs the date of the request."""

    def __init__(self, credentials, date):
        super().__init__(credentials)
        self.date = date

    def _get_date(self):
        return self.date


def signature(line):
    method, target, headers_json, key, secret = line.rstrip("\n").split("\t")
    headers, date = HTTPHeaders(), None
    for name, value in json.loads(headers_json):
        if name.lower() == "date":
            date = value
        else:
            headers.add_header(name, value)
    signer = FixedDate(Credentials(key, secret), date)
    return signer.get_signature(method, urlsplit("http://gateway" + target), headers)


for request in sys.stdin:
    print(signature(request))
