"""Writes a trained pair of models as tables that the program reads."""
import json, struct


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


def table(model):
    out = bytearray()
    trees = model.dump_model()['tree_info']
    out += struct.pack('<II', len(trees), model.num_feature())
    for t in trees:
        splits, leaves = tree_nodes(t)
        out += struct.pack('<H', len(splits))
        for feature, threshold, left, right, value in splits:
            out += struct.pack('<Hfhhf', feature, down(threshold), left, right, value)
        out += struct.pack('<H', len(leaves))
        for (value,) in leaves:
            out += struct.pack('<f', value)
    return bytes(out)


def check(path, one, two, n_one, rows):
    """Rows of stage two with the scores of both stages, for the test that the program reads the tables alike."""
    out = struct.pack('<II', len(rows), rows.shape[1])
    a, b = one.predict(rows[:, :n_one], num_threads=1), two.predict(rows, num_threads=1)
    for row, x, y in zip(rows, a, b):
        out += row.astype('<f4').tobytes() + struct.pack('<ff', x, y)
    open(path, 'wb').write(out)


def write(folder, one, names, two, names2, provenance):
    for name, model in (('one', one), ('two', two)):
        open(f'{folder}/{name}.trees', 'wb').write(table(model))
    open(f'{folder}/features.txt', 'w').write('\n'.join(names2) + '\n')
    provenance['features'] = [len(names), len(names2)]
    open(f'{folder}/trees.json', 'w').write(json.dumps(provenance, indent=1) + '\n')
