"""Prints one free port of 127.0.0.1 for each argument: that one if it is free, another else. From below the range that
outgoing connections take theirs from: a server that is started again finds it free."""

import random
import socket
import sys


def is_free(port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


chosen = []
for word in sys.argv[1:]:
    port = int(word)
    while port == 0 or port in chosen or not is_free(port):
        port = random.randrange(21000, 32000)
    chosen.append(port)
print(*chosen)
