#!/usr/bin/env python3
"""Inputs as they are: folders, records, crawls, pages and character sets that are damaged or hostile.

    python3 tests/faults/ingest.py BINARY [CASE...]

Each case makes its own inputs, runs BINARY over them and compares exit code, rows of `rejects` and what came through.
Prints one line a case; exit status 1 when one fails. Time and memory are those of the child process alone."""
import base64, gzip, hashlib, json, os, random, shutil, socket, subprocess, sys, tempfile, time

BINARY = os.path.abspath(sys.argv[1])
CASES = []

def case(f):
    CASES.append(f)
    return f

# Starts a program from a small process of its own: what a process took at most includes what its parent had at the start.
MEASURE = """
import os, sys
pid = os.fork()
if not pid: os.execvp(sys.argv[2], sys.argv[2:])
status, use = os.wait4(pid, 0)[1:]
open(sys.argv[1], "w").write(f"{use.ru_utime + use.ru_stime} {use.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
"""
MB = 1 << 20

class Room:
    """A folder with raw/ in it, and a run over it."""
    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="dateline-faults-"); self.raw = os.path.join(self.path, "raw"); os.mkdir(self.raw)
    def put(self, name, data):
        p = os.path.join(os.fsencode(self.raw), name if isinstance(name, bytes) else name.encode())
        os.makedirs(os.path.dirname(p), exist_ok=True)
        with open(p, "wb") as f: f.write(data if isinstance(data, bytes) else data.encode())
        return p
    def run(self, *args, prefix=()):
        use = os.path.join(self.path, "use"); measure = [sys.executable, "-S", "-c", MEASURE, use]
        done = subprocess.run([*prefix, *(measure if not prefix else ["env"]), BINARY, "run", "raw", "-o", "out", "-q", *args], cwd=self.path, capture_output=True, timeout=600)
        self.seconds, self.peak = (float(n) for n in open(use).read().split()) if os.path.exists(use) else (0.0, 0.0)
        self.peak *= 1024
        self.code, self.err = done.returncode, done.stderr.decode(errors="replace")
        self.rejects = self.rows("rejects.jsonl"); self.articles = self.table("articles.json")
        return self
    def rows(self, name):
        p = os.path.join(self.path, "out", name)
        return [json.loads(l) for l in open(p, encoding="utf-8")] if os.path.exists(p) else []
    def table(self, name):
        p = os.path.join(self.path, "out", name)
        return json.load(open(p, encoding="utf-8")) if os.path.exists(p) else []
    def codes(self): return sorted(r["code"] for r in self.rejects)
    def close(self): subprocess.run(["chmod", "-R", "u+rwx", self.path]); shutil.rmtree(self.path, ignore_errors=True)

def expect(what, found, wanted):
    if found != wanted: raise AssertionError(f"{what}: found {found!r}, expected {wanted!r}")

WORDS = "the harbour board voted against a new tower of local stone after long debate while boats waited outside".split()
def prose(seed, sentences=6):
    r = random.Random(seed)
    return " ".join(f"{' '.join(r.choice(WORDS) for _ in range(14)).capitalize()}." for _ in range(sentences))

# -- folders ----------------------------------------------------------------------------------------------------------
@case
def special_files(room):
    room.put("a.txt", prose(1)); os.mkfifo(f"{room.raw}/pipe"); s = socket.socket(socket.AF_UNIX); s.bind(f"{room.raw}/socket")
    os.symlink("/dev/zero", f"{room.raw}/zero"); os.symlink("nowhere", f"{room.raw}/broken"); os.symlink(".", f"{room.raw}/loop")
    room.run(); s.close()
    expect("codes", room.codes(), ["loop", "special-file", "special-file", "special-file", "unreadable"])
    expect("exit", room.code, 3); expect("articles", len(room.articles), 1)

@case
def odd_names(room):
    room.put(b"a\xff.txt", prose(1)); room.put(b"b\nline.txt", prose(2)); room.put(b"c\x1b[31m.txt", prose(3))
    room.run()
    expect("exit", room.code, 0)
    expect("names", sorted(a["source"] for a in room.articles), ["raw/a\\xff.txt", "raw/b\\nline.txt", "raw/c\\u{1b}[31m.txt"])

