#!/usr/bin/env python3
"""Learns the map from the encoder's last layer to token vectors, and writes projection.safetensors.

    python3 project.py [--width 128] [--steps 1000] [--seed 5]

Needs what tune.py needs, and safetensors; two cores take some minutes. The encoder itself is not touched.

What is learned: that each token of a buyer's wording finds a near partner among the tokens of the merchant's question
and text on the same matter, and not among those on look-alike matters. The texts are those of tune.py (intents and
their passages), and `matters/*.toml`: further matters of other trades and of platforms' rules, in the same form.

How: what leaves the last layer is computed once. The map begins as the principal axes of buyers' tokens; a batch holds
forty matters, half of them near each other. An entry is one of a matter's titles with one of its texts, sometimes only
one of the two. The score of an entry is ColBERT's, the mean over the question's tokens of the largest cosine with a
token of the entry (Khattab and Zaharia 2020); the loss is softmax over the batch's entries, matters that may be one under
two names not being held against each other.
"""

import argparse
import random
import tomllib

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import save_file

from tune import HERE, LAYERS, PASSAGE, QUESTION, TUNED, WIDTH, Base, run, texts

TEMPERATURE, RATE, MATTERS = 0.04, 2e-3, 40
# What stands before a text's own tokens: the beginning's mark and the prefix (`query`, `:`).
BEFORE = 3


def all_texts():
    """`tune.texts`, with each of `matters/` as a further intent."""
    questions, passages, count = texts()
    intents = count
    for path in sorted((HERE / "matters").glob("*.toml")):
        for matter in tomllib.loads(path.read_text())["matter"]:
            questions += [(text, count, True) for text in [matter["name"], *matter["heads"]]]
            questions += [(text, count, False) for text in matter["buyers"]]
            passages += [(matter["faq"], count), (matter["policy"], count)]
            count += 1
    return questions, passages, intents, count


def states(base, given, role, length):
    """What leaves the last layer, and masks: of all tokens, and of the text's own."""
    ids, mask = base.tokens(given, role, length)
    out = np.zeros((len(given), length, WIDTH), np.float16)
    for start in range(0, len(given), 128):
        rows = np.arange(start, start + 128).clip(max=len(given) - 1)
        out[rows] = np.array(run(base.embed(ids[rows]), mask[rows], base.layers))
    own = mask.copy()
    own[:, :BEFORE] = 0
    own[np.arange(len(own)), mask.sum(1).astype(int) - 1] = 0
    return out, mask, own


def unit(x):
    return x / (jnp.linalg.norm(x, axis=-1, keepdims=True) + 1e-6)


def loss(weight, mean, question, own, entry, theirs, same, counted):
    a, b = unit((question - mean) @ weight), unit((entry - mean) @ weight)
    cosines = jnp.where(theirs[None, :, None, :] > 0, jnp.einsum("qid,ejd->qeij", a, b), -1.0)
    scores = (cosines.max(-1) * own[:, None, :]).sum(-1) / (own.sum(-1)[:, None] + 1e-6)
    scores = jnp.where(counted > 0, scores / TEMPERATURE, -1e9)
    return -((scores - jax.nn.logsumexp(scores, 1, keepdims=True)) * same).sum(1).mean()


def learn(base, width, steps, seed):
    """The map and its bias, which takes off the mean token."""
    dice = random.Random(seed)
    questions, passages, intents, count = all_texts()
    x, mask, own = states(base, [q[0] for q in questions], "query", QUESTION)
    y, _, own_y = states(base, [p[0] for p in passages], "passage", PASSAGE)
    owner, owner_y = np.array([q[1] for q in questions]), np.array([p[1] for p in passages])
    title = np.array([q[2] for q in questions])

    sample = np.random.RandomState(0).choice(np.flatnonzero(~title), 3000, False)
    tokens = x[sample].astype(np.float32)[own[sample] > 0]
    mean = tokens.mean(0)
    tokens = np.array(unit(tokens - mean))
    weight = jnp.array(np.linalg.eigh(tokens.T @ tokens)[1][:, ::-1][:, :width])

    vectors = np.array(unit((x.astype(np.float32) * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)))
    vectors = np.array(unit(vectors - vectors[~title].mean(0)))
    middles = np.array(unit(np.stack([vectors[owner == i].mean(0) for i in range(count)])))
    nearness = middles @ middles.T
    nearest = np.argsort(-nearness, 1)
    # A matter may be an intent of the packs under another name.
    packed = np.arange(count) < intents
    apart = nearness < np.where(packed[:, None] == packed[None], 0.9, 0.8)
    rows = lambda owners, chosen: [np.flatnonzero((owners == i) & chosen).tolist() for i in range(count)]
    titles, phrasings, bodies = rows(owner, title), rows(owner, ~title), rows(owner_y, np.ones(len(owner_y), bool))
    whole = [i for i in range(count) if titles[i] and phrasings[i] and bodies[i]]

    schedule = optax.warmup_cosine_decay_schedule(0, RATE, 20, steps, RATE * 0.05)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(schedule))
    state = optimiser.init(weight)

    @jax.jit
    def step(weight, state, *batch):
        value, gradient = jax.value_and_grad(loss)(weight, mean, *batch)
        updates, state = optimiser.update(gradient, state, weight)
        return optax.apply_updates(weight, updates), state, value

    for number in range(1, steps + 1):
        first = dice.choice(whole)
        near = [i for i in nearest[first, 1:MATTERS].tolist() if i in whole][: 3 * MATTERS // 4]
        chosen = [first, *dice.sample(near, MATTERS // 2 - 1)]
        chosen += dice.sample([i for i in whole if i not in chosen], MATTERS - len(chosen))
        pick = lambda lists: np.array([dice.choice(lists[i]) for i in chosen])
        asked, head, body = pick(phrasings), pick(titles), pick(bodies)
        theirs = np.concatenate([own[head], own_y[body]], 1)
        for row in theirs:
            alone = dice.random()
            if alone < 0.3:
                row[:QUESTION] = 0
            elif alone < 0.5:
                row[QUESTION:] = 0
        same = np.eye(MATTERS, dtype=np.float32)
        counted = np.maximum(same, apart[np.ix_(chosen, chosen)])
        entry = np.concatenate([x[head], y[body]], 1).astype(np.float32)
        weight, state, value = step(
            weight, state, x[asked].astype(np.float32), own[asked], entry, theirs, same, counted
        )
        if number % 100 == 0:
            print(number, float(value), flush=True)
    return np.array(weight), -mean @ np.array(weight)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    weight, bias = learn(Base(HERE), given.width, given.steps, given.seed)
    tensors = {"weight": weight.astype(np.float32), "bias": bias.astype(np.float32)}
    save_file(tensors, HERE / "projection.safetensors")


if __name__ == "__main__":
    main()
