"""Headless Chromium, for pages that people read: what it shows, how wide, how
many sheets.  A copy of the page gets a script that measures; the page itself
has none."""
import html, json, os, re, shutil, subprocess
from harness import PATIENCE

CHROMIUM = shutil.which("chromium")

# Widths in CSS pixels, what sticks out, text below the contrast of WCAG AA.
MEASURE = """
function shade(c){const m=c.match(/[0-9.]+/g).map(Number);return m.length>3?m:[...m,1]}
function light(c){return [0,1,2].map(i=>{const v=c[i]/255;
  return v<=0.03928?v/12.92:((v+0.055)/1.055)**2.4})
  .reduce((s,v,i)=>s+v*[0.2126,0.7152,0.0722][i],0)}
function behind(e){for(;e;e=e.parentElement){
  const c=shade(getComputedStyle(e).backgroundColor);if(c[3])return c}
  return [255,255,255,1]}
const out={width:document.documentElement.scrollWidth,window:innerWidth,
  wide:[],faint:[],headings:[],ground:getComputedStyle(
  document.body).backgroundColor,text:document.body.innerText};
for(const e of document.body.querySelectorAll('*')){
  const r=e.getBoundingClientRect();
  if(e.closest('svg')&&e.tagName!=='svg')continue;
  if(r.width&&r.right>innerWidth+1&&getComputedStyle(e).position!=='absolute')
    out.wide.push(e.tagName+' '+e.textContent.slice(0,60));
  if([...e.childNodes].some(n=>n.nodeType===3&&n.textContent.trim())){
    const a=light(shade(getComputedStyle(e).color)),b=light(behind(e));
    const ratio=(Math.max(a,b)+0.05)/(Math.min(a,b)+0.05);
    if(ratio<4.5)out.faint.push(ratio.toFixed(2)+' '+e.textContent.slice(0,60))}}
for(const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6'))
  out.headings.push(+h.tagName[1]);
const p=parent.document.createElement('pre');p.id='measured';
p.textContent=JSON.stringify(out);parent.document.body.append(p);
"""

class Browser:
    def __init__(self, work):
        self.work = work

    def run(self, *options):
        p = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", "--disable-dev-shm-usage",
             f"--user-data-dir={self.work.path('chromium')}", *options],
            capture_output=True, timeout=PATIENCE)
        return p.returncode, p.stdout.decode("utf-8", "replace")

    def measure(self, page, width, height, dark=False):
        """The facts of MEASURE for a screen of that size: a frame, because a
        headless window is never narrower than 500."""
        with open(page, encoding="utf-8") as f:
            text = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>",
                          "", f.read())
        text = text.replace("</body>", f"<script>{MEASURE}</script></body>")
        copy = self.work.write(
            "measured.html", "<!DOCTYPE html><meta charset=utf-8><body>"
            f"<iframe style='width:{width}px;height:{height}px;border:0' "
            f"srcdoc=\"{html.escape(text)}\"></iframe>")
        rc, dom = self.run("--window-size=1400,1000",
                           f"--blink-settings=preferredColorScheme="
                           f"{0 if dark else 1}",
                           "--dump-dom", f"file://{copy}")
        m = re.search(r'<pre id="measured">(.*?)</pre>', dom, re.S)
        return json.loads(html.unescape(m.group(1))) if m else {}

    def screenshot(self, page, width, height, name):
        path = self.work.path(name)
        self.run(f"--window-size={width},{height}", f"--screenshot={path}",
                 f"file://{page}")
        return path

    def sheets(self, page, name):
        """The PDF's bytes, and how many pages it has."""
        path = self.work.path(name)
        self.run("--no-pdf-header-footer", f"--print-to-pdf={path}",
                 f"file://{page}")
        with open(path, "rb") as f:
            data = f.read()
        return data, len(re.findall(rb"/Type\s*/Page\b", data))

def png_size(path):
    with open(path, "rb") as f:
        head = f.read(24)
    return (int.from_bytes(head[16:20], "big"),
            int.from_bytes(head[20:24], "big"))
