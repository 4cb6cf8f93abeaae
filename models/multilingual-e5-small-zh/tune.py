#!/usr/bin/env python3
"""Tunes the upper three layers of the encoder on our own texts, and writes model.gguf and reference.jsonl.

    python3 fetch.py BASE && python3 tune.py BASE OUTPUT [--steps 360] [--seed 0] [--from WEIGHTS.pickle]

Needs jax, optax, gguf, tokenizers and numpy; two cores take half an hour.

What is learned: that a buyer's wording, the merchant's wording and the merchant's text on one matter are near each
other, and those on look-alike matters are not. The texts are all ours: the intent packs (`packs/*.toml`: names,
phrasings, look-alikes) and one FAQ answer and one policy passage for each intent (`passages/*.toml`). Nothing else is
seen, no shop and no public set.

How: the lower nine layers stay as they are, so their output is computed once. The upper three learn by supervised
contrastive loss (Khosla et al., "Supervised contrastive learning", 2020) on centred, normalised means: half of a
batch are intents near each other, so that look-alikes learn to part; intents whose middles are nearer than 0.9 are
not held against each other. Every fourth batch sets phrasings and headings against texts, both ways.

The tuned weights are then averaged with the base, seven parts to three (Wortsman et al., "Robust fine-tuning of zero-shot
models", 2022): alone they are better on shops' matters and worse on strangers'; the average keeps both. The upper
layers are stored as Q8_0, since a change smaller than a 4-bit step would be lost; all else is copied unchanged. Three
and not more, since eight bits cost twice the time of four; tuning six layers gained a little more.
"""

import argparse
import json
import pathlib
import pickle
import random
import tomllib

import gguf
import jax
import jax.numpy as jnp
import numpy as np
import optax
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
PACKS = HERE.parent.parent / "packs"
LAYERS, TUNED, HEADS, WIDTH = 12, 3, 12, 384
QUESTION, PASSAGE = 18, 112  # tokens kept of each
TEMPERATURE, RATE, SHARE = 0.07, 1.2e-4, 0.7
LINEAR = [
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
]
NORM = ["attention.output.LayerNorm", "output.LayerNorm"]


class Base:
    """The encoder as fetched."""

    def __init__(self, folder):
        self.reader = gguf.GGUFReader(folder / "model.gguf")
        tensors = {t.name: np.array(gguf.dequantize(t.data, t.tensor_type), np.float32) for t in self.reader.tensors}
        self.words = tensors["embeddings.word_embeddings.weight"]
        self.places = tensors["embeddings.position_embeddings.weight"]
        self.kind = tensors["embeddings.token_type_embeddings.weight"][0]
        self.norm = [tensors["embeddings.LayerNorm.weight"], tensors["embeddings.LayerNorm.bias"]]
        self.layers = [
            {n + s: tensors[f"encoder.layer.{i}.{n}{s}"] for n in LINEAR + NORM for s in (".weight", ".bias")}
            for i in range(LAYERS)
        ]
        self.tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def tokens(self, texts, role, length):
        """Ids and mask, texts × length."""
        ids, mask = np.zeros((len(texts), length), np.int32), np.zeros((len(texts), length), np.float32)
        for row, encoded in enumerate(self.tokenizer.encode_batch([f"{role}: {text}" for text in texts])):
            kept = encoded.ids if len(encoded.ids) <= length else encoded.ids[: length - 1] + encoded.ids[-1:]
            ids[row, : len(kept)], mask[row, : len(kept)] = kept, 1
        return ids, mask

    def embed(self, ids):
        return norm(self.words[ids] + self.places[: ids.shape[1]][None] + self.kind, *self.norm)

    def halfway(self, texts, role, length):
        """What leaves the lower layers (half precision), the mask, and the base's own vectors."""
        ids, mask = self.tokens(texts, role, length)
        lower = np.zeros((len(texts), length, WIDTH), np.float16)
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        step = 128 if length < 40 else 32
        for start in range(0, len(texts), step):
            rows = np.arange(start, start + step).clip(max=len(texts) - 1)
            states = run(self.embed(ids[rows]), mask[rows], self.layers[:-TUNED])
            lower[rows] = np.array(states)
            vectors[rows] = np.array(pool(run(states, mask[rows], self.layers[-TUNED:]), mask[rows]))
        return lower, mask, vectors


def norm(x, gain, offset):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-12) * gain + offset


