"""Labelled pages: their gold text, their blocks as the program cuts them, a label for each block, and the measure.

The measure is the shingle F1 of the article extraction benchmark: multisets of 4-grams of tokens a page, precision and
recall averaged over pages. A token is a run of letters and digits, or one character of Han, kana or Hangul.
"""
import json, os, re, subprocess, zlib
import numpy as np

CJK = '\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f'
TOKEN = re.compile('[%s]|[^\\W%s]+' % (CJK, CJK))
N = 4
MUL = np.uint64(0x9E3779B97F4A7C15)


def token_ids(text):
    return np.array([zlib.crc32(t.encode()) for t in TOKEN.findall(text)], dtype=np.uint64)


def shingles(ids):
    if len(ids) == 0:
        return ids
    k = min(N, len(ids))
    h = np.zeros(len(ids) - k + 1, dtype=np.uint64)
    with np.errstate(over='ignore'):
        for i in range(k):
            h = (h ^ ids[i:len(ids) - k + 1 + i]) * MUL
            h ^= h >> np.uint64(29)
    return h


class Gold:
    def __init__(self, text):
        self.ids = token_ids(text)
        self.sh, self.n = np.unique(shingles(self.ids), return_counts=True)
        self.lines = {tuple(token_ids(l)) for l in text.split('\n')}

    def score(self, ids):
        """true, false and missed shingles of a text"""
        if len(ids) == 0:
            return 0, 0, int(self.n.sum())
        s, n = np.unique(shingles(ids), return_counts=True)
        at = np.searchsorted(self.sh, s)
        at[at == len(self.sh)] = 0
        hit = self.sh[at] == s if len(self.sh) else np.zeros(len(s), bool)
        tp = int(np.minimum(n[hit], self.n[at[hit]]).sum())
        return tp, int(n.sum()) - tp, int(self.n.sum()) - tp


def f1(rows):
    p = [tp / (tp + fp) for tp, fp, fn in rows if tp + fp]
    r = [tp / (tp + fn) for tp, fp, fn in rows if tp + fn]
    p, r = (np.mean(p) if p else 0.), (np.mean(r) if r else 0.)
    return (2 * p * r / (p + r) if p + r else 0.), p, r


class Page:
    """One page: `tokens` of each block, `label` and `weight` of each block, rows `at` .. `at + n` of the feature file."""
    __slots__ = 'id set lang type site gold tokens n at label weight snip texts kinds'.split()


def labels(gold, tokens):
    n = len(tokens)
    size = np.array([len(t) for t in tokens])
    ids = np.concatenate(tokens) if n and size.sum() else np.zeros(0, np.uint64)
    start = np.concatenate([[0], np.cumsum(size)]).astype(int)
    covered = np.zeros(len(ids), bool)
    if len(ids) >= N:
        hit = np.flatnonzero(np.isin(shingles(ids), gold.sh))
        for k in range(N):
            covered[hit + k] = True
    c = np.concatenate([[0], np.cumsum(covered)])
    y = (c[start[1:]] - c[start[:-1]]) / np.maximum(size, 1)
    near = lambda i: np.average(y[max(0, i - 4):i + 5], weights=size[max(0, i - 4):i + 5] + .01)
    for i in range(n):
        if 0 < size[i] < N and y[i] < 1:
            y[i] = 1. if tuple(tokens[i]) in gold.lines and near(i) > .5 else y[i] * (near(i) > .5)
    # Of several copies of a block only as many count as the gold text has: those among covered neighbours.
    copies = {}
    for i in range(n):
        if y[i] > .5 and size[i] >= N:
            copies.setdefault(tuple(tokens[i]), []).append(i)
    for key, at in copies.items():
        if len(at) > 1:
            s = shingles(np.array(key, dtype=np.uint64))[0]
            j = np.searchsorted(gold.sh, s)
            have = int(gold.n[j]) if j < len(gold.sh) and gold.sh[j] == s else 1
            for i in sorted(at, key=lambda i: -near(i))[have:]:
                y[i] = 0.
    return y


def site_of(url, page_id):
    m = re.match(r'https?://(?:www\d?\.)?([^/:]+)', url or '')
    return m.group(1) if m else page_id


