"""Cloud Storage's XML API on this machine, as obstore speaks it.

Written from Google's published rules: an object has a generation, another one after each write;
`x-goog-if-generation-match` lets a request through only in that generation, 0 meaning that there is
no object, and answers 412 otherwise (https://docs.cloud.google.com/storage/docs: "Request
preconditions", "XML API: PUT, GET, DELETE object, List objects, multipart uploads").

What is stored where, and which write is refused, is decided by one of two: `Memory`, which keeps
the objects of this process behind one lock, or `JsonApi`, which asks fake-gcs-server. That server
lacks of the XML API all that writes: it answers 400 "invalid uploadType" to a PUT, reads
preconditions only from the parameter `ifGenerationMatch` of the JSON API, and has neither copies
by header nor multipart uploads.

Neither checks signatures, nor limits how often an object is written (Google: once a second).
"""

import hashlib
import itertools
import json
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, unquote, urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

_PAGE = 1000  # the most objects in one answer to a listing


@dataclass(frozen=True)
class Stored:
    """An object; `data` is empty in listings."""

    data: bytes
    size: int
    generation: int
    changed: float  # seconds since the epoch


class Objects(Protocol):
    """What a bucket holds."""

    def read(self, bucket: str, name: str) -> Stored | None:
        """Return an object; None: there is none."""

    def write(self, bucket: str, name: str, data: bytes, generation: int | None) -> int | None:
        """Store an object, return its generation; None: it was in another than `generation`."""

    def delete(self, bucket: str, name: str) -> bool:
        """Delete an object; return whether there was one."""

    def listed(self, bucket: str, prefix: str) -> dict[str, Stored] | None:
        """Return name → object; None: there is no bucket."""


