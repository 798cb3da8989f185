// node mailauth.cjs NODE_MODULES W2 PORT OUT: mailauth over the corpus, 16
// messages at once; one process, and DNS answers kept for the whole run
// (mailauth itself keeps none).
const [, , npm, w2, port, out] = process.argv;
const fs = require('fs'), { Resolver } = require('dns').promises, { authenticate } = require(npm + '/mailauth');
const rows = fs.readFileSync(w2 + '/manifest.tsv', 'utf8').trim().split('\n').map(l => l.split('\t'));
const rs = new Resolver(); rs.setServers(['127.0.0.1:' + port]); const memo = new Map();
const resolver = (n, t) => { const k = t + n; let v = memo.get(k); if (!v) { v = rs.resolve(n, t); v.catch(() => 0); memo.set(k, v); } return v; };
let next = 0; const res = [];
async function worker() {
  while (next < rows.length) { const i = next++, [file, ip, helo, sender] = rows[i];
    const a = await authenticate(fs.readFileSync(w2 + '/' + file), { ip, helo, sender, mta: 'mx.example.test', resolver, disableArc: true, disableBimi: true });
    res.push([i, a.spf.status.result === 'pass', a.dkim.results.some(x => x.status.result === 'pass'), a.dmarc && a.dmarc.status.result === 'pass']); }
}
Promise.all(Array.from({ length: 16 }, worker)).then(() => fs.writeFileSync(out, res.map(x => x.map(Number).join(' ')).join('\n') + '\n'));
