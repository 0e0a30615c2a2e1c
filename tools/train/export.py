"""Writes a trained pair of models as tables that the program reads."""
import json, struct
import numpy as np


def predict(models, rows):
    """The probabilities by the mean of the models' sums."""
    return 1 / (1 + np.exp(-np.mean([m.predict(rows, raw_score=True, num_threads=1) for m in models], axis=0)))


def tree_nodes(tree):
    """Splits in depth-first order and leaves; a child below zero is a leaf, -1 the first."""
    splits, leaves = [], []

    def walk(node):
        if 'leaf_value' in node:
            leaves.append((node['leaf_value'],)); return -len(leaves)
        assert node['decision_type'] == '<=', node['decision_type']
        i = len(splits); splits.append(None)
        left = walk(node['left_child']); right = walk(node['right_child'])
        splits[i] = (node['split_feature'], node['threshold'], left, right, node['internal_value'])
        return i

    walk(tree['tree_structure'])
    return splits, leaves


def down(x):
    """The largest 32-bit float that is not above x: the features are such floats, so `<=` decides the same."""
    f = struct.unpack('<f', struct.pack('<f', x))[0]
    if f > x:
        bits = struct.unpack('<i', struct.pack('<f', f))[0]
        f = struct.unpack('<f', struct.pack('<i', bits - 1 if f > 0 else bits + 1 if f < 0 else -0x7fffffff))[0]
    return f


def table(models):
    """The mean of the models as one sum of trees: each tree counts as its model does."""
    out = bytearray()
    trees = [t for m in models for t in m.dump_model()['tree_info']]
    out += struct.pack('<II', len(trees), models[0].num_feature())
    part = 1 / len(models)
    for t in trees:
        splits, leaves = tree_nodes(t)
        out += struct.pack('<H', len(splits))
        for feature, threshold, left, right, value in splits:
            out += struct.pack('<Hfhhf', feature, down(threshold), left, right, value * part)
        out += struct.pack('<H', len(leaves))
        for (value,) in leaves:
            out += struct.pack('<f', value * part)
    return bytes(out)


def check(path, one, two, n_one, rows):
    """Rows of stage two with the scores of both stages, for the test that the program reads the tables alike."""
    out = struct.pack('<II', len(rows), rows.shape[1])
    a, b = predict(one, rows[:, :n_one]), predict(two, rows)
    for row, x, y in zip(rows, a, b):
        out += row.astype('<f4').tobytes() + struct.pack('<ff', x, y)
    open(path, 'wb').write(out)


def write(folder, one, names, two, names2, provenance):
    for name, models in (('one', one), ('two', two)):
        open(f'{folder}/{name}.trees', 'wb').write(table(models))
    open(f'{folder}/features.txt', 'w').write('\n'.join(names2) + '\n')
    provenance['features'] = [len(names), len(names2)]
    open(f'{folder}/trees.json', 'w').write(json.dumps(provenance, indent=1) + '\n')
