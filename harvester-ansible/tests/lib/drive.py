#!/usr/bin/env python3
"""Drives a program on a terminal of its own, as a person would:  drive.py SCRIPT COMMAND…

Each line of SCRIPT is "what is shown => what is typed". Prints all that was shown; exits as the program did, 99 when it waits
for something else.
"""
import os
import pty
import re
import select
import sys
import time


def main():
    with open(sys.argv[1], encoding="utf-8") as script:
        steps = [line.rstrip("\n").split(" => ", 1) for line in script if " => " in line]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    unread, patience = "", time.monotonic() + 300
    while True:
        if not select.select([terminal], [], [], 1)[0]:
            if time.monotonic() > patience:
                print(f"\nnothing like '{steps[0][0] if steps else 'the end'}' was shown", file=sys.stderr)
                os.kill(pid, 15)
                return 99
            continue
        try:
            shown = os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            shown = ""
        if not shown:
            break
        sys.stdout.write(shown)
        sys.stdout.flush()
        unread += shown
        if steps and re.search(steps[0][0], unread):
            unread = ""
            os.write(terminal, (steps.pop(0)[1] + "\n").encode())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if steps:
        print(f"\nnever asked: {steps[0][0]}", file=sys.stderr)
        return code or 99
    return code


sys.exit(main())
