#!/usr/bin/env python3
"""Learns how surely an entry answers a question from their token vectors, and writes verifier.safetensors.

    python3 verify.py [--steps 1400] [--seed 2]

Needs what project.py needs; two cores take an hour. Encoder and projection are not touched.

What is learned: to tell an entry that answers a question from one that is only near it. The texts are those of
project.py, and `near/*.toml`: matters of 40 further trades in the same form, each with five questions that share its words
and that its texts do not answer (多少天整盆换一次砂 for 一袋猫砂能用多久). Look-alikes of the intent packs serve in the same way.

How: the network is `src/embed/verifier.rs`, decomposable attention (Parikh et al. 2016) with a softmax over the tokens of
each side instead of a sum. A batch holds 32 matters, half of them near each other. An entry is one of a matter's titles
with one of its texts, sometimes only one of the two. The loss is softmax over the batch's entries, plus the logistic loss
of the right entry, of the three best wrong ones, and of the matter's own entry for one of its near questions.
"""

import argparse
import random
import tomllib

import jax
import jax.numpy as jnp
import numpy as np
import optax
from safetensors.numpy import load_file, save_file

from project import BEFORE, all_texts, states, unit
from tune import HERE, PACKS, PASSAGE, QUESTION, Base

RATE, MATTERS, HIDDEN, POOLED, KEPT = 1.5e-3, 32, 96, 48, 0.8


def with_near():
    """`project.all_texts` with the matters of `near/`; and questions that a matter does not answer, as (text, matter)."""
    questions, passages, intents, count = all_texts()
    near = []
    for path in sorted((HERE / "near").glob("*.toml")):
        for matter in tomllib.loads(path.read_text())["matter"]:
            questions += [(text, count, True) for text in [matter["name"], *matter["heads"]]]
            questions += [(text, count, False) for text in matter["buyers"]]
            passages += [(matter["faq"], count), (matter["policy"], count)]
            near += [(text, count) for text in matter["near"]]
            count += 1
    packs = [i for path in sorted(PACKS.glob("*.toml")) for i in tomllib.loads(path.read_text())["intent"]]
    ids = {intent["id"] for intent in packs}
    for place, intent in enumerate(packs):
        near += [(other["text"], place) for other in intent.get("look_alikes", []) if other.get("intent") in ids]
    return questions, passages, near, intents, count


