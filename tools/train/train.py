#!/usr/bin/env python3
"""Trains the two stages of the page classifier and writes their tables.

train.py --data DIR --program target/quick/examples/features --work DIR --out src/clean/content

Reads `wcxb` and `np4k` (labelled pages) for training; the other sets only tell how well it does. Stage one sees a
block's own features; stage two sees these, and the scores that stage one, trained on other sites, gave on the page.
Each stage is the mean of models that differ by their seeds, the first numbers there are: one model alone moves a set of
fifty pages by .015 from seed to seed, and to take the luckiest of several would fit the sets that it was chosen on.
Every third article, forum and documentation page is learnt from a second time, for less, in disguise: in a script without blanks,
with half of the names of its elements gone.
"""
import argparse, hashlib, json, os, subprocess, sys, time, zlib
import numpy as np
import lightgbm as lgb
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pages import evaluate, keeps, read
import export

TRAIN = ['wcxb', 'np4k']
DISGUISED = ['wcxb~', 'np4k~']
TUNE = ['aeb', 'cleanportal', 'fundus', 'fundus_eval', 'magic_article', 'magic_forum', 'trafilatura']
FOLDS = 3
# Of the pages that a set has, in its order, every third one, if of these sorts, is learnt from in disguise too, at this weight.
EVERY, SORTS, DISGUISED_WEIGHT = 3, ('article', 'forum', 'documentation'), .3
# Listings, shops and forums teach what a page without an article looks like; articles are what is mostly asked for.
OTHER_PAGES = .7
PARAMS = dict(objective='cross_entropy', max_bin=63, min_data_in_leaf=60, feature_fraction=.5, bagging_fraction=.7,
              bagging_freq=1, lambda_l2=2., num_leaves=31, num_threads=1, force_col_wise=True, verbose=-1, deterministic=True)
ONE = dict(PARAMS, learning_rate=.16)
TWO = dict(PARAMS, learning_rate=.1, feature_fraction=.4)
# The models of a stage share its trees, so that the mean costs the program no more than one of them with all trees.
SEEDS = 1, 2
# What stage one scores below this, stage two does not learn from: the program does not ask it there (SURELY_NOT in mod.rs).
# Half of that, since the scores of the folds are less sure.
DOUBTFUL, SURELY_NOT = .015, .03
# The border's weights of recall, as in border.rs: on articles and on threads.
BETA2, THREAD_BETA2, THREAD_SHARE = .6, .9, .3


def pages_of(data, name):
    """The pages of a set, as the program reads them."""
    z = subprocess.Popen(['zstd', '-dc', '--long=27', f'{data}/{name.rstrip("~")}.jsonl.zst'], stdout=subprocess.PIPE)
    for i, line in enumerate(z.stdout):
        r = json.loads(line)
        if not name.endswith('~') or (i % EVERY == 0 and r['type'] in SORTS):
            yield json.dumps({'id': r['id'], 'url': r.get('url'), 'html': r['page']}).encode() + b'\n'


def dump(program, data, work, name, scores=None):
    part = f'{work}/two.{name}' if scores else f'{work}/{name}'
    disguised = ['--disguised'] if name.endswith('~') else []
    with open(f'{part}.jsonl', 'wb') as out:
        p = subprocess.Popen([program, f'{part}.f32', *disguised, *([scores] if scores else [])], stdin=subprocess.PIPE, stdout=out)
        for page in pages_of(data, name): p.stdin.write(page)
        p.stdin.close()
        assert p.wait() == 0, name


