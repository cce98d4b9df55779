"""forks.py MODULE:FUNCTION PROGRAM -- words... [-- words...]

Imports a management command once and runs each of its command lines in a child: the import is what takes the time.
Stops at the first that fails, with its exit code.
"""

import importlib
import os
import sys
import traceback


def lines(words):
    found = []
    for word in words:
        if word == "--":
            found.append([])
        else:
            found[-1].append(word)
    return found


def code_of(function):
    try:
        result = function()
    except SystemExit as end:
        result = end.code
    except BaseException:
        traceback.print_exc()
        return 1
    if result is None or result is True:
        return 0
    return result if isinstance(result, int) else 1


module, name = sys.argv[1].split(":")
function = getattr(importlib.import_module(module), name)
for line in lines(sys.argv[3:]):
    child = os.fork()
    if child == 0:
        sys.argv = [sys.argv[2], *line]
        code = code_of(function)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        print("%s %s ended with %d" % (sys.argv[2], " ".join(line), code), file=sys.stderr)
        sys.exit(1)
