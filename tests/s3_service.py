"""A real S3 API on this machine to test with: moto's server, a process of its own."""

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager

from botocore.session import Session

from storefront.config import Bucket


@contextmanager
def s3_service():
    """The service's address, until it is no longer needed."""
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", url.rpartition(":")[2]]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(url)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def a_bucket(url, name):
    """An empty bucket, and a client of its service that sees everything."""
    bucket = Bucket(name, url, "us-east-1", "a key", "a secret")
    keys = {"aws_access_key_id": bucket.key_id, "aws_secret_access_key": bucket.secret}
    admin = Session().create_client("s3", region_name=bucket.region, endpoint_url=url, **keys)
    admin.create_bucket(Bucket=name)
    return bucket, admin


def objects_in(admin, bucket):
    return sorted(found["Key"] for found in admin.list_objects_v2(Bucket=bucket.name).get("Contents", ()))


def empty(bucket, admin):
    for key in objects_in(admin, bucket):
        admin.delete_object(Bucket=bucket.name, Key=key)


@contextmanager
def silent_service():
    """The address of a service that takes every call and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}"


def free_port():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait_until_up(url):
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/moto-api/", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the S3 service did not start")
