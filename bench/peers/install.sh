#!/bin/bash
# Installs the peers (root, Debian 12; node >= 20 and npm must be there) and
# builds sink, injector and vclient into $BENCH_WORK (default /tmp/mailbench).
set -e; cd "$(dirname "$0")"; H=$PWD; W=${BENCH_WORK:-/tmp/mailbench}
mkdir -p "$W/npm"; chmod 755 "$W"; export DEBIAN_FRONTEND=noninteractive
# keep packages from starting their services while we install
if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d; trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends postfix opendkim opendkim-tools libssl-dev gcc openssl opendmarc rspamd nsd publicsuffix >/dev/null
# undici 8 (for BIMI, which is off) does not load under Node 20
(cd "$W/npm" && { [ -e package.json ] || npm init -y >/dev/null; } && npm pkg set overrides.undici=^7 && npm install --no-audit --no-fund nodemailer@10.6.0 mailauth@7.1.0)
gcc -O2 -Wall -o "$W/sink" sink.c -lssl -lcrypto -lpthread
gcc -O2 -Wall -o "$W/inject" inject.c -lssl -lcrypto -lpthread
gcc -O2 -Wall -o "$W/vclient" vclient.c -lpthread
python3 gen_w1.py "$W"
