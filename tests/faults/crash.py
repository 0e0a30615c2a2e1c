#!/usr/bin/env python3
"""Kills, full disks and odd surroundings: the output of a run that was hurt and resumed is that of an undisturbed one.

    python3 tests/faults/crash.py BINARY [--kills N] [--moments N]

Cases (each prints one line; exit status 1 when one fails):
  kill-syscall   SIGKILL at the N-th openat/write/fsync/rename (strace injection), N = 1, 2, 3 … until the run completes
                 (with --kills N: about that many, spread over the run), then resume
  kill-moment    SIGKILL after a random time, then resume
  kill-learning  SIGKILL in pass one after each further batch, over and over in one folder, its journal torn once: what was
                 learnt is taken up, and the end is the same
  kill-reading   SIGKILL in pass two: what repeats is there, what it was found in is not; nothing is resolved again
  kill-tables    SIGKILL while tables are written: nothing is learnt or read again
  interrupt      SIGINT while pass two reads: what is in hand is finished, exit 130, how to go on is said, then resume;
                 a second SIGINT: exit 130 at once, then resume
  other-config   unfinished work of another configuration: exit 2 and the difference; --fresh starts over
  tampered       a finished part whose bytes changed is made again, not trusted
  closed-pipe    whoever reads the output has gone: a quiet end
  no-space       the output on a full tmpfs of 4 MB: exit 1, a message that names the place, the last good output whole
  file-size      a file size limit (EFBIG; SIGXFSZ must not kill): the same
  surroundings   -j1, -j8, shuffled names, TZ, LC_ALL, env -i, another working directory: identical bytes
  locked         a second run in the same folder: exit 2, names the other
Cases that need a tool or a right that is not here (strace, mounting) are left out with a line that says so."""
import argparse, collections, hashlib, json, os, random, resource, shutil, signal, subprocess, sys, tempfile, time

def corpus(folder, n=40):
    r = random.Random(5)
    words = "the harbour board voted against a new tower of local stone after long debate 工程 团队 组长 联名 写信 要求 公开 检测 报告".split()
    os.makedirs(folder)
    for i in range(n):
        lines = [" ".join(r.choice(words) for _ in range(6))]
        for j in range(r.randint(5, 20)):
            day = f"On {r.randint(1, 28)} May {r.randint(1900, 2020)}, " if r.random() < .4 else f"{j}. "
            lines.append(day + " ".join(r.choice(words) for _ in range(r.randint(8, 30))) + ".")
        open(f"{folder}/{i:03}.txt", "w").write("\n".join(lines) + "\n")

def digest(out):
    h = {}
    for root, _, files in os.walk(out):
        for f in files:
            p = os.path.join(root, f); h[os.path.relpath(p, out)] = hashlib.sha256(open(p, "rb").read()).hexdigest()
    return h