def fit(params, x, y, w, rounds):
    rows = lgb.Dataset(x, y, weight=w, params=params)
    return [lgb.train(dict(params, seed=seed), rows, rounds // len(SEEDS)) for seed in SEEDS]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for o in ('--data', '--program', '--work', '--out'): a.add_argument(o, required=True)
    a.add_argument('--rounds', type=int, nargs=2, default=[160, 320])
    a.add_argument('--keep', action='store_true', help='use the features of stage one that stand in the work folder')
    a = a.parse_args(); os.makedirs(a.work, exist_ok=True); t0 = time.time()
    say = lambda *s: print('%5.0f s' % (time.time() - t0), *s, flush=True)
    learn = TRAIN + DISGUISED
    if not a.keep:
        for s in learn + TUNE: dump(a.program, a.data, a.work, s)
        say('features of stage one')
    sets = {s: read(a.data, a.work, s) for s in learn + TUNE}
    say('read')
    names = sets['wcxb'][2]
    thread = names.index('page thread')
    pages = [p for s in learn for p in sets[s][0]]
    x = np.concatenate([sets[s][1] for s in learn])
    y = np.concatenate([p.label for p in pages])
    w = np.concatenate([p.weight * (1. if p.type == 'article' else OTHER_PAGES) * (DISGUISED_WEIGHT if p.set in DISGUISED else 1.) for p in pages])
    fold = np.concatenate([np.full(p.n, zlib.crc32(p.site.encode()) % FOLDS) for p in pages])
    out = np.zeros(len(y), np.float32)
    for k in range(FOLDS):
        m = fit(ONE, x[fold != k], y[fold != k], w[fold != k], a.rounds[0])
        out[fold == k] = export.predict(m, x[fold == k])
    say('stage one, folds')
    one = fit(ONE, x, y, w, a.rounds[0])
    at = 0
    for s in learn:
        n = len(sets[s][1]); out[at:at + n].tofile(f'{a.work}/{s}.scores'); at += n
    for s in TUNE:
        export.predict(one, sets[s][1]).astype(np.float32).tofile(f'{a.work}/{s}.scores')
    say('stage one')
    for s in learn + TUNE: dump(a.program, a.data, a.work, s, f'{a.work}/{s}.scores')
    say('features of stage two')
    with open(f'{a.work}/two.wcxb.jsonl', encoding='utf8') as f: names2 = json.loads(f.readline())['names']
    two_x = {s: np.fromfile(f'{a.work}/two.{s}.f32', dtype=np.float32).reshape(len(sets[s][1]), -1) for s in learn + TUNE}
    x2 = np.concatenate([two_x[s] for s in learn])
    doubtful = out >= DOUBTFUL

    def again(model, rows, first):
        """The scores of both stages, as the program asks them."""
        scores = first.copy(); ask = first >= SURELY_NOT
        if ask.any(): scores[ask] = export.predict(model, rows[ask])
        return scores

    def judged(pages, scores, rows):
        """Scores by set; pages in disguise are no test."""
        at, kept, of = 0, [], []
        for p in pages:
            is_thread = p.n and rows[at, thread] > THREAD_SHARE
            if p.set not in DISGUISED: of.append(p); kept.append(keeps(p, scores[at:at + p.n], THREAD_BETA2 if is_thread else BETA2))
            at += p.n
        return evaluate(of, kept)

    # A fold held out tells how well the pair does on sites it has not seen.
    at = (fold != 0) & doubtful
    m = fit(TWO, x2[at], y[at], w[at], a.rounds[1])
    held = [p for p in pages if zlib.crc32(p.site.encode()) % FOLDS == 0]
    s0 = again(m, x2[fold == 0], out[fold == 0])
    say('held-out fold', {k: round(float(v[0]), 4) for k, v in judged(held, s0, x2[fold == 0]).items() if k.startswith(('wcxb', 'np4k'))})
    two = fit(TWO, x2[doubtful], y[doubtful], w[doubtful], a.rounds[1])
    say('stage two')
    o = {}
    for s in TUNE:
        p2 = again(two, two_x[s], np.fromfile(f'{a.work}/{s}.scores', dtype=np.float32))
        p2.astype(np.float32).tofile(f'{a.work}/{s}.final')
        for k, v in judged(sets[s][0], p2, two_x[s]).items(): o.setdefault(k, []).append(v)
    say({k: tuple(round(float(sum(v[j] * v[3] for v in of) / sum(v[3] for v in of)), 4) for j in range(3)) for k, of in o.items()})
    imp = sorted(zip(sum(m.feature_importance('gain') for m in two), names2), reverse=True)
    say('strongest', [(n, int(g)) for g, n in imp[:30]]); say('unused', [n for g, n in imp if g < 2])
    export.write(a.out, one, names, two, names2, {
        'train': {s: len(sets[s][0]) for s in learn}, 'pages': hashlib.sha256('\n'.join(sorted(p.set + ' ' + p.id for p in pages)).encode()).hexdigest(),
        'rounds': a.rounds, 'seeds': SEEDS, 'doubtful': DOUBTFUL, 'stage one': ONE, 'stage two': TWO, 'folds': FOLDS, 'lightgbm': lgb.__version__, 'numpy': np.__version__})
    pick = np.random.default_rng(1).choice(len(x2), 200, replace=False)
    export.check(f'{a.out}/check.rows', one, two, len(names), x2[np.sort(pick)])
    say('written')


if __name__ == '__main__':
    main()
