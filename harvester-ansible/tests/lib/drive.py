#!/usr/bin/env python3
"""Runs a program on a pseudo-terminal and answers its prompts:  drive.py SCRIPT COMMAND…

Each line of SCRIPT is "PROMPT => ANSWER", PROMPT a regular expression. Prints the program's output and exits with its
status, or with 99 if a prompt does not appear.
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
    unread, deadline = "", time.monotonic() + 300
    while True:
        if not select.select([terminal], [], [], 1)[0]:
            if time.monotonic() > deadline:
                print(f"\nno output for 300 s, instead of: {steps[0][0] if steps else 'the end of the output'}", file=sys.stderr)
                os.kill(pid, 15)
                return 99
            continue
        try:
            output = os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            output = ""
        if not output:
            break
        deadline = time.monotonic() + 300
        sys.stdout.write(output)
        sys.stdout.flush()
        unread += output
        if steps and re.search(steps[0][0], unread):
            unread = ""
            os.write(terminal, (steps.pop(0)[1] + "\n").encode())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if steps:
        print(f"\nnot printed before the end: {steps[0][0]}", file=sys.stderr)
        return code or 99
    return code


sys.exit(main())