def layer(x, bias, p):
    count, length, _ = x.shape
    linear = lambda y, name: y @ p[name + ".weight"].T + p[name + ".bias"]
    heads = lambda y: y.reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)
    q, k, v = (heads(linear(x, name)) for name in LINEAR[:3])
    attention = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / np.sqrt(WIDTH / HEADS) + bias, -1)
    mixed = (attention @ v).transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
    x = norm(linear(mixed, LINEAR[3]) + x, p[NORM[0] + ".weight"], p[NORM[0] + ".bias"])
    inner = jax.nn.gelu(linear(x, LINEAR[4]), approximate=False)
    return norm(linear(inner, LINEAR[5]) + x, p[NORM[1] + ".weight"], p[NORM[1] + ".bias"])


@jax.jit
def run(x, mask, layers):
    bias = (mask[:, None, None, :] - 1) * 1e9
    for p in layers:
        x = layer(x, bias, p)
    return x


def pool(x, mask):
    mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / jnp.linalg.norm(mean, axis=-1, keepdims=True)


def centred(vectors, mean):
    vectors = vectors - mean
    return vectors / jnp.linalg.norm(vectors, axis=-1, keepdims=True)


def contrast(a, b, same, counted):
    """Mean loss of each row of `a` against all counted rows of `b`, those of the same intent being right."""
    scores = jnp.where(counted > 0, a @ b.T / TEMPERATURE, -1e9)
    logs = scores - jax.nn.logsumexp(scores, 1, keepdims=True)
    return -((logs * same).sum(1) / jnp.maximum(same.sum(1), 1)).mean()


def question_loss(layers, x, mask, same, counted, mean):
    vectors = centred(pool(run(x, mask, layers), mask), mean)
    others = 1 - jnp.eye(len(vectors))
    return contrast(vectors, vectors, same * others, counted * others)


def passage_loss(layers, x, mask, y, mask_y, same, counted, mean):
    a = centred(pool(run(x, mask, layers), mask), mean)
    b = centred(pool(run(y, mask_y, layers), mask_y), mean)
    return (contrast(a, b, same, counted) + contrast(b, a, same.T, counted.T)) / 2


def texts():
    """Questions as (text, intent, is a title), passages as (text, intent), and the number of intents."""
    intents = [i for path in sorted(PACKS.glob("*.toml")) for i in tomllib.loads(path.read_text())["intent"]]
    at = {intent["id"]: place for place, intent in enumerate(intents)}
    questions, passages = [], []
    for intent in intents:
        place = at[intent["id"]]
        questions += [(text, place, True) for text in [intent["name"], *intent.get("also", [])]]
        questions += [(text, place, False) for text in intent["phrasings"]]
        for other in intent.get("look_alikes", []):
            if other.get("intent") in at:
                questions.append((other["text"], at[other["intent"]], False))
    for path in sorted((HERE / "passages").glob("*.toml")):
        for passage in tomllib.loads(path.read_text())["passage"]:
            place = at[passage["intent"]]
            passages += [(passage["faq"], place), (passage["policy"], place)]
            questions += [(head, place, True) for head in passage.get("heads", [])]
    return questions, passages, len(intents)


