"""The life of a Python runner: load, say so, serve one request, end.

    python3.11 -I -B -X utf8 /leo/harness -memory-mb N [-data DIR] [-policy off]

The command line is the parent's. With -policy off, which is for tests of the
sandbox alone, programs run on Python's own built-ins and modules.
"""

import time

STARTED = time.perf_counter()

import os
import sys

# Before numpy is imported: threads cost more here than they bring.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[variable] = "1"


def arguments(args):
    known = {"-memory-mb": "0", "-data": "/data", "-policy": "on"}
    if len(args) % 2:
        raise SystemExit(f"usage: harness {' '.join(f'[{k} {v}]' for k, v in known.items())}")
    for name, value in zip(args[::2], args[1::2]):
        if name not in known:
            raise SystemExit(f"harness: unknown argument {name}")
        known[name] = value
    return known


def main():
    args = arguments(sys.argv[1:])
    import protocol

    channel = protocol.Channel()
    import runner

    status = runner.run(channel, STARTED, args["-data"], int(args["-memory-mb"]), args["-policy"] != "off")
    # Not sys.exit: nothing of the program that ran has a say any more.
    os._exit(status)


main()
