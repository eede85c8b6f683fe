#!/usr/bin/python3
"""Holds each line of a recording against the schema: check_recording.py SCHEMA RECORDING. Prints `lines N`, or what is wrong."""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
line_of = jsonschema.Draft7Validator(schema)
data_of = {kind: jsonschema.Draft7Validator(schema["definitions"][kind]) for kind in ("close", "event")}

lines = 0
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        lines += 1
        entry = json.loads(line)
        errors = list(line_of.iter_errors(entry))
        if entry["type"] in data_of:
            errors += data_of[entry["type"]].iter_errors(json.loads(entry["data"]))
        if errors:
            print(f"wrong {lines}: {errors[0].message}: {line}", end="", flush=True)
            sys.exit(1)
print("lines", lines, flush=True)
