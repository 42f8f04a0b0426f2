#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vouchsafe.conf(5) out of what `vouchsafe conf --sample` prints:

    ./build/vouchsafe conf --sample >doc/vouchsafe.conf.sample
    tools/conf-man.py <doc/vouchsafe.conf.sample >doc/vouchsafe.conf.5
"""
import re
import sys

HEAD = r'''.\" SPDX-License-Identifier: GPL-3.0-or-later
.\" Made by tools/conf-man.py from `vouchsafe conf --sample`: do not edit.
.TH VOUCHSAFE.CONF 5 "" Vouchsafe "Vouchsafe"
.SH NAME
vouchsafe.conf \- configuration of all Vouchsafe programs
.SH SYNOPSIS
.I /usr/local/etc/vouchsafe/vouchsafe.conf
.SH DESCRIPTION
One INI file for
.BR vouchsafe (1),
.BR vouchsafe.fcgi (8)
and
.BR vouchsafe\-jobs (8).
A line is
.IB key " = " value
below its
.RI [ section ],
or a comment, which begins with # or ;.
A value ends with its line; there are no quotes, and a comment has a line of
its own.
Every key has a default, so that a file holds only what differs.
.PP
A key that does not exist, or a value that is wrong, ends the program with the
file's name and the line's number;
.B vouchsafe conf check
tells without doing anything else.
.PP
The file is read once, at the start. A SIGHUP gives
.B vouchsafe.fcgi
new workers, not a new configuration: restart it after a change.
.PP
Programs look for the file that
.B \-\-conf
names, then for the one in the environment variable
.BR VOUCHSAFE_CONF ,
then at the place above.
'''

TAIL = r'''.SH SECRETS
Passwords stand in files of their own, named by
.BR password_file ;
the first line counts. They need to be readable by the programs' user only.
.B keyring_file
is refused if anybody else may read it.
.SH SEE ALSO
.BR vouchsafe (1),
.BR vouchsafe.fcgi (8),
.BR vouchsafe\-jobs (8)
'''


def escaped(text):
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("`", r"\(ga")
    return re.sub(r"^([.'])", r"\\&\1", text)


def page(sample):
    out, doc, bounds = [HEAD], [], ""
    for line in sample.splitlines():
        section = re.fullmatch(r"\[(\w+)\]", line)
        key = re.fullmatch(r"#(\w+) = ?(.*)", line)
        if section:
            out.append(".SH [%s]\n" % section.group(1).upper())
            doc = []
        elif key:
            name, default = key.groups()
            out.append(".TP\n.BR %s \" (default: %s%s)\"\n%s\n" % (
                name, escaped(default) if default else "empty", bounds,
                "\n".join(doc)))
            doc, bounds = [], ""
        elif re.fullmatch(r"# \(\S+ to \S+\)", line):
            bounds = "; " + escaped(line[3:-1])
        elif line.startswith("# "):
            doc.append(escaped(line[2:]))
    return "".join(out) + TAIL


if __name__ == "__main__":
    sys.stdout.write(page(sys.stdin.read()))
