"""Makes the tokenizer fixtures with Hugging Face's `tokenizers` (written with 0.23.3).

usage: make_tokenizers.py ENCODER_FOLDER REVIEWS_CSV

ENCODER_FOLDER holds vocab.txt and REVIEWS_CSV is the decompressed review corpus; data/fetch.sh brings both.

cut/vocab.txt    a part of the encoder's vocabulary: small enough to commit
traps.json       texts that are easy to get wrong, with their ids under several settings
scalars.json     what becomes of each scalar between two letters: one digest a block
random.json      ids of texts drawn at random, which the tests draw anew: one digest a hundred texts
corpus.json      ids of the whole corpus under the full vocabulary: one digest a thousand rows
"""
import collections, csv, json, os, sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = os.path.dirname(os.path.abspath(__file__))
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SETTINGS = {
    "uncased": dict(lowercase=True, strip_accents=None, handle_chinese_chars=True),
    "cased": dict(lowercase=False, strip_accents=None, handle_chinese_chars=True),
    "accents": dict(lowercase=True, strip_accents=False, handle_chinese_chars=True),
    "cased_stripped": dict(lowercase=False, strip_accents=True, handle_chinese_chars=False),
}


def fnv1a(data, state=0xCBF29CE484222325):
    for byte in data:
        state = ((state ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return state


def tokenizer(pieces, **settings):
    ids = {piece: index for index, piece in enumerate(pieces)}
    made = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(clean_text=True, **settings)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    made.add_special_tokens(SPECIALS)
    return made


def fold(text):
    for space in "\t\n\r\v\f":
        text = text.replace(space, " ")
    return " ".join(part for part in text.split(" ") if part)


def reviews(path):
    csv.field_size_limit(1 << 30)
    with open(path, encoding="utf-8", newline="") as file:
        texts = [fold(row["text"]) for row in csv.DictReader(file)]
    return [text for text in texts if text]


def cut(pieces, full, texts):
    """Specials, single scalars of the common scripts and the pieces that the corpus uses most."""
    counts = collections.Counter(i for e in full.encode_batch(texts) for i in e.ids)
    keep = {full.token_to_id(token) for token in SPECIALS}
    for index, piece in enumerate(pieces):
        bare = piece.removeprefix("##")
        if len(bare) == 1 and ord(bare) < 0x500:
            keep.add(index)
    keep |= {full.token_to_id(x) for x in "日 本 語 中 ア イ ᄒ ##ᅡ ##ᆫ – — ’ “ ” … € ™ film naive".split()} - {None}
    for index, _ in counts.most_common():
        if len(keep) >= 3500:
            break
        keep.add(index)
    return [pieces[index] for index in sorted(keep)]


TRAPS = [
    "", " ", "\t\r\n \u3000\u00a0", "a", "The film isn't bad at all!", "naïve café, Ångström & Æsop",
    "e\u0301 versus \u00e9; n\u0303 \u00f1", "a\u0301\u0327 a\u0327\u0301", "日本語の映画 and 中文字", "カタカナ アイ ｱｲ が",
    "한국어 영화 한", "\uf900\u2f81a 豈", "🎬 great 👍🏽 👩\u200d👩\u200d👧 fi\u200blm", "zero\u200cwidth\u200djoin \ufeffbom",
    "nul\x00here bell\x07 esc\x1b del\x7f nel\u0085 soft\u00adhyphen", "re\ufffdplaced \ufffd", "tab\there\nline\rcarriage\x0bvertical\x0cform",
    "narrow\u202fspace thin\u2009space line\u2028sep para\u2029sep ogham\u1680space", "x" * 99, "x" * 100, "x" * 101,
    "é" * 100, "é" * 101, "e\u0301" * 100, "ab" * 50 + "!" + "ab" * 51, "a" * 100 + "\u0301", "İstanbul Iğdır ı", "Straße STRASSE ẞ", "ﬁlm ﬂow ﬃ",
    "ǅ ǆ Ǆ", "ΣΊΣΥΦΟΣ σς", "Ω Å K", "1,234.56 2nd ½ ² ٣ ४", "[MASK] is [CLS]x[SEP] y[UNK]z [PAD]", "[mask] [ SEP] [SEP [[SEP]]",
    "[SEP][SEP]\u0301e", "e[SEP]\u0301", "$5 ^_^ `tick` ~tilde~ <b>|bold|</b> a+b=c #tag @name", "“curly” ‘single’ … – — ‹x› «y» ¿qué? ¡no!",
    "€ £ ¥ © ® ™ ° § ¶ •", "\u037e\u1fef\u0387 \u1ffd", "\u05d0\u05b0\u05d1 \u0645\u064f\u062d", "हिन्दी ไทย ထမင်း", "\u1734 \u1885a \ua9bd \U0001171e \U000111c9 \u166d",
    "x\u302e\u302fy \U0001d165\U0001d16d\U0001d172z \u1b44\u0301", "\U00011938 \u0897 \u08d3a", "\U0001f1e9\U0001f1ea flags \U000e0067",
    "\ue000private \U000f0000use", "C'est-à-dire l’été où ÇA VA", "don't. won't... can't?!", "unaffable embeddings antidisestablishmentarianism",
    "MiXeD CaSe WoRdS", "\u0130\u0307 i\u0307", "q\u0307\u0323 q\u0323\u0307", "\u4dc0\u4dff\u9fff\ua000 \U0002a6df\U0002b820\U0002ceaf",
]


def scalars():
    uncased = normalizers.BertNormalizer(clean_text=True, **SETTINGS["uncased"])
    plain = normalizers.BertNormalizer(clean_text=False, lowercase=True, strip_accents=False, handle_chinese_chars=False)
    split = pre_tokenizers.BertPreTokenizer()
    blocks = list(range(0x00000, 0x20000, 0x1000)) + [0x2A000, 0x2B000, 0x2C000, 0x2F000, 0xE0000, 0xF0000, 0x10F000]
    out = {}
    for block in blocks:
        lines = []
        for value in range(block, block + 0x1000):
            if 0xD800 <= value < 0xE000:
                continue
            for rules in (uncased, plain):
                text = rules.normalize_str("a" + chr(value) + "b")
                lines.append("\x1e".join(word for word, _ in split.pre_tokenize_str(text)))
        out["%05x" % block] = "%016x" % fnv1a("\n".join(lines).encode())
    return out


class RandomTexts:
    """`RandomTexts` of Tests/TokenizersTests/SlowTokenizer.swift, draw for draw."""

    def __init__(self, state, words):
        self.state, self.words = state, words

    def below(self, limit):
        mask = 0xFFFFFFFFFFFFFFFF
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        mixed = self.state
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & mask
        return ((mixed ^ mixed >> 31) >> 33) % limit

    def pick(self, choices):
        return choices[self.below(len(choices))]

    def text(self):
        return "".join([self.part() + (" " if self.below(2) == 0 else "") for _ in range(self.below(12))])

    def scalar(self):
        value = self.below([0x80, 0x250, 0x3000, 0x10000, 0x110000][self.below(5)])
        return "" if 0xD800 <= value < 0xE000 else chr(value)

    def part(self):
        kind = self.below(10)
        if kind < 2:
            return self.pick(self.words)
        if kind == 2:
            return "".join([self.pick(self.words) for _ in range(self.below(4) + 1)])
        if kind == 3:
            return self.pick([" ", "\t", "\u00a0", "\u2028", "\x0b", "\x00", "\u200b", "\n"])
        if kind == 4:
            return self.pick(["[SEP]", "[MASK]", "[", "]", "[SEP", "!", "--", "$", "\ufffd"])
        if kind == 5:
            return self.pick(["\u0301", "\u0327", "\u302e", "\U0001d165", "\u093c", "\u0e38"])
        if kind == 6:
            return "".join([self.scalar() for _ in range(self.below(4) + 1)])
        if kind == 7:
            return self.pick(["日本", "語", "\uf900", "한국", "が", "\u00e9", "İ", "ẞ", "ﬁ", "\u00c5", "ж"])
        if kind == 8:
            unit = self.pick(["a", "ab", "\u00e9", "日", "x"])
            return unit * self.below(120)
        return "".join([self.pick(["a", "b", "c", "D", "e", "Z"]) for _ in range(self.below(30) + 1)])


WORDS = (
    "film Movie isn't unaffable embeddings antidisestablishmentarianism counterrevolutionaries NAÏVE café Ångström the a "
    "of performances 1,234.56 2nd C'est-à-dire Straße ΣΊΣΥΦΟΣ मूवी ไทย don't well-made (and) “curly” electroencephalographically"
).split()


def random_texts(made):
    drawn = RandomTexts(2026, WORDS)
    texts = [drawn.text() for _ in range(2000)]
    digests = {}
    for name, settings in made.items():
        lines = [" ".join(map(str, e.ids)) for e in settings.encode_batch(texts)]
        digests[name] = ["%016x" % fnv1a("\n".join(lines[i:i + 100]).encode()) for i in range(0, len(lines), 100)]
    return {"words": WORDS, "digests": digests}


def write(name, value):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        if isinstance(value, list):
            file.write("[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]\n")
        else:
            file.write(json.dumps(value, indent=1) + "\n")


def main(folder, corpus):
    pieces = open(os.path.join(folder, "vocab.txt"), encoding="utf-8").read().rstrip("\n").split("\n")
    texts = reviews(corpus)
    full = tokenizer(pieces, **SETTINGS["uncased"])
    small = cut(pieces, full, texts)
    os.makedirs(os.path.join(HERE, "cut"), exist_ok=True)
    with open(os.path.join(HERE, "cut/vocab.txt"), "w", encoding="utf-8") as file:
        file.write("".join(piece + "\n" for piece in small))

    made = {name: tokenizer(small, **settings) for name, settings in SETTINGS.items()}
    third = [p for i, p in enumerate(small) if i % 3 == 0 or p in SPECIALS]
    made["third"] = tokenizer(third, **SETTINGS["uncased"])
    made["short"] = tokenizer(small, **SETTINGS["uncased"])
    made["short"].enable_truncation(max_length=8)
    traps = TRAPS + texts[:20]
    write("traps.json", [
        {"text": text, "ids": {name: t.encode(text).ids for name, t in made.items()}} for text in traps
    ])
    write("scalars.json", scalars())
    write("random.json", random_texts({name: made[name] for name in SETTINGS}))

    digests = []
    for start in range(0, len(texts), 1000):
        lines = [" ".join(map(str, e.ids)) for e in full.encode_batch(texts[start:start + 1000])]
        digests.append("%016x" % fnv1a("\n".join(lines).encode()))
    write("corpus.json", {"rows": len(texts), "digests": digests})


main(*sys.argv[1:])
