#!/usr/bin/env python3
"""The gateway's checkpoints in a bucket with object lock: moto plays S3, boto3 reads and tries to delete.

    Tests/Clients/run.py --only anchors

Ends with 0 where a checkpoint has come that is locked, is the one that the gateway serves, and cannot be deleted.
"""
import argparse
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

REGION, BUCKET = "eu-central-1", "anchors"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--gateway", required=True)
    gatehouse = os.path.abspath(options.parse_args().gateway)
    ports = [free_port() for _ in range(3)]
    endpoint = f"http://127.0.0.1:{ports[0]}"
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=ports[0], verbose=False)
    server.start()
    s3 = boto3.client(
        "s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id="id", aws_secret_access_key="key")
    s3.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectLockEnabledForBucket=True)
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "gatehouse.yaml").write_text(f"""
listen: 127.0.0.1:{ports[1]}
admin: 127.0.0.1:{ports[2]}
storage: {{path: gatehouse.db}}
providers: {{local: {{kind: extractive}}}}
models: {{demo: {{provider: local}}}}
audit:
  anchors:
    bucket:
      kind: s3
      endpoint: {endpoint}
      region: {REGION}
      bucket: {BUCKET}
      access_key: ${{env:ANCHOR_ID}}
      secret_key: ${{env:ANCHOR_KEY}}
""")
        gateway = subprocess.Popen(
            [gatehouse, "serve", "--config", f"{folder}/gatehouse.yaml"], stdout=subprocess.DEVNULL,
            env={**os.environ, "ANCHOR_ID": "id", "ANCHOR_KEY": "key"})
        try:
            deadline = time.monotonic() + 60
            objects = []
            while not objects and time.monotonic() < deadline:
                objects = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
                time.sleep(0.2)
            assert objects, "no checkpoint has come"
            key = objects[0]["Key"]
            head = s3.head_object(Bucket=BUCKET, Key=key)
            assert head["ObjectLockMode"] == "COMPLIANCE", head
            note = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
            served = urllib.request.urlopen(f"http://127.0.0.1:{ports[2]}/log/checkpoint", timeout=10).read()
            assert note == served, (note, served)
            try:
                s3.delete_object(Bucket=BUCKET, Key=key, VersionId=head["VersionId"])
                raise AssertionError("a locked checkpoint could be deleted")
            except ClientError as error:
                assert error.response["Error"]["Code"] == "AccessDenied", error
            print(f"a locked checkpoint is in the bucket: {key}\nanchors: 1 passed, 0 failed")
        finally:
            gateway.send_signal(signal.SIGTERM)
            gateway.wait(30)
            server.stop()


main()
