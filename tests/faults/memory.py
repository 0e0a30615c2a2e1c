#!/usr/bin/env python3
"""A corpus larger than the memory: a bounded run finishes within its bound, costs no more CPU, and writes the same tables.

    python3 tests/faults/memory.py BINARY [--megabytes 100] [--memory 256M] [--jobs 2] [--dumps FILE]

The dumps are made by tools/corpus/make.py unless a file is given. Resident memory is the most that the system counted for
the process; where a cgroup can be made the bounded run also runs inside one of that size."""
import argparse, hashlib, os, shutil, subprocess, sys, tempfile

MEASURE = """
import os, sys
pid = os.fork()
if not pid: os.execvp(sys.argv[2], sys.argv[2:])
status, use = os.wait4(pid, 0)[1:]
open(sys.argv[1], "w").write(f"{use.ru_utime + use.ru_stime} {use.ru_maxrss * 1024}")
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
"""
# Where cgroups of version 2 and of version 1 stand, and the files that bound them.
CGROUPS = [("/sys/fs/cgroup/dateline-faults", ["memory.max"]), ("/sys/fs/cgroup/memory/dateline-faults", ["memory.limit_in_bytes"])]

def cgroup(size):
    """A cgroup of that size, or none where there is no right to make one."""
    for folder, files in CGROUPS:
        try:
            os.mkdir(folder)
            for name in files:
                with open(f"{folder}/{name}", "w") as f: f.write(str(size))
            return folder
        except OSError:
            remove(folder)
    return None

def remove(folder):
    try: os.rmdir(folder)
    except OSError: pass  # it is not there, or the system put a folder of its own in it

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("binary"); a.add_argument("--megabytes", type=int, default=100); a.add_argument("--memory", default="256M"); a.add_argument("--jobs", default="2"); a.add_argument("--dumps")
    args = a.parse_args(); bound = int(args.memory.rstrip("M")) << 20; failed = 0
    with tempfile.TemporaryDirectory(prefix="memory-") as scratch:
        dumps = args.dumps or os.path.join(scratch, "dumps.jsonl")
        if not args.dumps:
            make = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "corpus", "make.py")
            with open(dumps, "wb") as f: subprocess.run([sys.executable, make, str(args.megabytes)], stdout=f, check=True)
        megabytes, use = os.path.getsize(dumps) / 1e6, os.path.join(scratch, "use")
        def run(name, *more, prefix=()):
            """Exit code, CPU seconds, most resident memory, and the digest of each table; the output goes when it is told."""
            out = os.path.join(scratch, name)
            cmd = [*prefix, sys.executable, "-S", "-c", MEASURE, use, os.path.abspath(args.binary), "run", dumps, "-o", out, "-q", "-j", args.jobs, *more]
            code = subprocess.run(cmd).returncode; seconds, peak = (float(x) for x in open(use).read().split())
            print(f"{name:10} exit {code}, {seconds:.1f} CPU s ({seconds / megabytes * 1000:.1f} ms a MB), at most {peak / (1 << 20):.0f} MiB", flush=True)
            digests = {}
            # The configuration in the manifest differs; the tables must not.
            for table in set(os.listdir(out)) - {"run.json"} if os.path.isdir(out) else ():
                with open(os.path.join(out, table), "rb") as f: digests[table] = hashlib.file_digest(f, "sha256").hexdigest()
            shutil.rmtree(out, ignore_errors=True)
            return code, seconds, peak, digests
        free, bounded = run("unbounded"), run("bounded", "--memory", args.memory)
        checks = [("it finishes", bounded[0] == 0), (f"below {args.memory}", bounded[2] <= bound), ("CPU within a tenth", bounded[1] <= free[1] * 1.1), ("the same tables", bounded[3] and free[3] == bounded[3])]
        group = cgroup(bound)
        if group:
            inside = run("cgroup", "--memory", args.memory, prefix=["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "-"])
            checks.append(("it finishes in a cgroup", inside[0] == 0))
            remove(group)
        else: print("left out: the cgroup (none can be made here)")
        for name, ok in checks: failed += not ok; print(f"{'ok  ' if ok else 'FAIL'} {name}")
    sys.exit(1 if failed else 0)
main()
