"""Holds an OpenRPC document against the OpenRPC meta-schema.

    openrpc.py META_SCHEMA_ARCHIVE < DOCUMENT

Prints one line for each violation, and exits with 1 when there is one.
"""

import json
import sys
import tarfile

from jsonschema import Draft7Validator, RefResolver

with tarfile.open(sys.argv[1]) as archive:
    module = archive.extractfile("package/index.js").read().decode()
# The module is one object between the first and the last statement.
meta = json.loads(module[module.index('{ "$schema"'):module.rindex(";\nexports.default")])

# JSON Schema's own meta-schema is named by an address of another project.
draft7 = dict(Draft7Validator.META_SCHEMA)
draft7["definitions"] = dict(
    draft7["definitions"],
    JSONSchemaObject={"properties": {"$ref": {"type": "string", "format": "uri-reference"}}},
)
tools = "https://meta.json-schema.tools"
resolver = RefResolver.from_schema(meta, store={tools: draft7, tools + "/": draft7})

violations = 0
for error in Draft7Validator(meta, resolver=resolver).iter_errors(json.load(sys.stdin)):
    violations += 1
    print("/".join(map(str, error.absolute_path)), error.message[:300], sep=": ")
sys.exit(1 if violations else 0)
