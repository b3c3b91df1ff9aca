"""The conversation with the parent: one line out, one line in, one line out.

The descriptor it goes over is moved away from descriptor 1 before anything else
runs, and every line is encoded here, so that the two ends agree on one shape.
"""

import fcntl
import json
import os

MAX_REQUEST = 1 << 20
DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS = 10_000, 30 * 60_000
DEFAULT_ROWS, MAX_ROWS = 200, 10_000
DEFAULT_OUTPUT, MAX_OUTPUT = 4 << 20, 64 << 20

quote = json.encoder.encode_basestring

# Every field of a request with the type it must have. A field that is not here
# may be a restriction that this runner would not keep.
FIELDS = {
    "id": str,
    "query_type": str,
    "statement": str,
    "counts_statement": str,
    "tables": list,
    "timeout_ms": int,
    "max_rows": int,
    "max_output_bytes": int,
    "files": list,
}


class Channel:
    """The protocol's two descriptors."""

    def __init__(self):
        """Takes them over: what is left on 0 and 1 is /dev/null."""
        self._in = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3)
        self._out = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 3)
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.close(null)

    def read_line(self):
        """The request line, or None if the parent is gone without one."""
        line = bytearray()
        while not line.endswith(b"\n"):
            part = os.read(self._in, 64 << 10)
            if not part:
                if line:
                    raise ValueError("the request ends in the middle")
                return None
            line += part
            if len(line) > MAX_REQUEST:
                raise ValueError("the request is too long")
        return bytes(line)

    def write(self, line):
        """Sends one message as line made it."""
        left = memoryview(line)
        while left:
            left = left[os.write(self._out, left) :]


def line(text):
    """A message as bytes. Lone surrogates have no UTF-8: they become U+FFFD."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    return data + b"\n"


def dumps(value, comma=",", colon=":"):
    """A value of exactly the types of JSON as text. Not json.dumps: a program can
    reach what that is made of, and this is needed after it has run."""
    kind = type(value)
    if kind is str:
        return quote(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return int.__repr__(value)
    if kind is float and value - value == 0:
        return float.__repr__(value)
    if kind is list:
        return f"[{comma.join([dumps(v, comma, colon) for v in value])}]"
    if kind is dict:
        return f"{{{comma.join([quote(k) + colon + dumps(v, comma, colon) for k, v in value.items()])}}}"
    raise ValueError(f"{kind} has no JSON")


class Request:
    """A request whose bounds are all set and sane."""

    def __init__(self, raw):
        self.id = raw.get("id") or ""
        self.query_type = raw.get("query_type") or ""
        self.statement = raw.get("statement") or ""
        self.tables = raw.get("tables") or []
        self.timeout_ms = _bound(raw.get("timeout_ms"), DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS)
        self.max_rows = _bound(raw.get("max_rows"), DEFAULT_ROWS, MAX_ROWS)
        self.max_output_bytes = _bound(raw.get("max_output_bytes"), DEFAULT_OUTPUT, MAX_OUTPUT)


def _bound(value, otherwise, most):
    return otherwise if not value or value < 0 else min(value, most)


def decode_request(line):
    """Reads a request strictly. Raises ValueError."""
    raw = json.loads(line)
    if not isinstance(raw, dict):
        raise ValueError("the request is not an object")
    for name, value in raw.items():
        kind = FIELDS.get(name)
        if kind is None:
            raise ValueError(f"the request has an unknown field {name!r}")
        if value is not None and type(value) is not kind:
            raise ValueError(f"the field {name!r} of the request is no {kind.__name__}")
    if not all(isinstance(t, str) for t in raw.get("tables") or []):
        raise ValueError("a table of the request is no text")
    return Request(raw)


def ready(engine, open_ms, fault=None):
    message = {"ready": fault is None, "engine": engine, "open_ms": round(open_ms, 3)}
    if fault is not None:
        message["fault"] = fault.to_json()
    return line(dumps(message))


def failed(request_id, fault, exec_ms, stdout="", stderr=""):
    return _response(request_id, "error", exec_ms, stdout, stderr, f',"error":{dumps(fault.to_json())}')


def answered(request_id, table, exec_ms, stdout="", stderr=""):
    """The response that holds a results.Table, or no rows at all for None."""
    if table is None:
        return _response(request_id, "ok", exec_ms, stdout, stderr, ',"row_count":0,"truncated":false')
    body = f',"columns":{dumps(table.columns)},"rows":[{",".join(table.rows)}],"row_count":{len(table.rows)}'
    if table.truncated_by:
        body += f',"truncated":true,"truncated_by":"{table.truncated_by}"'
    else:
        body += ',"truncated":false'
    return _response(request_id, "ok", exec_ms, stdout, stderr, body)


def _response(request_id, status, exec_ms, stdout, stderr, body):
    head = f'{{"id":{dumps(request_id)},"status":"{status}"'
    tail = f',"exec_time_ms":{exec_ms:.3f}'
    for name, text in (("stdout_trunc", stdout), ("stderr_trunc", stderr)):
        if text:
            tail += f',"{name}":{dumps(text)}'
    return line(head + body + tail + "}")
