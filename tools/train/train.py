#!/usr/bin/env python3
"""Trains the two stages of the page classifier and writes their tables.

train.py --data DIR --program target/quick/examples/features --work DIR --out src/clean/content

Reads `wcxb` and `np4k` (labelled pages) for training; the other sets only tell how well it does. Stage one sees a
block's own features; stage two sees these, and the scores that stage one, trained on other sites, gave on the page.
"""
import argparse, hashlib, json, os, subprocess, sys, time, zlib
import numpy as np
import lightgbm as lgb
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pages import evaluate, keeps, read
import export

TRAIN = ['wcxb', 'np4k']
TUNE = ['aeb', 'cleanportal', 'fundus', 'fundus_eval', 'magic_article', 'magic_forum', 'trafilatura']
FOLDS = 2
# Listings, shops and forums teach what a page without an article looks like; articles are what is mostly asked for.
OTHER_PAGES = .7
PARAMS = dict(objective='cross_entropy', max_bin=63, min_data_in_leaf=60, feature_fraction=.5, bagging_fraction=.7,
              bagging_freq=1, lambda_l2=2., num_threads=1, verbose=-1, seed=1, deterministic=True)
ONE = dict(PARAMS, num_leaves=31, learning_rate=.1)
TWO = dict(PARAMS, num_leaves=31, learning_rate=.06)


def dump(program, data, work, name, scores=None):
    src = subprocess.Popen(['zstd', '-dc', '--long=27', f'{data}/{name}.jsonl.zst'], stdout=subprocess.PIPE)
    cut = subprocess.Popen([sys.executable, '-c', 'import sys, json\nfor l in sys.stdin:\n r = json.loads(l); print(json.dumps({"id": r["id"], "url": r.get("url"), "html": r["page"]}))'], stdin=src.stdout, stdout=subprocess.PIPE)
    part = f'{work}/two.{name}' if scores else f'{work}/{name}'
    with open(f'{part}.jsonl', 'wb') as out:
        subprocess.run([program, f'{part}.f32', *([scores] if scores else [])], stdin=cut.stdout, stdout=out, check=True)


def fit(params, x, y, w, rounds):
    return lgb.train(params, lgb.Dataset(x, y, weight=w, params=params), rounds)


def keep(p, scores, how):
    return keeps(p, scores, float(how[1:]) ** 2) if isinstance(how, str) else scores > how


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for o in ('--data', '--program', '--work', '--out'): a.add_argument(o, required=True)
    a.add_argument('--rounds', type=int, nargs=2, default=[120, 240])
    a.add_argument('--keep', action='store_true', help='use the features of stage one that stand in the work folder')
    a = a.parse_args(); os.makedirs(a.work, exist_ok=True); t0 = time.time()
    say = lambda *s: print('%5.0f s' % (time.time() - t0), *s, flush=True)
    if not a.keep:
        for s in TRAIN + TUNE: dump(a.program, a.data, a.work, s)
        say('features of stage one')
    sets = {s: read(a.data, a.work, s) for s in TRAIN + TUNE}
    say('read')
    names = sets['wcxb'][2]
    pages = [p for s in TRAIN for p in sets[s][0]]
    x = np.concatenate([sets[s][1] for s in TRAIN])
    y = np.concatenate([p.label for p in pages]); w = np.concatenate([p.weight * (1. if p.type == 'article' else OTHER_PAGES) for p in pages])
    fold = np.concatenate([np.full(p.n, zlib.crc32(p.site.encode()) % FOLDS) for p in pages])
    out = np.zeros(len(y), np.float32)
    for k in range(FOLDS):
        m = fit(dict(ONE, seed=k), x[fold != k], y[fold != k], w[fold != k], a.rounds[0])
        out[fold == k] = m.predict(x[fold == k], num_threads=1)
    say('stage one, folds')
    one = fit(ONE, x, y, w, a.rounds[0])
    one.save_model(f'{a.work}/one.txt')
    at = 0
    for s in TRAIN:
        n = len(sets[s][1]); out[at:at + n].tofile(f'{a.work}/{s}.scores'); at += n
    for s in TUNE:
        one.predict(sets[s][1], num_threads=1).astype(np.float32).tofile(f'{a.work}/{s}.scores')
    say('stage one')
    for s in TRAIN + TUNE: dump(a.program, a.data, a.work, s, f'{a.work}/{s}.scores')
    say('features of stage two')
    two_x = {}
    for s in TRAIN + TUNE:
        with open(f'{a.work}/two.{s}.jsonl', encoding='utf8') as f: names2 = json.loads(f.readline())['names'] or names2
        two_x[s] = np.fromfile(f'{a.work}/two.{s}.f32', dtype=np.float32).reshape(len(sets[s][1]), -1)
    x2 = np.concatenate([two_x[s] for s in TRAIN])
    # A fold of wcxb held out tells how well the pair does on sites it has not seen.
    m = fit(TWO, x2[fold != 0], y[fold != 0], w[fold != 0], a.rounds[1])
    held = [p for p in pages if zlib.crc32(p.site.encode()) % FOLDS == 0]
    s0 = m.predict(x2[fold == 0], num_threads=1); at = 0; cut = []
    for p in held: cut.append(s0[at:at + p.n]); at += p.n
    for th in (.5, 'F1'): say('held-out fold', th, {k: round(float(v[0]), 4) for k, v in evaluate(held, [keep(p, c, th) for p, c in zip(held, cut)]).items() if k.startswith(('wcxb', 'np4k'))})
    np.concatenate(cut).astype(np.float32).tofile(f'{a.work}/held.final')
    two = fit(TWO, x2, y, w, a.rounds[1])
    two.save_model(f'{a.work}/two.txt')
    say('stage two')
    for th in (.6, 'F1', 'F.7'):
        o = {}
        for s in TUNE:
            p2 = two.predict(two_x[s], num_threads=1); at = 0; kept = []
            for p in sets[s][0]: kept.append(keep(p, p2[at:at + p.n], th)); at += p.n
            for k, v in evaluate(sets[s][0], kept).items():
                if k in ('ja news', 'ko news', 'zh news', 'zh forum'): o.setdefault(k, []).append(v)
                else: o[k] = tuple(round(float(z), 4) for z in v[:3])
            p2.astype(np.float32).tofile(f'{a.work}/{s}.final')
        for k in list(o):
            if isinstance(o[k], list): n = sum(v[3] for v in o[k]); o[k] = tuple(round(float(sum(v[j] * v[3] for v in o[k]) / n), 4) for j in range(3))
        say(th, o)
    imp = sorted(zip(two.feature_importance('gain'), names2), reverse=True)
    say('strongest', [(n, int(g)) for g, n in imp[:30]]); say('unused', [n for g, n in imp if g < 2])
    export.write(a.out, one, names, two, names2, {
        'train': {s: len(sets[s][0]) for s in TRAIN}, 'pages': hashlib.sha256('\n'.join(sorted(p.id for p in pages)).encode()).hexdigest(),
        'rounds': a.rounds, 'stage one': ONE, 'stage two': TWO, 'folds': FOLDS, 'lightgbm': lgb.__version__, 'numpy': np.__version__})
    pick = np.random.default_rng(1).choice(len(x2), 200, replace=False)
    export.check(f'{a.out}/check.rows', one, two, len(names), x2[np.sort(pick)])
    say('written')


if __name__ == '__main__':
    main()
