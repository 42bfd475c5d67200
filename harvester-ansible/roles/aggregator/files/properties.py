"""Writes settings into the aggregator's properties file. A new file is the program's own example, which explains every setting; in an
existing one all other lines stay, and the settings that a newer program has are added as comments."""
import difflib
import grp
import os
import re

SETTING = re.compile(r"^#?(HARVESTER_[A-Z_]+)=")


def paragraphs(example):
    """The paragraph of each setting in the example: its explanation and its line."""
    found = {}
    for paragraph in example.split("\n\n"):
        match = SETTING.match(paragraph.strip().splitlines()[-1] if paragraph.strip() else "")
        if match:
            found[match[1]] = paragraph.strip()
    return found


def line_of(name, value):
    return f"{name}={value}"


def with_setting(lines, name, value):
    """The lines with the setting. An empty value makes it a comment, which means its default."""
    places = [i for i, line in enumerate(lines) if (match := SETTING.match(line)) and match[1] == name]
    active = [i for i in places if not lines[i].startswith("#")]
    if value == "":
        return ["#" + line if i in active else line for i, line in enumerate(lines)]
    if not places:
        return [*lines, "", line_of(name, value)]
    # The program takes the last one.
    place = (active or places)[-1]
    return [*lines[:place], line_of(name, value), *lines[place + 1:]]


def merged(text, example, settings):
    lines = (text or example).splitlines()
    known = {match[1] for line in lines if (match := SETTING.match(line))}
    for name, paragraph in paragraphs(example).items():
        if name not in known:
            lines += ["", *paragraph.splitlines()]
    for name, value in settings.items():
        lines = with_setting(lines, name, str(value))
    return "\n".join(lines) + "\n"


def changed_settings(before, after):
    changes = difflib.ndiff(before.splitlines(), after.splitlines())
    return sorted({match[1] for line in changes if line[0] in "+-" and line[2:3] != "#" and (match := SETTING.match(line[2:]))})


def write(path, text, group):
    with open(os.open(path + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        os.fchown(file.fileno(), 0, grp.getgrnam(group).gr_gid)
        os.fchmod(file.fileno(), 0o640)
    os.rename(path + ".part", path)


def run(arguments):
    path, before = arguments["path"], ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            before = file.read()
    after = merged(before, arguments["example"], arguments["settings"])
    changed = before != after
    if changed and not arguments["check_mode"]:
        write(path, after, arguments["group"])
    return {"changed": changed, "problem": "", "settings": changed_settings(before, after)}