def vectors(base, given, role, length):
    """Token vectors, their mask, and sentence vectors; prefix and marks left out of the tokens."""
    projection = load_file(HERE / "projection.safetensors")
    whole, mask, own = states(base, given, role, length + BEFORE)
    sentences = (whole.astype(np.float32) * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    tokens = np.zeros((len(given), length, projection["bias"].size), np.float16)
    for start in range(0, len(given), 1024):
        rows = slice(start, start + 1024)
        mapped = whole[rows, BEFORE:].astype(np.float32) @ projection["weight"] + projection["bias"]
        tokens[rows] = np.array(unit(mapped))
    return tokens, own[:, BEFORE:], np.array(unit(sentences))


def start(width, seed):
    dice = np.random.RandomState(seed)
    dense = lambda i, o: jnp.array(dice.randn(i, o) * np.sqrt(2 / (i + o)), jnp.float32)
    return {
        "asked.weight": dense(5 * width + 2, HIDDEN),
        "asked.bias": jnp.zeros(HIDDEN),
        "asked.attention": jnp.zeros(HIDDEN),
        "titled.weight": dense(3 * width + 1, HIDDEN),
        "titled.bias": jnp.zeros(HIDDEN),
        "titled.attention": jnp.zeros(HIDDEN),
        "pooled.weight": dense(2 * HIDDEN + 2, POOLED),
        "pooled.bias": jnp.zeros(POOLED),
        "out": jnp.zeros(POOLED),
        # Offset, weights of the mean best cosines of both sides, and the logarithm of the sharpness.
        "plain": jnp.array([-11.0, 20.0, 2.0, 2.0]),
    }


def partners(sharpness, cosines, mask, tokens):
    """Mixes of `tokens` by their cosines with the other side's, and the best cosines; zeros where there are none."""
    there = mask.sum(-1)[None, :, None] > 0
    open_ = jnp.where(mask[None, :, None, :] > 0, cosines, -1e9)
    weight = jax.nn.softmax(sharpness * open_, -1) * there[..., None]
    return jnp.einsum("qeij,ejd->qeid", weight, tokens), jnp.where(there, open_.max(-1), 0.0), there


def pooled(attention, read, mask):
    weight = jax.nn.softmax(jnp.where(mask > 0, read @ attention, -1e9), -1) * (mask.sum(-1, keepdims=True) > 0)
    return (read * weight[..., None]).sum(2)


def logits(p, a, mask_a, t, mask_t, b, mask_b, cosine_t, cosine_b, drop):
    """Every question against every entry; `drop` holds the factors of dropout."""
    sharpness = jnp.exp(p["plain"][3])
    with_t, with_b = jnp.einsum("qid,ejd->qeij", a, t), jnp.einsum("qid,ejd->qeij", a, b)
    mix_t, best_t, has_t = partners(sharpness, with_t, mask_t, t)
    mix_b, best_b, has_b = partners(sharpness, with_b, mask_b, b)
    own = jnp.broadcast_to(a[:, None], mix_t.shape)
    given = [own, mix_t, own * mix_t, mix_b, own * mix_b, best_t[..., None], best_b[..., None]]
    asked = jax.nn.relu(jnp.concatenate(given, -1) @ p["asked.weight"] + p["asked.bias"]) * drop[0]
    asked = pooled(p["asked.attention"], asked, jnp.broadcast_to(mask_a[:, None], asked.shape[:3]))

    back = jnp.where(mask_a[:, None, None, :] > 0, jnp.swapaxes(with_t, 2, 3), -1e9)
    mix = jnp.einsum("qeji,qid->qejd", jax.nn.softmax(sharpness * back, -1), a)
    covered = back.max(-1)
    own = jnp.broadcast_to(t[None], mix.shape)
    titled = jnp.concatenate([own, mix, own * mix, covered[..., None]], -1)
    titled = jax.nn.relu(titled @ p["titled.weight"] + p["titled.bias"]) * drop[1]
    titled = pooled(p["titled.attention"], titled, jnp.broadcast_to(mask_t[None], titled.shape[:3]))

    sides = [asked, titled, 2 * cosine_t[..., None], 2 * cosine_b[..., None]]
    hidden = jax.nn.relu(jnp.concatenate(sides, -1) @ p["pooled.weight"] + p["pooled.bias"])
    best = jnp.maximum(jnp.where(has_t, best_t, -1.0), jnp.where(has_b, best_b, -1.0))
    best = (best * mask_a[:, None]).sum(-1) / (mask_a.sum(-1)[:, None] + 1e-6)
    covered = (covered * mask_t[None]).sum(-1) / (mask_t.sum(-1)[None] + 1e-6)
    offset, on_best, on_covered = p["plain"][:3]
    return offset + on_best * best + on_covered * covered + hidden @ p["out"]


def loss(p, asked, entry, cosines, same, counted, near, near_cosines, dice):
    keep = [jax.random.bernoulli(key, KEPT, (HIDDEN,)) / KEPT for key in jax.random.split(dice)]
    scores = logits(p, *asked, *entry, *cosines, keep)
    right = (scores * same).sum(1)
    shares = jnp.where(counted > 0, scores, -1e9)
    choice = jax.nn.logsumexp(shares, 1).mean() - right.mean()
    wrong = jax.lax.top_k(jnp.where((counted > 0) & (same == 0), scores, -1e9), 3)[0]
    sure = jax.nn.softplus(-right).mean() + jax.nn.softplus(wrong).mean()
    beside = jnp.diagonal(logits(p, *near, *entry, *near_cosines, keep))
    has = near[1].sum(-1) > 0
    apart = ((jax.nn.softplus(beside) + jax.nn.softplus(beside - right)) * has).sum() / (has.sum() + 1e-6)
    return choice + 0.5 * sure + 0.7 * apart


def learn(base, steps, seed):
    dice = random.Random(seed)
    questions, passages, near, intents, count = with_near()
    x, own, sentence = vectors(base, [q[0] for q in questions], "query", QUESTION)
    y, own_y, sentence_y = vectors(base, [p[0] for p in passages], "passage", PASSAGE - 48)
    n, own_n, sentence_n = vectors(base, [text for text, _ in near], "query", QUESTION)
    owner, title = np.array([q[1] for q in questions]), np.array([q[2] for q in questions])
    owner_y, owner_n = np.array([p[1] for p in passages]), np.array([matter for _, matter in near])
    mean = sentence[~title].mean(0)
    v, w, u = (np.array(unit(given - mean)) for given in (sentence, sentence_y, sentence_n))
    middles = np.array(unit(np.stack([v[owner == i].mean(0) for i in range(count)])))
    nearness = middles @ middles.T
    nearest = np.argsort(-nearness, 1)
    packed = np.arange(count) < intents
    apart = nearness < np.where(packed[:, None] == packed[None], 0.9, 0.8)
    rows = lambda owners, chosen: [np.flatnonzero((owners == i) & chosen).tolist() for i in range(count)]
    titles, phrasings = rows(owner, title), rows(owner, ~title)
    bodies, nears = rows(owner_y, owner_y >= 0), rows(owner_n, owner_n >= 0)
    whole = [i for i in range(count) if titles[i] and phrasings[i] and bodies[i]]
    with_nears = [i for i in whole if nears[i]]

    params = start(x.shape[-1], seed)
    schedule = optax.warmup_cosine_decay_schedule(0, RATE, 50, steps, 1e-5)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.02))
    state = optimiser.init(params)

    @jax.jit
    def step(params, state, *batch):
        value, gradient = jax.value_and_grad(loss)(params, *batch)
        updates, state = optimiser.update(gradient, state, params)
        return optax.apply_updates(params, updates), state, value

    key = jax.random.PRNGKey(seed)
    real = lambda *arrays: tuple(array.astype(np.float32) for array in arrays)
    for number in range(1, steps + 1):
        first = dice.choice(with_nears if dice.random() < 0.6 else whole)
        close = [i for i in nearest[first, 1 : MATTERS + 8].tolist() if titles[i] and phrasings[i] and bodies[i]]
        chosen = [first, *dice.sample(close[: 3 * MATTERS // 4], MATTERS // 2 - 1)]
        pool = with_nears if dice.random() < 0.5 else whole
        chosen += dice.sample([i for i in pool if i not in chosen], MATTERS - len(chosen))
        pick = lambda lists: np.array([dice.choice(lists[i]) for i in chosen])
        asked, head, body = pick(phrasings), pick(titles), pick(bodies)
        in_head, in_body = own[head].copy(), own_y[body].copy()
        for row in range(MATTERS):
            alone = dice.random()
            if alone < 0.15:
                in_head[row] = 0
            elif alone < 0.4:
                in_body[row] = 0
        beside = np.array([dice.choice(nears[i]) if nears[i] else 0 for i in chosen])
        has = np.array([[bool(nears[i])] for i in chosen])
        heads, texts = v[head] * in_head.any(1, keepdims=True), w[body] * in_body.any(1, keepdims=True)
        same = np.eye(MATTERS, dtype=np.float32)
        key, drops = jax.random.split(key)
        params, state, value = step(
            params, state,
            real(x[asked], own[asked]), real(x[head], in_head, y[body], in_body),
            real(v[asked] @ heads.T, v[asked] @ texts.T),
            same, np.maximum(same, apart[np.ix_(chosen, chosen)]),
            real(n[beside], own_n[beside] * has), real(u[beside] @ heads.T, u[beside] @ texts.T), drops,
        )  # fmt: skip
        if number % 50 == 0:
            print(number, float(value), flush=True)
    params = {name: np.array(value) for name, value in params.items()}
    params["plain"][3] = np.exp(params["plain"][3])
    return params


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=2)
    given = parser.parse_args()
    save_file(learn(Base(HERE), given.steps, given.seed), HERE / "verifier.safetensors")


if __name__ == "__main__":
    main()