@case
def unreadable(room):
    room.put("a.txt", prose(1)); os.chmod(room.put("b.txt", prose(2)), 0); os.chmod(room.path, 0o777)
    os.mkdir(f"{room.path}/out"); os.chmod(f"{room.path}/out", 0o777)
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    room.run(prefix=prefix)
    expect("codes", room.codes(), ["unreadable"]); expect("exit", room.code, 3)

@case
def missing_input(room):
    done = subprocess.run([BINARY, "run", "no-such-folder", "-o", "out"], cwd=room.path, capture_output=True)
    expect("exit", done.returncode, 1); expect("named", b"no-such-folder" in done.stderr, True)

@case
def read_error_in_the_middle(room):
    if not shutil.which("strace"): return "left out: no strace"
    room.put("a.jsonl", "".join(json.dumps({"text": prose(n)}) + "\n" for n in range(2000)))
    room.run("-j1", "--repeats", "off", prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-P", f"{room.raw}/a.jsonl", "-P", "raw/a.jsonl", "-e", "inject=read:error=EIO:when=3+"])
    expect("exit", room.code, 3); expect("code", "unreadable" in room.codes(), True)
    expect("what stands before it", 0 < len(room.articles) < 2000, True)

@case
def archives(room):
    import io, tarfile, zipfile
    z = io.BytesIO()
    with zipfile.ZipFile(z, "w", zipfile.ZIP_DEFLATED) as f:
        for n in range(3): f.writestr(f"pages/{n}.html", f"<html><body><p>{prose(n)}</p></body></html>")
    t = io.BytesIO()
    with tarfile.open(fileobj=t, mode="w:gz", format=tarfile.PAX_FORMAT) as f:
        for n in range(3, 6):
            data = prose(n).encode(); info = tarfile.TarInfo(f"{'deep/' * 40}{n}.txt"); info.size = len(data); f.addfile(info, io.BytesIO(data))
    room.put("a.zip", z.getvalue()); room.put("b.tar.gz", t.getvalue()); room.run()
    expect("exit", room.code, 0); expect("articles", len(room.articles), 6)
    expect("names", room.articles[0]["source"].startswith("raw/a.zip/pages/"), True)

# -- records ----------------------------------------------------------------------------------------------------------
def lines(room, bad):
    good = json.dumps({"text": prose(1)}).encode(), json.dumps({"text": prose(2)}).encode()
    room.put("a.jsonl", good[0] + b"\n" + bad + b"\n" + good[1] + b"\n"); return room.run()

MENDED = {
    "lone surrogate": b'{"text": "\\ud83d %s"}', "byte order mark": b'\xef\xbb\xbf{"text": "%s"}', "NaN": b'{"text": "%s", "n": NaN}',
    "infinity": b'{"text": "%s", "n": -Infinity}', "control characters": b'{"text": "\x01\t%s"}', "raw line feed": b'{"text": "Two\n%s"}',
    "invalid UTF-8": b'{"text": "\xff %s"}', "deep nesting": b'{"text": "%s", "n": ' + b"[" * 100000 + b"]" * 100000 + b"}",
    "30 digits": b'{"text": "%s", "n": 123456789012345678901234567890}', "duplicate keys": b'{"text": "no", "text": "%s"}',
}
@case
def records_that_are_mended(room):
    for name, bad in MENDED.items():
        inner = Room()
        try:
            lines(inner, bad.replace(b"%s", prose(3).encode()))
            expect(name, (inner.code, len(inner.articles), inner.codes()), (0, 3, []))
        finally: inner.close()

@case
def records_that_are_rejected(room):
    for name, bad in {"cut": b'{"text": "cut', "not JSON": b"{text: 1}", "no text": b'{"n": 1}', "not a record": b"[1, 2]"}.items():
        inner = Room()
        try:
            lines(inner, bad)
            expect(name, (inner.code, len(inner.articles), [(r["record"], r["severity"]) for r in inner.rejects]), (3, 2, [(1, "lost")]))
        finally: inner.close()

@case
def numbers_pass_through_untouched(room):
    room.put("a.jsonl", b'{"text": "%s", "n": 123456789012345678901234567890}\n' % prose(1).encode()); room.run("--extra")
    expect("digits", "123456789012345678901234567890" in open(f"{room.path}/out/articles.json").read(), True)

@case
def lines_of_64_mib(room):
    lines(room, b'{"text": "' + b"x" * (64 << 20) + b'"}')
    expect("rest", (room.code, room.codes(), len(room.articles)), (3, ["too-large"], 2))

# -- crawls -----------------------------------------------------------------------------------------------------------
def record(n, length=None, feed="\r\n", more=""):
    body = f"<html><body><p>Report {n}. {prose(n, 20)}</p></body></html>"
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    stated = len(block) if length is None else length
    head = ["WARC/1.0", "WARC-Type: response", f"WARC-Target-URI: http://s{n}.example.com/{n}", "Content-Type: application/http; msgtype=response"]
    head += [more] if more else []
    head += [f"Content-Length: {stated}"] if stated != "" else []
    return (feed.join(head) + feed * 2 + block + "\r\n\r\n").encode()

def crawl(pack=lambda b: b, **odd): return [pack(record(n, **(odd if n == 50 else {}))) for n in range(100)]
def join(parts): return b"".join(parts)
def at(parts, n, share=.5): return sum(map(len, parts[:n])) + int(len(parts[n]) * share)
def flip(data, i): return data[:i] + bytes([data[i] ^ 0x15]) + data[i + 1:]
NOISE = random.Random(3).randbytes(5000)

def spans(parts, moved=()):
    """Where each record stands in the file; from the byte `at` on everything is moved by so much."""
    start = 0
    for part in parts:
        by = sum(by for at, by in moved if at <= start)
        yield start + by, start + by + len(part)
        start += len(part)

def damaged():
    """Name, file, where each record stands in it, pages that must come through, whether a reject must say so."""
    plain, zipped = crawl(), crawl(gzip.compress)
    p, z = join(plain), join(zipped)
    ps, zs = list(spans(plain)), list(spans(zipped))
    yield "cut plain", p[:at(plain, 50)], ps, 50, True
    yield "cut gzip", z[:at(zipped, 50)], zs, 50, True
    one = gzip.compress(p)[:-9]; yield "cut one member", one, [(0, len(one))] * 100, 99, True
    yield "flipped byte in a member", flip(z, at(zipped, 50)), zs, 99, True
    yield "flipped byte in a member's header", flip(z, at(zipped, 50, 0) + 1), zs, 99, True
    yield "flipped byte in a checksum", flip(z, at(zipped, 51, 0) - 6), zs, 99, True
    yield "flipped byte in the first byte", flip(z, 0), zs, 99, True
    yield "flipped byte in a plain header", flip(p, at(plain, 50, 0) + 1), ps, 99, True
    for name, length in [("too small", 10), ("too large", 10 ** 6), ("absurd", 10 ** 15), ("missing", "")]:
        odd = crawl(length=length); yield f"length {name}", join(odd), list(spans(odd)), 100, True
    i, j = at(plain, 50, 0), at(zipped, 50, 0)
    yield "garbage between records", p[:i] + NOISE + p[i:], list(spans(plain, [(i, len(NOISE))])), 100, True
    yield "garbage between members", z[:j] + NOISE + z[j:], list(spans(zipped, [(j, len(NOISE))])), 100, True
    i, j = at(plain, 50), at(plain, 51)
    yield "a slice is missing", p[:i] + p[j:], list(spans(plain, [(at(plain, 51, 0), i - j)])), 98, True
    feeds = [record(n, feed="\n") for n in range(100)]; yield "line feeds alone", join(feeds), list(spans(feeds)), 100, False
    colon = crawl(more="no colon here"); yield "bad header line", join(colon), list(spans(colon)), 100, False
    yield "zeros behind the last member", z + bytes(4096), zs, 100, False

def unaccounted(data, came, rejects):
    """Bytes that neither a page that came through nor a reject tells of; line ends and padding tell nothing."""
    told = bytearray(data)
    for start, end in came + [(r["byte_start"], r["byte_end"]) for r in rejects]: told[start:end] = bytes(len(told[start:end]))
    return sum(b not in b"\r\n\0" for b in told)

@case
def damaged_crawls(room):
    """Every page that is there comes through, every byte is accounted for, in less than 128 MB."""
    peak = 0
    for name, data, where, whole, told in damaged():
        inner = Room()
        try:
            inner.put("x.warc", data); inner.run("--repeats", "off")
            came = {int(a["text"].split(".")[0][7:]) for a in inner.articles if a["text"].startswith("Report ")}
            if len(came) < whole or (told and not inner.rejects) or (not told and inner.rejects):
                raise AssertionError(f"{name}: {len(came)} pages, expected {whole}; rejects {inner.codes()}")
            for r in inner.rejects: expect(f"{name}: place", 0 <= r["byte_start"] <= r["byte_end"] <= len(data), True)
            expect(f"{name}: bytes that nothing tells of", unaccounted(data, [where[n] for n in came], inner.rejects), 0)
            peak = max(peak, inner.peak)
        finally: inner.close()
    expect("below 128 MB", peak < 128 * MB or peak, True)
    return f"ok: 18 kinds of damage, at most {peak / MB:.0f} MB"

@case
def digests_that_differ(room):
    """A record that is not what its crawler wrote down comes through, with a flag."""
    def signed(n, body):
        block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{prose(n)}</p>".encode()
        digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Block-Digest: sha1:{digest}\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
        return head.encode() + body(block) + b"\r\n\r\n"
    room.put("x.warc", signed(1, lambda b: b) + signed(2, lambda b: flip(b, len(b) - 20))); room.run("--repeats", "off")
    expect("flags", [a["flags"] for a in room.articles], [[], ["digest-differs"]])

@case
def a_record_of_a_gibibyte(room):
    path = room.put("x.warc", record(1))
    with open(path, "ab") as f:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        f.write(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n" % (len(head) + (1 << 30)) + head)
        for _ in range(1024): f.write(b"x y " * (1 << 18))
        f.write(b"\r\n\r\n" + record(2))
    room.run()
    expect("rest", (room.code, room.codes(), len(room.articles)), (3, ["too-large"], 2))
    expect("below 128 MB", room.peak < 128 * MB or room.peak, True)
    return f"ok: {room.peak / MB:.0f} MB"

# -- pages ------------------------------------------------------------------------------------------------------------
HOSTILE = {
    "nested div": lambda n: b"<div>" * (n // 5) + b"text", "nested b": lambda n: b"<b>" * (n // 3) + b"text",
    "nested tables": lambda n: b"<table><tr><td>" * (n // 15) + b"text", "formatting soup": lambda n: b"<p><b><i><u>x" * (n // 13),
    "attributes": lambda n: b"<p " + b"".join(b"a%d=1 " % i for i in range(n // 8)) + b">text</p>",
    "one long attribute": lambda n: b'<p title="' + b"x" * n + b'">text</p>', "unclosed tags": lambda n: b"<p>a<li>b<td>c" * (n // 14),
    "unclosed comment": lambda n: b"<p>text</p><!--" + b"x" * n, "spans": lambda n: b"<span>x</span>" * (n // 14),
    "entities": lambda n: b"&amp;" * (n // 5), "zeros": lambda n: b"<p>te\0xt</p>" * (n // 12), "open brackets": lambda n: b"<" * n,
    "one word": lambda n: b"<p>" + b"x" * n, "digits": lambda n: b"<p>" + b"12 " * (n // 3), "select": lambda n: b"<select><option>x" * (n // 17),
}
@case
def hostile_pages(room):
    """Each under a second a megabyte and one second more, and below 256 MB; what there is of text is there."""
    slow, large, peak, worst = [], [], 0, 0
    for name, make, size in [(n, m, 2 * MB) for n, m in HOSTILE.items()] + [("an attribute of 50 MB", HOSTILE["one long attribute"], 50 * MB)]:
        inner = Room()
        try:
            inner.put("a.html", b"<html><body><p>The harbour was closed on Monday.</p>" + make(size)); inner.run("-j1")
            share = inner.seconds / (size / 1e6 + 1); worst, peak = max(worst, share), max(peak, inner.peak)
            if share > 1: slow.append(f"{name} {inner.seconds:.1f} s")
            if inner.peak > 256 * MB: large.append(f"{name} {inner.peak / MB:.0f} MB")
            if inner.code != 0 or "harbour" not in inner.articles[0]["text"] + "".join(b["text"] for b in inner.table("blocks.json")):
                inner.run("-j1", "--tables", "articles,blocks", "--fresh")
                if inner.code or not any("harbour was closed" in b["text"] for b in inner.table("blocks.json")): raise AssertionError(f"{name}: exit {inner.code}: {inner.err[-200:]}")
        finally: inner.close()
    expect("too slow", slow, []); expect("too large", large, [])
    return f"ok: {len(HOSTILE) + 1} pages, the slowest took {worst:.0%} of its time, the largest {peak / MB:.0f} MB"

# -- character sets ---------------------------------------------------------------------------------------------------
TEXTS = {
    "zh": "今年三月，城里的旧桥终于拆除了。居民们站在河边看了很久，没有人说话。新的桥要到明年秋天才能通车，市长说。",
    "tw": "今年三月，城裡的舊橋終於拆除了。居民們站在河邊看了很久，沒有人說話。新的橋要到明年秋天才能通車，市長說。",
    "ja": "今年の三月、町の古い橋がついに取り壊された。住民は川辺に立って長い間見ていたが、誰も口を開かなかった。",
    "ko": "올해 3월, 도시의 낡은 다리가 마침내 철거되었다. 주민들은 강가에 서서 오랫동안 바라보았다.",
    "ru": "В марте этого года старый мост наконец снесли. Жители долго стояли у реки и молчали, никто не говорил.",
    "fr": "En mars, le vieux pont a enfin été démoli. Les habitants sont restés longtemps près de la rivière, très émus.",
    "pl": "W marcu tego roku stary most został wreszcie rozebrany. Mieszkańcy długo stali nad rzeką, nikt się nie odzywał.",
    "el": "Τον Μάρτιο η παλιά γέφυρα τελικά κατεδαφίστηκε. Οι κάτοικοι στάθηκαν για ώρα δίπλα στο ποτάμι.",
}
SETS = [("zh", "gb18030", "utf-8"), ("zh", "utf-8", "gb2312"), ("zh", "utf-16-le", "utf-8"), ("tw", "big5", "gb2312"), ("ja", "shift_jis", "euc-jp"),
        ("ja", "euc_jp", "utf-8"), ("ko", "euc_kr", "big5"), ("ru", "cp1251", "iso-8859-1"), ("ru", "koi8_r", "windows-1251"),
        ("fr", "cp1252", "utf-8"), ("pl", "cp1250", "iso-8859-1"), ("el", "cp1253", "windows-1252")]
@case
def twelve_sets_declared_wrongly(room):
    for i, (lang, real, declared) in enumerate(SETS):
        room.put(f"{i:02}.html", f'<html><head><meta charset="{declared}"><title>x</title></head><body><p>{TEXTS[lang]}</p></body></html>'.encode(real))
    room.run("--repeats", "off")
    wrong = [f"{SETS[i][1]} declared {SETS[i][2]}" for i, a in enumerate(sorted(room.articles, key=lambda a: a["source"])) if TEXTS[SETS[i][0]] not in a["text"]]
    expect("read wrongly", (len(room.articles), wrong), (12, []))

def main():
    chosen = [c for c in CASES if not sys.argv[2:] or c.__name__ in sys.argv[2:]]
    failed = 0
    for f in chosen:
        room = Room()
        try: note = f(room) or "ok"
        except Exception as e: note, failed = f"FAILED {type(e).__name__}: {e}", failed + 1
        finally: room.close()
        print(f"{f.__name__:32} {note}", flush=True)
    sys.exit(1 if failed else 0)

if __name__ == "__main__": main()
