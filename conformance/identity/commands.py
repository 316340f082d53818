"""Runs commands of the unmodified openstack client in one process: a JSON array of words a line in, code and output a line out."""
import contextlib
import io
import json
import logging
import sys

from openstackclient import shell

real = sys.stdout
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = shell.main(json.loads(line))
        except SystemExit as end:
            code = end.code
    code = code if isinstance(code, int) else 0  # some commands return what they have shown
    for handler in logging.getLogger().handlers[:]:
        logging.getLogger().removeHandler(handler)
    print(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()}), file=real, flush=True)
