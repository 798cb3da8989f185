"""A Postfix of our own on loopback: takes mail for every domain given and files
all of it in one Maildir.  Started and stopped by whoever uses it, by its pid."""
import os, pwd, shutil, signal, socket, subprocess, time
from harness import PATIENCE, wait_until

DOMAINS = [f"r{i:02d}.test" for i in range(50)]

def installed():
    return os.path.exists("/usr/sbin/postfix") and os.geteuid() == 0

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

class PortTaken(Exception):
    pass

class Postfix:
    def __init__(self, work, domains=DOMAINS):
        for _ in range(5):
            try:
                return self.start(work, domains)
            except PortTaken:  # by somebody else, between looking and taking
                self.stop()
                shutil.rmtree(self.base)
        raise RuntimeError("postfix finds no port")

    def start(self, work, domains):
        self.base = base = work.path("postfix")
        self.port = free_port()
        self.name = f"receiver{os.getpid()}.test"
        for d in ("etc", "spool", "data", "mail"):
            os.makedirs(f"{base}/{d}")
        # its processes are not root: every folder on the way must let them in
        os.chmod(work.dir, 0o755)
        shutil.chown(f"{base}/data", "postfix")
        nobody = pwd.getpwnam("nobody")
        os.chown(f"{base}/mail", nobody.pw_uid, nobody.pw_gid)
        self.box = f"{base}/mail/box"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=localhost", "-days", "2", "-keyout",
             f"{base}/etc/key.pem", "-out", f"{base}/etc/cert.pem"],
            check=True, capture_output=True)
        self.write("etc/main.cf", f"""compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = {self.name}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {base}/etc/cert.pem
smtpd_tls_key_file = {base}/etc/key.pem
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_forbid_bare_newline = yes
virtual_mailbox_domains = {', '.join(domains)}
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
maillog_file = {base}/maillog
maillog_file_prefixes = {base}
""")
        self.write("etc/master.cf", f"""127.0.0.1:{self.port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
""")
        p = subprocess.run(["postfix", "-c", f"{base}/etc", "start"],
                           capture_output=True, text=True)
        if not wait_until(lambda: self.answers() or self.taken()) or \
                self.taken():
            if self.taken():
                raise PortTaken
            raise RuntimeError(f"postfix did not start: {p.stdout}{p.stderr}"
                               f"{self.log()}")
        self.at = f"127.0.0.1:{self.port}"

    def answers(self):
        """That it is ours is in its greeting: another's name differs."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as s:
                return self.name.encode() in s.makefile("rb").readline()
        except OSError:
            return False

    def taken(self):
        return "Address already in use" in self.log()

    def write(self, name, text):
        with open(f"{self.base}/{name}", "w", encoding="utf-8") as f:
            f.write(text)

    def log(self):
        try:
            return open(f"{self.base}/maillog", encoding="utf-8").read()
        except OSError:
            return "(no log)"

    def filed(self):
        new = f"{self.box}/new"
        return os.listdir(new) if os.path.isdir(new) else []

    def mails(self, want):
        """Waits until `want` mails are filed; returns their paths."""
        wait_until(lambda: len(self.filed()) >= want)
        return [f"{self.box}/new/{n}" for n in sorted(self.filed())]

    def stop(self):
        try:
            pid = int(open(f"{self.base}/spool/pid/master.pid").read())
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                os.kill(pid, 0)
                time.sleep(0.05)
        except (OSError, ValueError):
            pass
