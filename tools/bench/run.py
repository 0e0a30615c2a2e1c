#!/usr/bin/env python3
"""Speed of the whole run, dumps in and tables out, on one thread: pages beside trafilatura on the same pages in the same
run (it finds the article and nothing else), and texts.

    python3 tools/bench/run.py [--binary target/release/dateline] [--pages PAGES.jsonl[.zst]] [--field html] [--limit 400] [--megabytes 20]

Pages are JSON Lines with the page in one field; without a file they are made up. Texts are made by tools/corpus/make.py.
CPU seconds (user + system) are counted, the best of the runs is shown. trafilatura comes from PyPI into a scratch folder;
where it cannot be installed it is left out with a line that says so."""
import argparse, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from article import PY, cpu, pages, quiet

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--binary", default="target/release/dateline"); a.add_argument("--pages"); a.add_argument("--field", default="html")
    a.add_argument("--limit", type=int, default=400); a.add_argument("--megabytes", type=int, default=20); a.add_argument("--runs", type=int, default=3)
    args = a.parse_args(); scratch = tempfile.mkdtemp(prefix="bench-")
    try:
        html, text, out = (os.path.join(scratch, n) for n in ("pages.jsonl", "texts.jsonl", "out")); size = {"pages": 0}
        with open(html, "w", encoding="utf8") as f:
            for i, page in enumerate(pages(args)):
                f.write(json.dumps({"id": i, "html": page}, ensure_ascii=False) + "\n"); size["pages"] += len(page.encode())
        make = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus", "make.py")
        with open(text, "wb") as f: subprocess.run([sys.executable, make, str(args.megabytes)], stdout=f, check=True)
        size["texts"] = os.path.getsize(text)
        run = lambda src, *more: [os.path.abspath(args.binary), "run", src, "-o", out, "-j1", "-q", "--fresh", *more]
        contestants = [("dateline run", "pages", run(html)), ("dateline run --repeats dump", "pages", run(html, "--repeats", "dump")),
                       ("dateline run", "texts", run(text)), ("dateline run --repeats dump", "texts", run(text, "--repeats", "dump"))]
        py = os.path.join(scratch, "venv", "bin", "python"); subprocess.run([sys.executable, "-m", "venv", os.path.join(scratch, "venv")], check=True)
        peer = os.path.join(scratch, "peer.py"); open(peer, "w").write(PY)
        r = quiet(py, "-m", "pip", "install", "-q", "trafilatura", "lxml_html_clean")
        if r.returncode: print(f"trafilatura: not installable here, left out: {r.stderr.strip().splitlines()[-1:]}")
        else: contestants.insert(2, ("trafilatura", "pages", [py, peer, "trafilatura", html]))
        best = {}
        for _ in range(args.runs):
            for name, what, cmd in contestants: best[name, what] = min(best.get((name, what), 1e9), cpu(cmd))
        for (name, what), s in best.items():
            print(f"{what} {size[what] / 1e6:6.1f} MB  {name:28} {s:7.2f} CPU s {size[what] / 1e6 / s:7.2f} MB/s a core   {best['dateline run', what] / s:5.2f} x dateline run")
    finally: shutil.rmtree(scratch, ignore_errors=True)

if __name__ == "__main__": main()
