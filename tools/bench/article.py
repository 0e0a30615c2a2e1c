#!/usr/bin/env python3
"""Speed of finding the article, beside trafilatura, resiliparse and rs-trafilatura, on the same pages in the same run.

    python3 tools/bench/article.py [--pages PAGES.jsonl[.zst]] [--field html] [--limit 400] [--runs 3]

Pages are JSON Lines with the page in one field; without a file, pages are made up here. Each program reads all pages in
one process on one core, CPU seconds (user + system) are counted, the best of the runs is shown. The peers are installed
into a scratch folder: trafilatura and resiliparse from PyPI, rs-trafilatura from crates.io; one that cannot be installed
is left out with a line that says so."""
import argparse, json, os, random, resource, subprocess, sys, tempfile

PY = """
import json, sys
which, path = sys.argv[1:]
if which == "trafilatura":
    from trafilatura import extract
    work = lambda page: extract(page, include_comments=False)
else:
    from resiliparse.extract.html2text import extract_plain_text
    work = lambda page: extract_plain_text(page, main_content=True)
for line in open(path, encoding="utf8"):
    work(json.loads(line)["html"])
"""
RUST = """
use std::io::BufRead;
fn main() {
    let path = std::env::args().nth(1).expect("a file");
    for line in std::io::BufReader::new(std::fs::File::open(path).expect("it is there")).lines() {
        let page: serde_json::Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        let _ = std::hint::black_box(rs_trafilatura::extract(page["html"].as_str().expect("a page")));
    }
}
"""
WORDS = "the harbour board voted against a new tower of local stone after long debate and nobody in village remembered why".split()

def made_up(n):
    r = random.Random(7)
    words = lambda k: " ".join(r.choice(WORDS) for _ in range(k))
    for i in range(n):
        menu = "".join(f'<li class="menu-item"><a href="/s/{j}">{words(2)}</a></li>' for j in range(40))
        body = "".join(f'<p class="text">{words(r.randint(20, 90)).capitalize()}. <a href="/x">{words(2)}</a></p>\n' for _ in range(r.randint(8, 40)))
        yield f"<!DOCTYPE html><html><head><title>{words(6)} | Gazette</title><script>var a = {{}};</script></head><body><nav><ul>{menu}</ul></nav><main><article><h1>{words(6)}</h1>{body}</article></main><footer><ul>{menu}</ul></footer></body></html>"

def pages(args):
    if not args.pages:
        yield from made_up(args.limit); return
    cmd = ["zstd", "-dc", "--long=27", args.pages] if args.pages.endswith(".zst") else ["cat", args.pages]
    with subprocess.Popen(cmd, stdout=subprocess.PIPE) as p:
        for i, line in enumerate(p.stdout):
            if i >= args.limit: break
            yield json.loads(line)[args.field]
        p.kill()

def cpu(cmd, **kw):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

def quiet(*cmd, **kw):
    return subprocess.run(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **kw)

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--pages"); a.add_argument("--field", default="html"); a.add_argument("--limit", type=int, default=400); a.add_argument("--runs", type=int, default=3)
    a.add_argument("--binary", default="target/release/dateline"); a.add_argument("--scratch")
    args = a.parse_args()
    scratch = args.scratch or tempfile.mkdtemp(prefix="bench-"); os.makedirs(scratch, exist_ok=True)
    src = os.path.join(scratch, "pages.jsonl"); n = size = 0
    with open(src, "w", encoding="utf8") as f:
        for i, page in enumerate(pages(args)):
            f.write(json.dumps({"id": i, "html": page}, ensure_ascii=False) + "\n"); n += 1; size += len(page.encode())
    contestants = {"dateline": [os.path.abspath(args.binary), "pipe", "article", src]}
    venv = os.path.join(scratch, "venv"); py = os.path.join(venv, "bin", "python")
    if not os.path.exists(py): subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    open(os.path.join(scratch, "peer.py"), "w").write(PY)
    for name in ("trafilatura", "resiliparse"):
        r = quiet(py, "-m", "pip", "install", "-q", name, *(["lxml_html_clean"] if name == "trafilatura" else []))
        if r.returncode: print(f"{name}: not installable here, left out: {r.stderr.strip().splitlines()[-1:]}")
        else: contestants[name] = [py, os.path.join(scratch, "peer.py"), name, src]
    crate = os.path.join(scratch, "rs"); os.makedirs(os.path.join(crate, "src"), exist_ok=True)
    open(os.path.join(crate, "Cargo.toml"), "w").write('[package]\nname = "peer"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nrs-trafilatura = "0.2"\nserde_json = "1"\n[workspace]\n')
    open(os.path.join(crate, "src", "main.rs"), "w").write(RUST)
    r = quiet("cargo", "build", "--release", cwd=crate)
    if r.returncode: print(f"rs-trafilatura: not buildable here, left out: {r.stderr.strip().splitlines()[-1:]}")
    else: contestants["rs-trafilatura"] = [os.path.join(crate, "target", "release", "peer"), src]
    print(f"{n} pages, {size/1e6:.1f} MB")
    best = {}
    for _ in range(args.runs):
        for name, cmd in contestants.items(): best[name] = min(best.get(name, 1e9), cpu(cmd))
    for name, s in sorted(best.items(), key=lambda x: x[1]):
        print(f"{name:16} {s:8.2f} CPU s {size/1e6/s:8.1f} MB/s   dateline is {s/best['dateline']:.1f} x as fast")
if __name__ == "__main__": main()
