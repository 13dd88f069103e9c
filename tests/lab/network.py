"""The network of a lab: one bridge in a namespace of its own, one namespace per host. Nothing of it can be seen from
the machine's own network, so that any number of labs can use the same addresses."""
import subprocess


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


class Network:
    """`name` is the lab's; the operator's seat is 10.77.0.1, hosts are 10.77.0.11 and up."""

    def __init__(self, name):
        self.name = name
        self.bridge = f"{name}-net"
        self.hosts = []
        ip("netns", "add", self.bridge)
        inside = ("-n", self.bridge)
        ip(*inside, "link", "set", "lo", "up")
        ip(*inside, "link", "add", "br0", "type", "bridge")
        ip(*inside, "addr", "add", "10.77.0.1/24", "dev", "br0")
        ip(*inside, "link", "set", "br0", "up")

    def add(self, host, number):
        """Gives `host` (its number in the lab is 1 to 200) a namespace and an address; both are returned."""
        space, address, cable = f"{self.name}-{host}", f"10.77.0.{10 + number}", f"v{number}"
        ip("netns", "add", space)
        self.hosts.append(space)
        ip("-n", space, "link", "set", "lo", "up")
        ip("-n", self.bridge, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("-n", self.bridge, "link", "set", cable, "master", "br0", "up")
        ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        ip("-n", space, "link", "set", "eth0", "up")
        ip("-n", space, "route", "add", "default", "via", "10.77.0.1")
        return space, address

    def unplug(self, number):
        """Pulls the host's cable: packets are lost, nothing is refused."""
        ip("-n", self.bridge, "link", "set", f"v{number}", "down")

    def plug(self, number):
        ip("-n", self.bridge, "link", "set", f"v{number}", "up")

    def seat(self):
        """What is put in front of a command for it to run at the operator's seat: it reaches every host."""
        return ["nsenter", f"--net=/run/netns/{self.bridge}"]

    def down(self):
        for space in (*self.hosts, self.bridge):
            ip("netns", "delete", space, check=False)
