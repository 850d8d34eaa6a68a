"""Starts the lane; with `--check` and the name of an extra it says whether this Python can run it.

Every Python 3 can read this file: an old one gets a sentence, not a syntax error. The lane begins in `dialogue.py`.
"""

import sys


def main(arguments: "list[str]") -> int:
    if sys.version_info < (3, 11):
        version = sys.version.split()[0]
        sys.stderr.write("cannot run the lane on Python " + version + ": it needs Python 3.11 or later\n")
        return 1
    import dialogue
    import runtime

    if arguments[:1] != ["--check"]:
        return dialogue.serve()
    try:
        print(runtime.describe(*arguments[1:]))
    except runtime.Unfit as unfit:
        sys.stderr.write(str(unfit) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
