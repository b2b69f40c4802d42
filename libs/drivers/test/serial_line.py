"""A serial line without hardware: prints the name of one end, and is the other on its own input and output."""

import os
import pty
import select
import sys
import tty

master, slave = pty.openpty()
tty.setraw(slave)
name = os.ttyname(slave)
# This end keeps the one with a name open: the line stays, whoever comes and goes.
os.write(1, (name + "\n").encode())
while True:
    ready, _, _ = select.select([0, master], [], [])
    for source, target in ((0, master), (master, 1)):
        if source in ready:
            octets = os.read(source, 4096)
            if not octets:
                sys.exit()
            os.write(target, octets)