class Suite:
    def __init__(self, binary, scratch):
        self.binary, self.scratch, self.failed, self.raw = binary, scratch, 0, os.path.join(scratch, "raw")
        corpus(self.raw); self.good = self.fresh("good"); assert self.run(self.good).returncode == 0
        self.want = digest(self.good)
    def fresh(self, name):
        p = os.path.join(self.scratch, name); shutil.rmtree(p, ignore_errors=True); return p
    def cmd(self, out, *more): return [self.binary, "run", self.raw, "-o", out, "-q", *more]
    def run(self, out, *more, **kw): return subprocess.run(self.cmd(out, *more), capture_output=True, text=True, **kw)
    def say(self, name, ok, note=""):
        self.failed += not ok; print(f"{'ok  ' if ok else 'FAIL'} {name:14} {note}", flush=True)
    def same(self, out): return digest(out) == self.want

    def kill_syscall(self, budget):
        if not shutil.which("strace"): return print("left out: kill-syscall (no strace)")
        calls = "openat,write,fsync,rename,renameat,renameat2"
        log = os.path.join(self.scratch, "strace.log"); out = self.fresh("count")
        r = subprocess.run(["strace", "-f", "-qq", "-o", log, "-e", "trace=" + calls, *self.cmd(out, "-j1")], capture_output=True, text=True)
        if r.returncode: return print(f"left out: kill-syscall (strace does not work here: {r.stderr.strip()[-80:]})")
        # strace counts for each thread by itself: beyond the most calls of one thread nothing is killed.
        threads = collections.Counter(l.split()[0] for l in open(log) if "(" in l); total = max(threads.values())
        step, n, tried, bad = max(1, total // budget), 1, 0, []
        while True:
            out = self.fresh("killed")
            k = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={calls}:signal=KILL:when={n}", *self.cmd(out, "-j1")], capture_output=True)
            if k.returncode == 0: break
            tried += 1; r = self.run(out)
            if r.returncode or not self.same(out): bad.append((n, r.returncode, r.stderr[-200:]))
            n += step
        self.say("kill-syscall", not bad and tried > 0, f"{tried} kills, up to call {n - step}, then it completed; {bad[:3] if bad else 'all resumed to the same bytes, nothing left over'}")

    def kill_moment(self, n):
        t = time.time(); self.run(self.fresh("timed")); whole = time.time() - t; r = random.Random(1); bad = []
        for i in range(n):
            out = self.fresh("killed"); p = subprocess.Popen(self.cmd(out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(r.random() * whole); p.send_signal(signal.SIGKILL); p.wait()
            q = self.run(out)
            if q.returncode or not self.same(out): bad.append((i, q.returncode, q.stderr[-200:]))
        self.say("kill-moment", not bad, f"{n} kills; {bad[:3] if bad else 'all resumed to the same bytes'}")

    def long(self):
        """A corpus of several parts, so that a run can be stopped between two of them; and what a whole run of it writes."""
        if not hasattr(self, "many"):
            self.many = os.path.join(self.scratch, "many.jsonl"); r = random.Random(9)
            with open(self.many, "w") as f:
                for i in range(6000): f.write(json.dumps({"id": str(i), "text": f"Report {i}. On {r.randint(1, 28)} May {r.randint(1900, 2020)} the harbour {r.randint(1, 10**6)} was closed again.\nNobody knew why."}) + "\n")
            out = self.fresh("long"); assert subprocess.run([self.binary, "run", self.many, "-o", out, "-q"]).returncode == 0
            self.want_long = digest(out)
        return self.many
    def stopped(self, out, signals):
        """A run that gets so many signals once pass two has made its first part: exit code and what it said."""
        p = subprocess.Popen([self.binary, "run", self.long(), "-o", out, "-j1", "--progress", "json"], stderr=subprocess.PIPE, text=True); said = ""
        for line in p.stderr:
            said += line
            if '"pass":2' in line and signals: p.send_signal(signal.SIGINT); signals -= 1; time.sleep(.02)
            elif "finishing" in line and signals: p.send_signal(signal.SIGINT); signals -= 1
        return p.wait(), said

    def learnable(self):
        """A corpus of seven batches whose output hangs on what was learnt: copies of articles, menus of sites."""
        path = os.path.join(self.scratch, "sites.jsonl"); r = random.Random(11); words = [w + e for w in "har ber tal mon ves kin dor lu fen gra sto wil".split() for e in "ing er a en ost ik".split()]; bodies = []
        with open(path, "w") as f:
            for i in range(7000):
                if bodies and r.random() < .3: body = r.choice(bodies)
                else: body = [" ".join(r.choices(words, k=40)) + f" on {r.randint(1, 28)} May {r.randint(1900, 2020)}." for _ in range(2)]; bodies.append(body)
                site = f"s{i % 9}.example"
                f.write(json.dumps({"id": str(i), "site": site, "url": f"https://{site}/{i}", "text": "\n".join([f"Home of {site}", *body, f"All rights reserved by {site}"])}) + "\n")
        out = self.fresh("sites"); assert subprocess.run([self.binary, "run", path, "-o", out, "-q"]).returncode == 0
        return path, out

    def kill_when(self, raw, out, ripe):
        """Kills a run as soon as what it says is ripe; gives the passes that it told of."""
        p = subprocess.Popen([self.binary, "run", raw, "-o", out, "-j2", "--progress", "json"], stderr=subprocess.PIPE, text=True); passes = []
        for line in p.stderr:
            if '"pass":' in line: passes.append(int(line.split('"pass":')[1][0]))
            if ripe(passes): p.send_signal(signal.SIGKILL)
        p.wait(); p.stderr.close(); return passes

    def kill_learning(self):
        raw, whole = self.learnable(); want = digest(whole); copies = json.load(open(os.path.join(whole, "run.json")))["counts"]["duplicates"]
        out = self.fresh("learning"); learnt = []
        journal = os.path.join(out, ".dateline", "learnt", "journal.jsonl")
        for n in range(1, 6):
            passes = self.kill_when(raw, out, lambda passes: passes.count(1) >= n)
            if 2 in passes or not os.path.exists(journal): break
            lines = open(journal).read().splitlines(); learnt.append(len(lines))
            # What a crash tears: a line half written, records behind the last line that are no records.
            if n == 3:
                with open(journal, "a") as f: f.write(lines[-1][:len(lines[-1]) // 2])
                with open(os.path.join(out, ".dateline", "learnt", "records"), "ab") as f: f.write(bytes(1000))
        r = subprocess.run([self.binary, "run", raw, "-o", out, "-q"], capture_output=True)
        self.say("kill-learning", len(learnt) > 2 and learnt == sorted(learnt) and copies > 1000 and r.returncode == 0 and digest(out) == want, f"killed with {learnt} batches learnt, resumed {r.returncode}, {copies} copies as in an undisturbed run")

        out = self.fresh("reading"); passes = self.kill_when(raw, out, lambda passes: passes.count(2) >= 2)
        learnt = set(os.listdir(os.path.join(out, ".dateline", "learnt"))); r = subprocess.run([self.binary, "run", raw, "-o", out, "-q"], capture_output=True)
        self.say("kill-reading", 3 not in passes and "known.json" in learnt and "records" not in learnt and r.returncode == 0 and digest(out) == want, f"what was left of pass one: {sorted(learnt)}, resumed {r.returncode}")

        out = self.fresh("tables"); note, learnt = (os.path.join(out, ".dateline", name) for name in ("parts.json", "learnt"))
        def ripe(passes):
            if 3 not in passes: return False
            for _ in range(2000):
                if os.path.exists(note) and not os.path.exists(learnt): break
                time.sleep(.001)
            return True
        self.kill_when(raw, out, ripe); killed, freed = os.path.exists(note), not os.path.exists(learnt)
        passes = self.kill_when(raw, out, lambda _: False)
        self.say("kill-tables", killed and freed and 1 not in passes and digest(out) == want, f"killed: {killed}, what was learnt is gone: {freed}, passes of the next run {sorted(set(passes))}")

    def interrupt(self):
        for name, signals in [("interrupt", 1), ("interrupt-twice", 2)]:
            out = self.fresh("interrupted"); code, said = self.stopped(out, signals)
            again = subprocess.run([self.binary, "run", self.long(), "-o", out, "-q"], capture_output=True)
            told = "goes on" in said if signals == 1 else "finishing" in said
            self.say(name, code == 130 and told and again.returncode == 0 and digest(out) == self.want_long, f"exit {code}, resumed {again.returncode}: {said.strip().splitlines()[-1][:60]}")

    def other_config(self):
        out = self.fresh("other"); self.stopped(out, 1)
        r = subprocess.run([self.binary, "run", self.long(), "-o", out, "-q", "--repeats", "off"], capture_output=True, text=True)
        told = 'clean.repeats: "corpus" there, "off" here' in r.stderr
        fresh = subprocess.run([self.binary, "run", self.long(), "-o", out, "-q", "--repeats", "off", "--fresh"], capture_output=True)
        left = os.path.exists(os.path.join(out, ".dateline"))
        self.say("other-config", r.returncode == 2 and told and fresh.returncode == 0 and not left, f"exit {r.returncode}, --fresh {fresh.returncode}: {r.stderr.strip()[-140:]}")

    def tampered(self):
        out = self.fresh("tampered"); self.stopped(out, 1)
        parts = os.path.join(out, ".dateline", "parts"); n = 0
        for root, _, files in os.walk(parts):
            for f in files:
                if f == "events.jsonl.zst": p = os.path.join(root, f); data = bytearray(open(p, "rb").read()); data[len(data) // 2] ^= 1; open(p, "wb").write(data); n += 1
        again = subprocess.run([self.binary, "run", self.long(), "-o", out, "-q"], capture_output=True)
        self.say("tampered", n > 0 and again.returncode == 0 and digest(out) == self.want_long, f"{n} parts changed, exit {again.returncode}, the bytes are right")

    def closed_pipe(self):
        p = subprocess.Popen([self.binary, "pipe", "points", self.long()], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdout.read(100); p.stdout.close(); err = p.stderr.read().decode(); code = p.wait()
        self.say("closed-pipe", code == 0 and not err, f"exit {code} {err[-80:]}")

    def no_space(self):
        mnt = os.path.join(self.scratch, "tiny"); os.makedirs(mnt, exist_ok=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mnt], capture_output=True).returncode:
            return print("left out: no-space (tmpfs cannot be mounted here)")
        try:
            out = os.path.join(mnt, "out"); self.run(out); before = digest(out)
            try:
                with open(os.path.join(mnt, "filler"), "wb", buffering=0) as f:
                    while f.write(bytes(4096)): pass
            except OSError: pass
            # Room for the first few files.
            os.truncate(os.path.join(mnt, "filler"), os.path.getsize(os.path.join(mnt, "filler")) - (32 << 10))
            r = self.run(out); left = {k: v for k, v in digest(out).items() if not k.startswith(".dateline")}
            os.remove(os.path.join(mnt, "filler")); again = self.run(out)
            self.say("no-space", r.returncode == 1 and mnt in r.stderr and before == left == self.want and again.returncode == 0 and self.same(out), f"exit {r.returncode}, then {again.returncode}: {r.stderr.strip()[-120:]}")
        finally: subprocess.run(["umount", mnt])

    def file_size(self):
        out = self.fresh("limited"); shutil.copytree(self.good, out)
        def limit(): resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        r = self.run(out, preexec_fn=limit)
        left = {k: v for k, v in digest(out).items() if not k.startswith(".dateline")}
        again = self.run(out)
        self.say("file-size", r.returncode == 1 and left == self.want and again.returncode == 0 and self.same(out), f"exit {r.returncode}: {r.stderr.strip()[-120:]}")

    def surroundings(self):
        env = dict(os.environ); bad = []
        for name, more, kw in [("-j1", ["-j1"], {}), ("-j8", ["-j8"], {}), ("TZ", [], {"env": {**env, "TZ": "Asia/Kathmandu"}}), ("LC_ALL", [], {"env": {**env, "LC_ALL": "tr_TR.UTF-8"}}), ("env -i", [], {"env": {}}), ("cwd", [], {"cwd": "/"})]:
            out = self.fresh("surroundings"); r = self.run(out, *more, **kw)
            if r.returncode or not self.same(out): bad.append((name, r.returncode, r.stderr[-100:]))
        # The same files, made in another order: a folder lists them as they came.
        shuffled = os.path.join(self.scratch, "shuffled", "raw"); names = os.listdir(self.raw); random.Random(3).shuffle(names); os.makedirs(shuffled)
        for name in names: shutil.copy(os.path.join(self.raw, name), shuffled)
        outs = []
        for cwd in (self.scratch, os.path.dirname(shuffled)):
            outs.append(self.fresh("shuffled-out")); r = subprocess.run([self.binary, "run", "raw", "-o", outs[0], "-q"], cwd=cwd, capture_output=True); outs.append(digest(outs[0]))
        if outs[1] != outs[3] or not outs[1]: bad.append(("shuffled names", r.returncode))
        self.say("surroundings", not bad, str(bad) if bad else "seven surroundings, identical bytes")

    def locked(self):
        import fcntl
        out = self.fresh("locked"); os.makedirs(os.path.join(out, ".dateline")); f = open(os.path.join(out, ".dateline", "lock"), "w"); f.write("process 4711"); f.flush(); fcntl.flock(f, fcntl.LOCK_EX)
        r = self.run(out); self.say("locked", r.returncode == 2 and "process 4711" in r.stderr, f"exit {r.returncode}: {r.stderr.strip()[-100:]}")

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("binary"); a.add_argument("--kills", type=int, default=10**9); a.add_argument("--moments", type=int, default=100); a = a.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        s = Suite(os.path.abspath(a.binary), scratch)
        s.surroundings(); s.locked(); s.interrupt(); s.kill_learning(); s.other_config(); s.tampered(); s.closed_pipe(); s.file_size(); s.no_space(); s.kill_moment(a.moments); s.kill_syscall(a.kills)
        sys.exit(1 if s.failed else 0)
main()
