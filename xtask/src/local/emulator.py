"""Runs the emulator for exactly as long as the tool that started it lives.

The tool holds the other end of stdin. However it ends, the pipe is closed by the
operating system, and then this process and the functions it runs end too.
"""

import os
import signal
import subprocess
import sys
import threading


def end_with_the_tool():
    # Not sys.stdin: its lock would be in the way of an ordinary end.
    while os.read(0, 1024):
        pass
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(os.getpid())])
    else:
        # The tool has made this process the leader of a group of its own.
        os.killpg(os.getpgrp(), signal.SIGKILL)


threading.Thread(target=end_with_the_tool, daemon=True).start()

import socketserver

import hypercorn.config
from ministack import app

# HTTP/2 and its header compression are written in Python here, and cost more than all else that a request does.
hypercorn.config.Config.alpn_protocols = ["http/1.1"]
# An event goes to a function as headers and then a body: the body must not wait for a late acknowledgement of the headers.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

# With TLS it would also take port 443 of the machine, which is not ours to take.
app._port_is_bindable = lambda host, port: False
sys.argv = ["ministack"]
app.main()
