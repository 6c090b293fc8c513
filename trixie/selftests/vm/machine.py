# SPDX-License-Identifier: GPL-2.0-only
"""A test machine: QEMU with its serial ports and monitor on sockets of ours, under a hard timeout."""

import json
import os
import selectors
import socket
import subprocess
import time

CONSOLE, KTAP, VERDICT, REQUESTS, MONITOR = "console", "ktap", "verdict", "requests", "monitor"
# COM3 and COM4 get interrupts of their own: ISA interrupts cannot be shared.
SERIAL_PORTS = ((CONSOLE, 0x3f8, 4), (KTAP, 0x2f8, 3), (VERDICT, 0x3e8, 5), (REQUESTS, 0x2e8, 10))


class Monitor:
    """QMP, just enough for human monitor commands."""

    def __init__(self, connection):
        connection.settimeout(10)
        self.stream = connection.makefile("rw", encoding="utf-8", newline="\n")
        self.stream.readline()          # the greeting
        self._call("qmp_capabilities")

    def _call(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "return" in answer or "error" in answer:     # and not an event
                return answer

    def human(self, command):
        return self._call("human-monitor-command", **{"command-line": command}).get("return", "refused by QMP")


class Machine:
    def __init__(self, arguments, directory, console_log, on_ktap):
        self.directory = directory
        self.console_log = console_log
        self.on_ktap = on_ktap
        self.pending = {}
        self.selector = selectors.DefaultSelector()
        self.listeners = {name: self._listen(name) for name in (MONITOR,) + tuple(p[0] for p in SERIAL_PORTS)}
        for name, port, irq in SERIAL_PORTS:
            arguments = arguments + ["-chardev", self._chardev(name), "-device",
                                     "isa-serial,chardev=%s,iobase=%#x,irq=%d" % (name, port, irq)]
        arguments += ["-chardev", self._chardev(MONITOR), "-mon", "chardev=%s,mode=control" % MONITOR]
        self.qemu = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=console_log, stderr=console_log)
        self.connections = {}

    def _socket_path(self, name):
        return os.path.join(self.directory, name + ".sock")

    def _chardev(self, name):
        return "socket,id=%s,path=%s" % (name, self._socket_path(name))

    def _listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self._socket_path(name))
        listener.listen(1)
        return listener

    def _accept(self):
        """QEMU connects to every socket before it starts the machine."""
        for name, listener in self.listeners.items():
            listener.settimeout(0.2)
            while name not in self.connections:
                try:
                    self.connections[name] = listener.accept()[0]
                except socket.timeout:
                    if self.qemu.poll() is not None:
                        return False
            if name != MONITOR:
                self.selector.register(self.connections[name], selectors.EVENT_READ, name)
        self.monitor = Monitor(self.connections[MONITOR])
        return True

    def _lines(self, name, data):
        *lines, self.pending[name] = (self.pending.get(name, b"") + data).split(b"\n")
        return [line.decode("utf-8", "replace").rstrip("\r") for line in lines]

    def _request(self, command):
        said = self.monitor.human(command).strip()
        # The monitor says nothing when it has done as asked, save for queries.
        refused = said and not command.startswith("info ")
        answer = "%s%s\n" % (said + "\n" if said else "", "refused" if refused else "done")
        self.connections[REQUESTS].sendall(answer.encode())

    def run(self, timeout):
        """Returns (the verdict's line or None, why it ended)."""
        end = time.monotonic() + timeout
        if not self._accept():
            return None, "QEMU did not start (exit status %d)" % self.qemu.returncode
        verdict = None
        while time.monotonic() < end:
            for key, _ in self.selector.select(0.5):
                data = key.fileobj.recv(65536)
                if not data:
                    self.selector.unregister(key.fileobj)
                if key.data == CONSOLE:
                    self.console_log.write(data)
                    continue
                for line in self._lines(key.data, data):
                    if key.data == KTAP:
                        self.on_ktap(line)
                    elif key.data == REQUESTS:
                        self._request(line)
                    elif key.data == VERDICT:
                        verdict = line
                        end = min(end, time.monotonic() + 0.2)      # for what is still in the other ports
            if not self.selector.get_map():
                return verdict, "the machine went down"
        return verdict, "over" if verdict else "no verdict within %d s" % timeout

    def close(self):
        self.qemu.kill()
        self.qemu.wait()
        for connection in list(self.connections.values()) + list(self.listeners.values()):
            connection.close()