def read(data, features, name):
    """The pages of a set and the matrix of their rows."""
    gold = {}
    z = subprocess.Popen(['zstd', '-dc', '--long=27', f'{data}/{name.rstrip("~")}.jsonl.zst'], stdout=subprocess.PIPE)
    for line in z.stdout:
        r = json.loads(line)
        gold[r['id']] = {k: r.get(k) for k in ('text', 'with', 'without', 'lang', 'type', 'url')}
    pages, names, at = [], None, 0
    for line in open(f'{features}/{name}.jsonl', encoding='utf8'):
        r = json.loads(line)
        g = gold[r['id']]
        p = Page()
        p.id, p.set, p.lang, p.type, p.site = r['id'], name, g['lang'], g['type'], site_of(g['url'], r['id'])
        names = r['names'] or names
        p.n, p.at = len(r['texts']), at
        at += p.n
        p.texts, p.kinds = r['texts'], r['kinds']
        p.tokens = [token_ids(t) for t in r['texts']]
        p.snip = (g['with'] or [], g['without'] or [])
        p.gold = None
        if g['text'] is not None:
            p.gold = Gold(g['text'])
            p.label = labels(p.gold, p.tokens)
            size = np.array([len(t) for t in p.tokens])
            # A page counts as much as any other; what is false on it counts as much as what is missed.
            p.weight = np.minimum((size + .7) / (len(p.gold.ids) + 60), 1.)
        pages.append(p)
    x = np.fromfile(f'{features}/{name}.f32', dtype=np.float32).reshape(at, -1)
    return pages, x, names


LEVELS = 16


def keeps(p, scores, beta2=1.):
    """What the program keeps (border.rs): the border that makes the expected F highest, over one level drawn for the page."""
    if not p.n:
        return np.zeros(0, bool)
    weight = np.array([len(t) for t in p.tokens], float) * 5 + 1
    order = np.argsort(-scores, kind='stable')
    kept = np.cumsum(weight[order])[:, None]
    levels = scores.max() * (np.arange(LEVELS) + .5) / LEVELS
    article = np.array([weight[scores > level].sum() for level in levels])[None, :]
    f = ((1 + beta2) * np.minimum(kept, article) / np.maximum(kept + beta2 * article, 1)).sum(1)
    best = len(f) - 1 - np.argmax(f[::-1])
    return scores >= scores[order[best]]


def predicted(p, keep):
    kept = [p.tokens[i] for i in np.flatnonzero(keep) if p.kinds[i] not in ('title', 'byline', 'dateline')]
    return np.concatenate(kept) if kept else np.zeros(0, np.uint64)


def snippets(p, keep):
    text = re.sub(r'\s+', ' ', '\n'.join(p.texts[i] for i in np.flatnonzero(keep) if p.kinds[i] not in ('title', 'byline', 'dateline')))
    n = lambda t: re.sub(r'\s+', ' ', t).strip()
    w, o = sum(n(x) in text for x in p.snip[0]), sum(n(x) in text for x in p.snip[1])
    return w, len(p.snip[0]) - w, o


def evaluate(pages, keeps):
    """Scores by set, and of the scripts."""
    rows, snip = {}, [0, 0, 0]
    for p, keep in zip(pages, keeps):
        if p.gold is not None:
            s = p.gold.score(predicted(p, keep))
            rows.setdefault(p.set, []).append(s)
            if p.lang in ('zh', 'ja', 'ko'):
                rows.setdefault(p.lang + (' forum' if p.set == 'magic_forum' else ' news'), []).append(s)
            if p.set == 'wcxb':
                rows.setdefault('wcxb ' + str(p.type), []).append(s)
        elif p.set == 'trafilatura':
            for i, k in enumerate(snippets(p, keep)):
                snip[i] += k
    out = {k: f1(v) + (len(v),) for k, v in rows.items()}
    if sum(snip):
        w, miss, o = snip
        pr, rc = w / max(1, w + o), w / max(1, w + miss)
        out['trafilatura'] = (2 * pr * rc / (pr + rc), pr, rc, sum(p.set == 'trafilatura' for p in pages))
    return out
