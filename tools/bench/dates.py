#!/usr/bin/env python3
"""Speed of reading dates, beside chrono-node, on the same texts in the same run.

    python3 tools/bench/dates.py [--texts FILE.jsonl[.zst]]... [--megabytes 16] [--runs 3]

Texts are JSON Lines with the text in `text`. Without a file they are made by tools/corpus/make.py, and where the labelled
running text lies beside the project (../shared/data/dates) that is read too. A set smaller than --megabytes is read again
and again until it is as large, so that what counts is not the start. Each program reads all texts of a set in one
process on one core, chrono-node with the English parser that it takes by default, dateline with all its languages loaded
and none told; CPU seconds (user + system, start included) are counted, the best of the runs is shown. chrono-node is
installed from npm into a scratch folder."""
import argparse, json, os, resource, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BESIDE = [os.path.join(ROOT, up, "shared", "data", "dates", "corpora.jsonl.zst") for up in ("..", "../..")]
SHARED = next((path for path in BESIDE if os.path.exists(path)), BESIDE[0])
PEER = """
const chrono = require('chrono-node');
const now = new Date(2023, 10, 22);
let found = 0;
for (const line of require('fs').readFileSync(process.argv[2], 'utf8').split('\\n'))
  if (line) found += chrono.parse(JSON.parse(line).text, now).length;
console.log(found);
"""

def lines(path):
    cmd = ["zstd", "-dc", "--long=27", path] if path.endswith(".zst") else ["cat", path]
    return subprocess.run(cmd, check=True, stdout=subprocess.PIPE).stdout.decode().splitlines()

def sets(args):
    """(name, texts) of each set."""
    if args.texts:
        for path in args.texts: yield os.path.basename(path), [json.loads(l)["text"] for l in lines(path)]
        return
    made = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "corpus", "make.py"), str(args.megabytes)], check=True, stdout=subprocess.PIPE)
    rows = [json.loads(l) for l in made.stdout.decode().splitlines()]
    yield "made up", [r["text"] for r in rows]
    yield "made up, English", [r["text"] for r in rows if r["lang"] == "en"]
    if not os.path.exists(SHARED):
        print(f"running text: {SHARED} is not here, left out"); return
    rows = [json.loads(l) for l in lines(SHARED)]
    yield "running text", [r["text"] for r in rows]
    yield "running text, English", [r["text"] for r in rows if r["lang"] == "en"]

def cpu(cmd, **kw):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--texts", action="append"); a.add_argument("--megabytes", type=float, default=16); a.add_argument("--runs", type=int, default=3)
    a.add_argument("--binary", default=os.path.join(ROOT, "target", "release", "dateline")); a.add_argument("--scratch")
    args = a.parse_args()
    scratch = args.scratch or tempfile.mkdtemp(prefix="bench-"); os.makedirs(scratch, exist_ok=True)
    dateline = [os.path.abspath(args.binary), "pipe", "dates"]; chrono = None
    r = subprocess.run(["npm", "install", "--silent", "--prefix", scratch, "chrono-node"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if r.returncode: print(f"chrono-node: not installable here, left out: {r.stderr.strip().splitlines()[-1:]}")
    else:
        version = json.load(open(os.path.join(scratch, "node_modules", "chrono-node", "package.json")))["version"]
        print(f"chrono-node {version}")
        peer = os.path.join(scratch, "peer.js"); open(peer, "w").write(PEER); chrono = ["node", peer]
    for name, texts in sets(args):
        once = sum(len(t.encode()) for t in texts); n_times = max(1, round(args.megabytes * 1e6 / once)); texts *= n_times
        src = os.path.join(scratch, "texts.jsonl"); size = once * n_times
        with open(src, "w", encoding="utf8") as f:
            for i, t in enumerate(texts): f.write(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n")
        best = {}
        for _ in range(args.runs):
            for who, cmd in (("dateline", dateline), ("chrono-node", chrono)):
                if cmd: best[who] = min(best.get(who, 1e9), cpu([*cmd, src]))
        print(f"{name}: {len(texts) // n_times} texts, {once/1e6:.1f} MB, {n_times} times")
        for who, s in best.items():
            print(f"  {who:12} {s:8.2f} CPU s {size/1e6/s:8.1f} MB/s   dateline is {s/best['dateline']:.1f} x as fast")
main()