class Memory:
    """Objects in this process."""

    def __init__(self, bucket: str) -> None:
        self._bucket, self._objects = bucket, dict[str, Stored]()
        self._lock, self._generations = threading.Lock(), itertools.count(time.time_ns() // 1000)

    def read(self, bucket: str, name: str) -> Stored | None:
        """Return an object; None: there is none."""
        return self._objects.get(name) if bucket == self._bucket else None

    def write(self, bucket: str, name: str, data: bytes, generation: int | None) -> int | None:
        """Store an object, return its generation; None: it was in another than `generation`."""
        if bucket != self._bucket:
            raise KeyError(bucket)
        with self._lock:
            before = self._objects.get(name)
            if generation is not None and generation != (before.generation if before else 0):
                return None
            after = next(self._generations)
            self._objects[name] = Stored(data, len(data), after, time.time())
            return after

    def delete(self, bucket: str, name: str) -> bool:
        """Delete an object; return whether there was one."""
        with self._lock:
            return bucket == self._bucket and self._objects.pop(name, None) is not None

    def listed(self, bucket: str, prefix: str) -> dict[str, Stored] | None:
        """Return name → object; None: there is no bucket."""
        if bucket != self._bucket:
            return None
        with self._lock:
            return {n: o for n, o in self._objects.items() if n.startswith(prefix)}


class JsonApi:
    """Objects in a server that has Cloud Storage's JSON API."""

    def __init__(self, address: str) -> None:
        self._address = address

    def read(self, bucket: str, name: str) -> Stored | None:
        """Return an object; None: there is none."""
        # The data of that generation, since another may be written meanwhile.
        while True:
            fields = self._ask("GET", f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}")
            if fields is None:
                return None
            found = _stored(json.loads(fields))
            where = f"/download/storage/v1/b/{bucket}/o/{quote(name, safe='')}"
            data = self._ask("GET", f"{where}?alt=media&generation={found.generation}")
            if data is not None:
                return Stored(data, len(data), found.generation, found.changed)

    def write(self, bucket: str, name: str, data: bytes, generation: int | None) -> int | None:
        """Store an object, return its generation; None: it was in another than `generation`."""
        asked = {"uploadType": "media", "name": name}
        if generation is not None:
            asked["ifGenerationMatch"] = str(generation)
        place = f"/upload/storage/v1/b/{bucket}/o?{urlencode(asked)}"
        try:
            answer = self._ask("POST", place, data)
        except HTTPError as error:
            if error.code == 412:
                return None
            raise
        if answer is None:
            raise KeyError(bucket)
        return int(json.loads(answer)["generation"])

    def delete(self, bucket: str, name: str) -> bool:
        """Delete an object; return whether there was one."""
        return self._ask("DELETE", f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}") is not None

    def listed(self, bucket: str, prefix: str) -> dict[str, Stored] | None:
        """Return name → object; None: there is no bucket."""
        found: dict[str, Stored] = {}
        asked = {"prefix": prefix}
        while True:
            answer = self._ask("GET", f"/storage/v1/b/{bucket}/o?{urlencode(asked)}")
            if answer is None:
                return None
            page = json.loads(answer)
            found |= {item["name"]: _stored(item) for item in page.get("items", [])}
            if "nextPageToken" not in page:
                return found
            asked["pageToken"] = page["nextPageToken"]

    def _ask(self, method: str, path: str, data: bytes | None = None) -> bytes | None:
        """Return the answer; None where it is 404."""
        headers = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(self._address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            if error.code == 404:
                return None
            raise


def _stored(fields: dict[str, Any]) -> Stored:
    changed = datetime.fromisoformat(fields["updated"]).timestamp()
    return Stored(b"", int(fields["size"]), int(fields["generation"]), changed)


Answer = tuple[int, dict[str, str], bytes]


class XmlApi:
    """The WSGI application."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._uploads: dict[str, dict[int, bytes]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        status, headers, body = self._answer(environ)
        headers = {"Content-Length": str(len(body)), **headers}
        start_response(f"{status} {'OK' if status < 300 else 'no'}", list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path = unquote(environ["RAW_URI"].partition("?")[0]).lstrip("/")
        bucket, _, name = path.partition("/")
        query = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
        asked = {key: values[0] for key, values in query.items()}
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        method = environ["REQUEST_METHOD"]
        try:
            if not name and method == "GET":
                return self._list(bucket, asked)
            if method in ("GET", "HEAD"):
                return self._get(bucket, name, environ.get("HTTP_RANGE"))
            if method == "DELETE":
                return self._delete(bucket, name, asked)
            if method == "POST":
                return self._upload(bucket, name, asked, data, environ)
            if "uploadId" in asked:
                return self._part(asked, data)
            return self._put(bucket, name, data, environ)
        except KeyError:
            return _error(404, "NoSuchBucket")

    def _get(self, bucket: str, name: str, wanted: str | None) -> Answer:
        found = self._objects.read(bucket, name)
        if found is None:
            return _error(404, "NoSuchKey")
        headers = _state(found.generation, found.data) | {
            "Last-Modified": formatdate(found.changed, usegmt=True),
            "Content-Type": "application/octet-stream",
        }
        if wanted is None:
            return 200, headers, found.data
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start = int(first) if first else max(0, found.size - int(last))
        end = min(int(last), found.size - 1) if first and last else found.size - 1
        if start > end:
            return _error(416, "InvalidRange")
        headers["Content-Range"] = f"bytes {start}-{end}/{found.size}"
        return 206, headers, found.data[start : end + 1]

    def _delete(self, bucket: str, name: str, asked: dict[str, str]) -> Answer:
        if "uploadId" in asked:
            self._uploads.pop(asked["uploadId"], None)
            return 204, {}, b""
        found = self._objects.delete(bucket, name)
        return (204, {}, b"") if found else _error(404, "NoSuchKey")

    def _put(self, bucket: str, name: str, data: bytes, environ: dict[str, Any]) -> Answer:
        source = environ.get("HTTP_X_GOOG_COPY_SOURCE")
        if source is not None:
            original = self._objects.read(*unquote(source).lstrip("/").split("/", 1))
            if original is None:
                return _error(404, "NoSuchKey")
            data = original.data
        stated = environ.get("HTTP_X_GOOG_IF_GENERATION_MATCH")
        expected = None if stated is None else int(stated)
        generation = self._objects.write(bucket, name, data, expected)
        if generation is None:
            return _error(412, "PreconditionFailed")
        state = _state(generation, data)
        if source is None:
            return 200, state, b""
        return 200, state, _xml("CopyObjectResult", f"<ETag>{escape(state['ETag'])}</ETag>")

    def _upload(
        self, bucket: str, name: str, asked: dict[str, str], data: bytes, environ: dict[str, Any]
    ) -> Answer:
        where = f"<Bucket>{bucket}</Bucket><Key>{escape(name)}</Key>"
        if "uploads" in asked:
            upload = uuid.uuid4().hex
            self._uploads[upload] = {}
            body = f"{where}<UploadId>{upload}</UploadId>"
            return 200, {}, _xml("InitiateMultipartUploadResult", body)
        parts = self._uploads.get(asked["uploadId"])
        if parts is None:
            return _error(404, "NoSuchUpload")
        stated = {
            int(part.findtext("{*}PartNumber", "0")): part.findtext("{*}ETag", "").strip('"')
            for part in ElementTree.fromstring(data).iterfind("{*}Part")
        }
        if {n: _tag(parts.get(n, b"")) for n in stated} != stated:
            return _error(400, "InvalidPart")
        whole = b"".join(parts[number] for number in sorted(stated))
        status, state, _ = self._put(bucket, name, whole, environ)
        if status != 200:
            return _error(status, "PreconditionFailed")
        del self._uploads[asked["uploadId"]]
        body = f"{where}<ETag>{escape(state['ETag'])}</ETag>"
        return 200, state, _xml("CompleteMultipartUploadResult", body)

    def _part(self, asked: dict[str, str], data: bytes) -> Answer:
        parts = self._uploads.get(asked["uploadId"])
        if parts is None:
            return _error(404, "NoSuchUpload")
        parts[int(asked["partNumber"])] = data
        return 200, {"ETag": f'"{_tag(data)}"'}, b""

    def _list(self, bucket: str, asked: dict[str, str]) -> Answer:
        listed = self._objects.listed(bucket, asked.get("prefix", ""))
        if listed is None:
            return _error(404, "NoSuchBucket")
        after = asked.get("continuation-token") or asked.get("start-after", "")
        names = sorted(name for name in listed if name > after)
        body = "".join(_entry(name, listed[name]) for name in names[:_PAGE])
        if len(names) > _PAGE:
            token = escape(names[_PAGE - 1])
            body += f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}"
            body += "</NextContinuationToken>"
        return 200, {}, _xml("ListBucketResult", body)


def _entry(name: str, found: Stored) -> str:
    changed = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(found.changed))
    return (
        f"<Contents><Key>{escape(name)}</Key><Generation>{found.generation}</Generation>"
        f'<LastModified>{changed}</LastModified><ETag>"{found.generation}"</ETag>'
        f"<Size>{found.size}</Size></Contents>"
    )


def _tag(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


def _state(generation: int, data: bytes) -> dict[str, str]:
    return {"ETag": f'"{_tag(data)}"', "x-goog-generation": str(generation)}


def _xml(name: str, body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{body}</{name}>'.encode()


def _error(status: int, code: str) -> Answer:
    return status, {}, _xml("Error", f"<Code>{code}</Code><Message>{code}</Message>")
