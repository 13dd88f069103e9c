#!/usr/bin/python3
"""Commands of the stand-in: `manage.py version` and `manage.py rqworker [--daemon --pid FILE --log FILE]`."""

import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main():
    parser = argparse.ArgumentParser(prog="manage.py")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("version", help="print the release")
    worker = commands.add_parser("rqworker", help="work on queues until told to stop")
    worker.add_argument("queues", nargs="*", default=["high", "default", "low"])
    worker.add_argument("--daemon", action="store_true", help="go into the background")
    worker.add_argument("--pid", help="write the process id to this file")
    worker.add_argument("--log", help="write to this file instead of standard error")
    options = parser.parse_args()
    if options.command == "version":
        from netbox import settings
        print(settings.VERSION)
        return
    from netbox import worker as rq
    rq.run(options)


if __name__ == "__main__":
    main()
