"""A private rspamd with nothing but SPF, DKIM and DMARC, over HTTP."""
import os, shutil, subprocess
import meas
PORT = 11833
CONF = """options {{
  pidfile = "{b}/pid"; filters = "dkim"; check_all_filters = true; tempdir = "/tmp"; url_tld = "{b}/tld.dat";
  control_socket = "{b}/db/ctl mode=0600"; history_rows = 20; stats_file = "{b}/db/stats.ucl"; hs_cache_dir = "{b}/db/"; cache_file = "{b}/db/symbols.cache"; dynamic_conf = "{b}/db/dyn";
  local_addrs = []; task_timeout = 30s; explicit_modules = ["spf", "dmarc", "dkim"];
  dns {{ nameserver = ["127.0.0.1:{dns}"]; timeout = 1s; sockets = 16; retransmits = 5; }} }}
logging {{ type = "file"; filename = "{b}/log/log"; level = "error"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 2; max_tasks = 0; }}
lua = "{b}/rspamd.lua";
modules {{ path = "{b}/plugins/"; }}
group "all" {{ max_score = 0.0; }}
actions {{ reject = 1000; add_header = 900; greylist = 800; }}
spf {{ spf_cache_size = 2k; }}
dkim {{ dkim_cache_size = 2k; time_jitter = 6h; trusted_only = false; skip_multi = false; }}
dmarc {{ reporting {{ enabled = false; }} }}
"""
def make(dns):
    b = f"{meas.WORK}/rspamd"; shutil.rmtree(b, True); P = "/usr/share/rspamd/plugins"
    for d in ("db", "plugins", "log"): os.makedirs(f"{b}/{d}")
    for m in ("spf", "dmarc"): os.symlink(f"{P}/{m}.lua", f"{b}/plugins/{m}.lua")
    meas.write(f"{b}/rspamd.lua", 'require "global_functions" ()\nconfig["regexp"] = {}\nrspamd_maps = {}\n')
    # .example is in no public suffix list
    meas.write(f"{b}/tld.dat", open("/usr/share/rspamd/effective_tld_names.dat").read() + "\nexample\n")
    meas.write(f"{b}/rspamd.conf", CONF.format(b=b, dns=dns, port=PORT))
    subprocess.check_call(["chown", "-R", "_rspamd:_rspamd", b])
    return ["rspamd", "-f", "-u", "_rspamd", "-g", "_rspamd", "-c", f"{b}/rspamd.conf"]
