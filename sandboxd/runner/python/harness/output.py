"""What user code prints, up to a bound."""

LIMIT = 64 << 10
MARKER = "\n[output cut at 64 KiB]\n"


class Capped:
    """A text stream that keeps the first LIMIT bytes of what is written to it.

    It holds no descriptor and no file: user code that gets hold of it has only
    these methods.
    """

    encoding, errors, newlines, closed = "utf-8", "replace", None, False

    def __init__(self):
        self._parts, self._left, self._cut = [], LIMIT - len(MARKER), False

    def write(self, text):
        # A class derived from str has no say in what its text is, or how long.
        text = str.__str__(text if issubclass(type(text), str) else str(text))
        if self._cut or not text:
            return len(text)
        # A character has at least one byte: what is beyond is not even encoded.
        data = text[: self._left + 1].encode("utf-8", "replace")
        if len(data) > self._left:
            data, self._cut = data[: self._left], True
        self._left -= len(data)
        self._parts.append(data)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def text(self):
        kept = b"".join(self._parts).decode("utf-8", "ignore")
        return kept + MARKER if self._cut else kept