def tune(base, layers, steps, seed):
    """The tuned upper layers."""
    dice = random.Random(seed)
    questions, passages, count = texts()
    x, mask, vectors = base.halfway([q[0] for q in questions], "query", QUESTION)
    y, mask_y, _ = base.halfway([p[0] for p in passages], "passage", PASSAGE)
    owner, owner_y = np.array([q[1] for q in questions]), np.array([p[1] for p in passages])
    title = np.array([q[2] for q in questions])
    mean = vectors[~title].mean(0)
    unit = np.array(centred(vectors, mean))
    middles = np.array(centred(np.stack([unit[owner == i].mean(0) for i in range(count)]), 0))
    nearness = middles @ middles.T
    nearest = np.argsort(-nearness, 1)
    rows = lambda chosen: [np.flatnonzero(chosen & (owner == i)).tolist() for i in range(count)]
    titles, phrasings = rows(title), rows(~title)
    texts_of = [np.flatnonzero(owner_y == i).tolist() for i in range(count)]

    def intents(number):
        first = dice.randrange(count)
        near = [first, *dice.sample(nearest[first, 1 : 3 * number // 2].tolist(), number // 2 - 1)]
        return near + dice.sample([i for i in range(count) if i not in near], number - len(near))

    def pairs(a, b):
        same = (a[:, None] == b[None]).astype(np.float32)
        return same, np.maximum(same, (nearness[a][:, b] < 0.9).astype(np.float32))

    schedule = optax.warmup_cosine_decay_schedule(0, RATE, 20, steps, RATE * 0.05)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.01))
    state = optimiser.init(layers)

    def stepper(loss):
        @jax.jit
        def step(layers, state, *batch):
            value, gradient = jax.value_and_grad(loss)(layers, *batch)
            updates, state = optimiser.update(gradient, state, layers)
            return optax.apply_updates(layers, updates), state, value

        return step

    on_questions, on_passages = stepper(question_loss), stepper(passage_loss)
    for step in range(1, steps + 1):
        if step % 4:
            batch = np.array([r for i in intents(36) for r in [dice.choice(titles[i]), *dice.sample(phrasings[i], 3)]])
            given = (x[batch].astype(np.float32), mask[batch], *pairs(owner[batch], owner[batch]), mean)
            layers, state, loss = on_questions(layers, state, *given)
        else:
            chosen = intents(24)
            batch = np.array([r for i in chosen for r in [dice.choice(titles[i]), dice.choice(phrasings[i])]])
            against = np.array([dice.choice(texts_of[i]) for i in chosen])
            given = (x[batch].astype(np.float32), mask[batch], y[against].astype(np.float32), mask_y[against])
            layers, state, loss = on_passages(layers, state, *given, *pairs(owner[batch], owner_y[against]), mean)
        if step % 25 == 0:
            print(step, float(loss), flush=True)
    return jax.tree.map(np.array, layers)


def eight_bits(weights):
    """Q8_0 blocks, kept to the -136..=119 that the program's kernel reaches (`src/embed/linear.rs`)."""
    blocks = weights.astype(np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(1) / 119).astype(np.float16)
    inverse = np.divide(1, scale, where=scale > 0, out=np.zeros(len(scale), np.float32), dtype=np.float32)
    codes = np.rint(blocks * inverse[:, None]).clip(-119, 119).astype(np.int8)
    return np.hstack([scale.view(np.uint8).reshape(-1, 2), codes.view(np.uint8)]).reshape(len(weights), -1)


def write(base, layers, output):
    """The average with the base as model.gguf, and what it makes of the reference questions."""
    average = [
        {name: SHARE * tuned[name] + (1 - SHARE) * old[name] for name in old}
        for tuned, old in zip(layers, base.layers[-TUNED:])
    ]
    named = {f"encoder.layer.{LAYERS - TUNED + i}.{name}": w for i, p in enumerate(average) for name, w in p.items()}
    writer = gguf.GGUFWriter(output / "model.gguf", "bert")
    writer.add_name("multilingual-e5-small-zh, tuned by zhike")
    writer.add_license("MIT")
    eight = gguf.GGMLQuantizationType.Q8_0
    for tensor in base.reader.tensors:
        weights = named.get(tensor.name)
        if weights is None:
            writer.add_tensor(tensor.name, np.array(tensor.data), raw_dtype=tensor.tensor_type)
        elif tensor.tensor_type == gguf.GGMLQuantizationType.F32:
            writer.add_tensor(tensor.name, weights.astype(np.float32))
        else:
            writer.add_tensor(tensor.name, eight_bits(weights), raw_dtype=eight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    with (output / "reference.jsonl").open("w") as lines:
        for line in (HERE / "reference.jsonl").read_text().splitlines():
            text = json.loads(line)["text"]
            ids, mask = base.tokens([text], "query", len(base.tokenizer.encode("query: " + text).ids))
            vector = pool(run(base.embed(ids), mask, base.layers[:-TUNED] + average), mask)[0]
            row = {"text": text, "embedding": [round(float(v), 6) for v in vector]}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=360)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--from", dest="start", type=pathlib.Path, help="go on from these upper layers")
    given = parser.parse_args()
    base = Base(given.base)
    layers = pickle.loads(given.start.read_bytes()) if given.start else base.layers[-TUNED:]
    if given.steps:
        layers = tune(base, layers, given.steps, given.seed)
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / "layers.pickle").write_bytes(pickle.dumps(layers))
    write(base, layers, given.output)


if __name__ == "__main__":
    main()
